//! Who types somebody else's number must not learn whether that person holds a card: 5.1.3, A.2.1 b.

use service::applications::{self, Confirmed, Decision, Particulars, Reason, Seen, State};
use service::cards::CancelReason;
use service::kernel::Blocker;
use service::testing::{House, on_both_databases};
use service::{Error, Service};

use super::{applied, no, online, particulars, proven, seen, waiting, yes};
use crate::life::{cancel, in_person};
use crate::passwords::{delivered, open};

fn told(seen: &Seen) -> (State, Option<Reason>, Option<String>, bool) {
    (seen.state, seen.reason, seen.note.clone(), seen.card.is_some())
}

async fn decide(service: &Service, house: &House, decision: &Decision) {
    let clerk = house.clerk();
    let id = waiting(house, clerk.clone()).await.pop().unwrap();
    let version = service
        .write(clerk.clone(), async move |op| applications::application(op, id).await)
        .await
        .unwrap()
        .version;
    applications::decide(service, &clerk, id, version, decision).await.unwrap();
}

#[tokio::test]
async fn c_5_1_3_a_stranger_with_somebodys_number_is_told_what_everybody_is() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        open(house, service::testing::adult(1)).await;
        delivered(&service).await;
        // The same phone, once with the number of who holds a card, once with one that nobody knows.
        let mut stories = Vec::new();
        for (serial, phone) in [(1, "13822220001"), (2, "13822220002")] {
            let stranger = Particulars { phone: phone.to_owned(), ..particulars(serial) };
            let (token, confirmed) = proven(&service, house, stranger).await;
            applications::send(&service, &token, super::both_sides()).await.unwrap();
            let sent = told(&seen(&service, &token).await);
            let at_first: Vec<String> =
                delivered(&service).await.iter().map(|due| due.recipient.clone()).collect();
            decide(&service, house, &Decision::Reject { reason: Reason::AtDesk, note: String::new() }).await;
            let messages = delivered(&service).await;
            assert_eq!((at_first, messages.len()), (vec![phone.to_owned()], 1));
            let number = seen(&service, &token).await.number;
            let text = messages[0].body.replace(&number, "");
            stories.push((confirmed, sent, told(&seen(&service, &token).await), text));
        }
        assert_eq!(stories[0], stories[1]);
        assert_eq!(stories[0].0, Confirmed::Photos);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_what_staff_write_about_a_known_person_never_reaches_a_stranger() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        open(house, service::testing::adult(1)).await;
        let stranger = Particulars { phone: "13822220001".to_owned(), ..particulars(1) };
        let token = applied(&service, house, stranger).await;
        assert_eq!(seen(&service, &token).await.state, State::Waiting, "a yes opens no second card");
        delivered(&service).await;
        let careless = Decision::Ask { reason: Reason::DataDiffer, note: "此人已有借阅证".to_owned() };
        decide(&service, house, &careless).await;
        let seen = seen(&service, &token).await;
        assert_eq!(told(&seen), (State::Rejected, Some(Reason::AtDesk), None, false));
        let messages = delivered(&service).await;
        assert!(
            messages[0].body.contains("需要当面核实") && !messages[0].body.contains("已有"),
            "{messages:?}"
        );
        // It is kept for staff.
        let filter = applications::Filter { state: Some(State::Rejected), ..applications::Filter::default() };
        let list = service.read(house.clerk(), async move |op| applications::applications(op, &filter).await);
        let id = list.await.unwrap().0[0].id;
        let kept =
            service.write(house.clerk(), async |op| applications::application(op, id).await).await.unwrap();
        assert_eq!(kept.internal_note.as_deref(), Some("此人已有借阅证"));
        // Whose documents these are may be told why.
        house.clock.advance(chrono::TimeDelta::minutes(11));
        let (_, confirmed) = proven(&service, house, particulars(1)).await;
        assert_eq!(confirmed, Confirmed::HoldsCard);
        assert_eq!(super::rows(house, "applications", "state = 'draft'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_before_the_code_nothing_differs_and_nothing_is_told() {
    on_both_databases(async |house| {
        let (service, _) = online(house, yes()).await;
        open(house, service::testing::adult(1)).await;
        delivered(&service).await;
        for serial in [1, 2] {
            let token = super::begin(&service, house, particulars(serial)).await.unwrap();
            let told = seen(&service, &token).await;
            assert!(told.particulars.is_none() && !told.phone_proven && told.state == State::Draft);
            assert_eq!(told.phone, format!("139****000{serial}"));
            let wrong = applications::confirm(&service, &token, "not digits", "10.0.0.1").await;
            assert!(matches!(wrong, Err(Error::Invalid(_))), "{wrong:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_nobody_comes_into_the_record_of_a_former_reader_with_another_phone() {
    on_both_databases(async |house| {
        let (service, _) = online(house, no()).await;
        let former = open(house, service::testing::adult(1)).await;
        cancel(house, house.clerk(), former.card.id, CancelReason::Wish, in_person()).await.unwrap();
        delivered(&service).await;
        let stranger = Particulars { phone: "13822220001".to_owned(), ..particulars(1) };
        let token = applied(&service, house, stranger).await;
        let clerk = house.clerk();
        let id = waiting(house, clerk.clone()).await.pop().unwrap();
        let look = async move |op: &service::kernel::Op| applications::application(op, id).await;
        let shown = service.write(clerk.clone(), look).await.unwrap();
        assert_eq!(shown.blockers, [Blocker::AtDeskOnly], "the clerk sees it before the click");
        let approve = Decision::Approve { duplicates_seen: true };
        let approved = applications::decide(&service, &clerk, id, shown.version, &approve).await;
        assert!(matches!(&approved, Err(Error::Refused(blockers)) if blockers == &[Blocker::AtDeskOnly]));
        // Asking for more would say that there is something.
        let ask = Decision::Ask { reason: Reason::PhotoUnclear, note: String::new() };
        applications::decide(&service, &clerk, id, shown.version, &ask).await.unwrap();
        let told_to_stranger = told(&seen(&service, &token).await);
        assert_eq!(told_to_stranger, (State::Rejected, Some(Reason::AtDesk), None, false));
        // With the phone on file they are welcome again.
        house.clock.advance(chrono::TimeDelta::minutes(11));
        applied(&service, house, particulars(1)).await;
        decide(&service, house, &Decision::Approve { duplicates_seen: false }).await;
    })
    .await;
}
