//! What is kept of applications, and for how long: 5.3.

use chrono::TimeDelta;
use service::applications::{self, Decision, Reason, Seen, State};
use service::kernel::Actor;
use service::libraries::{Policy, set_policy};
use service::testing::{House, on_both_databases};
use service::{Error, Service, people};

use super::{applied, begin, no, online, particulars, proven, rows, seen, waiting};
use crate::passwords::{code_in, delivered};

async fn forget(service: &Service) {
    while service.write(Actor::nobody(), async |op| applications::forget(op, 2).await).await.unwrap() > 0 {}
}

async fn decide(service: &Service, house: &House, decision: &Decision) {
    let clerk = house.clerk();
    let id = waiting(house, clerk.clone()).await[0];
    let shown =
        service.write(clerk.clone(), async move |op| applications::application(op, id).await).await.unwrap();
    applications::decide(service, &clerk, id, shown.version, decision).await.unwrap();
}

async fn set(house: &House, policy: Policy, value: &'static str) {
    house
        .service
        .write(house.system(), async move |op| set_policy(op, house.fs, policy, Some(value)).await)
        .await
        .unwrap();
}

fn no_card() -> Decision {
    Decision::Reject { reason: Reason::PhotoUnclear, note: "请看清".to_owned() }
}

/// What is left of somebody in any table of applications.
async fn personal(house: &House) -> Vec<u64> {
    let mut left = vec![
        rows(
            house,
            "applications",
            "content IS NOT NULL OR document_key IS NOT NULL OR phone_key IS NOT NULL OR token_key IS NOT NULL \
             OR note IS NOT NULL OR internal_note IS NOT NULL OR verdict_reference IS NOT NULL OR reader_id IS NOT NULL",
        )
        .await,
    ];
    for table in ["application_files", "application_codes"] {
        left.push(rows(house, table, "1 = 1").await);
    }
    left.push(rows(house, "attachments", "purpose = 'application'").await);
    left.push(rows(house, "messages", "application_id IS NOT NULL").await);
    left
}

#[tokio::test]
async fn c_5_3_of_a_rejected_application_nothing_personal_is_left_after_its_days() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let token = applied(&service, house, particulars(1)).await;
        decide(&service, house, &no_card()).await;
        assert_eq!(rows(house, "attachments", "1 = 1").await, 0, "photos at once");
        delivered(&service).await;
        house.clock.advance(TimeDelta::days(29));
        forget(&service).await;
        let number = {
            let id =
                applications::ask_status_code(&service, &number_of(house).await, "10.0.0.1").await.unwrap();
            let code = code_in(&delivered(&service).await[0].body);
            let token = applications::enter_status_code(&service, id, &code, "10.0.0.1").await.unwrap();
            let Seen { state, number, .. } = seen(&service, &token).await;
            assert_eq!(state, State::Rejected, "it can be looked up until then");
            number
        };
        house.clock.advance(TimeDelta::days(1));
        forget(&service).await;
        assert_eq!(personal(house).await, [0; 5]);
        // What stays is counted, and leads nowhere.
        assert_eq!(rows(house, "applications", "state = 'rejected' AND decided_at IS NOT NULL").await, 1);
        let gone = service.read(Actor::nobody(), async |op| applications::seen(op, &token).await).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
        applications::ask_status_code(&service, &number, "10.0.0.1").await.unwrap();
        assert!(delivered(&service).await.is_empty());
        let filter = applications::Filter { state: Some(State::Rejected), ..applications::Filter::default() };
        let list =
            service.read(house.clerk(), async move |op| applications::applications(op, &filter).await).await;
        assert!(list.unwrap().0[0].name.is_none());
    })
    .await;
}

/// The number of the only application, as staff see it.
async fn number_of(house: &House) -> String {
    let filter = applications::Filter { state: Some(State::Rejected), ..applications::Filter::default() };
    let list =
        house.service.read(house.clerk(), async move |op| applications::applications(op, &filter).await);
    list.await.unwrap().0[0].number.clone()
}

#[tokio::test]
async fn c_5_3_a_reader_sees_what_is_held_of_their_application_until_it_is_forgotten() {
    on_both_databases(async |house| {
        let (service, _) = online(house, super::yes()).await;
        let token = applied(&service, house, particulars(1)).await;
        let card = seen(&service, &token).await.card.unwrap();
        let export = async || {
            let me = Actor::reader(card.reader, house.fs);
            service.write(me, async |op| people::data_export(op, card.reader, "").await).await.unwrap()
        };
        let held = export().await;
        assert_eq!(held["applications"][0]["document_number"], particulars(1).number.as_str());
        assert_eq!(
            (&held["applications"][0]["state"], &held["applications"][0]["photos"]),
            (&"approved".into(), &serde_json::json!([]))
        );
        house.clock.advance(TimeDelta::days(30));
        forget(&service).await;
        assert_eq!(export().await["applications"], serde_json::json!([]));
    })
    .await;
}

#[tokio::test]
async fn c_5_3_photos_are_kept_as_long_as_the_library_has_set_and_no_longer() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        set(house, Policy::ApplicationPhotoDays, "7").await;
        applied(&service, house, particulars(1)).await;
        decide(&service, house, &no_card()).await;
        let photos = async || rows(house, "attachments", "1 = 1").await;
        house.clock.advance(TimeDelta::days(6));
        forget(&service).await;
        assert_eq!(photos().await, 2);
        house.clock.advance(TimeDelta::days(1));
        forget(&service).await;
        assert_eq!(photos().await, 0);
        assert_eq!(rows(house, "applications", "content IS NOT NULL").await, 1, "the rest has its own days");
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_was_begun_and_never_sent_is_gone_a_day_later() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        begin(&service, house, particulars(1)).await.unwrap();
        delivered(&service).await;
        proven(&service, house, particulars(2)).await;
        house.clock.advance(TimeDelta::hours(23));
        forget(&service).await;
        assert_eq!(rows(house, "applications", "1 = 1").await, 2);
        house.clock.advance(TimeDelta::hours(2));
        forget(&service).await;
        assert_eq!(personal(house).await, [0; 5]);
        assert_eq!(rows(house, "applications", "1 = 1").await, 0);
        house.clock.advance(TimeDelta::days(1));
        forget(&service).await;
        assert_eq!(house.tamper("UPDATE paces SET done = done").await.unwrap(), 0, "counts run off");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_b_who_does_not_answer_in_time_applies_anew_and_what_waits_for_staff_never_ends_by_itself() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        set(house, Policy::ApplicationDays, "5").await;
        applied(&service, house, particulars(1)).await;
        let ask = Decision::Ask { reason: Reason::PhotoUnclear, note: String::new() };
        decide(&service, house, &ask).await;
        house.clock.advance(TimeDelta::hours(1));
        applied(&service, house, particulars(2)).await;
        house.clock.advance(TimeDelta::days(4));
        forget(&service).await;
        assert_eq!(rows(house, "applications", "state = 'asked'").await, 1);
        house.clock.advance(TimeDelta::days(1));
        forget(&service).await;
        assert_eq!(rows(house, "applications", "state = 'expired'").await, 1);
        assert_eq!(rows(house, "attachments", "1 = 1").await, 2, "those of the other one");
        house.clock.advance(TimeDelta::days(60));
        forget(&service).await;
        assert_eq!(waiting(house, house.clerk()).await.len(), 1);
        assert_eq!(rows(house, "applications", "content IS NOT NULL").await, 1);
    })
    .await;
}
