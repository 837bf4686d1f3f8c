//! What stands against merging two records, what goes along, and what is left in the history when it is undone: 6.1.3.2, 6.2.1, 6.3.4.

use axum::http::StatusCode;
use chrono::TimeDelta;
use service::Error;
use service::cards::{self, Opened};
use service::kernel::{Blocker, Known, ReaderId, Role, Standing, SystemName};
use service::people::{self, Merge, Merged};
use service::records::{self, TimelineEntry};
use service::testing::{House, adult, born, macao_resident, on_both_databases, resident_number};

use crate::amend::{opened, refused, seen};
use crate::browser::Browser;
use crate::merge::{merge, merging, undo};

/// An adult whose citizen number says that they were born on another day than all the others.
async fn older(house: &House, serial: u32) -> Opened {
    let mut request = adult(serial);
    request.documents[0].number = resident_number(serial, born(1961, 2, 3));
    opened(house, request).await
}

async fn two(house: &House) -> (Opened, Opened) {
    (opened(house, macao_resident(1)).await, opened(house, adult(2)).await)
}

fn owes(loans: u32, charges: i64) -> Known {
    Known::Standing(Standing { loans, overdue: 0, charges })
}

async fn history(house: &House, id: ReaderId) -> Vec<TimelineEntry> {
    house.service.read(house.clerk(), async move |op| records::timeline(op, id, 50).await).await.unwrap()
}

#[tokio::test]
async fn c_6_3_4_loans_and_charges_go_with_the_person_when_records_are_merged_and_come_back() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let (winner, loser) = (first.reader.id, second.reader.id);
        house.circulation.tell(winner, owes(1, 0));
        house.circulation.tell(loser, owes(3, 250));
        let request = merging(house, &first, &second, &[], Some(first.card.id));
        house.circulation.tell(loser, Known::Unavailable(SystemName::of("ILAS")));
        refused(merge(house, &request).await, "circulation_unavailable");
        assert_eq!(seen(house, loser).await.merged_into, None, "it waits");
        house.circulation.tell(loser, owes(3, 250));
        let merged = merge(house, &request).await.unwrap();
        assert_eq!(house.circulation.known(winner), owes(4, 250));
        assert_eq!(house.circulation.known(loser), owes(0, 0));
        house.circulation.tell(winner, Known::Unavailable(SystemName::of("ILAS")));
        refused(undo(house, merged.merge).await, "circulation_unavailable");
        house.circulation.tell(winner, owes(4, 250));
        undo(house, merged.merge).await.unwrap();
        assert_eq!(
            (house.circulation.known(winner), house.circulation.known(loser)),
            (owes(1, 0), owes(3, 250))
        );
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_records_that_are_plainly_of_two_people_are_merged_for_a_written_reason_only() {
    on_both_databases(async |house| {
        let (first, second) = (opened(house, adult(1)).await, older(house, 2).await);
        let (winner, loser) = (first.reader.id, second.reader.id);
        let plain = merging(house, &first, &second, &[], Some(first.card.id));
        refused(merge(house, &plain).await, "plainly_different");
        let compared =
            house.service.write(house.system(), async |op| people::compare(op, winner, loser).await).await;
        assert!(compared.unwrap().plainly_different);
        let short = Merge { reason: "?".to_owned(), ..plain.clone() };
        assert!(matches!(merge(house, &short).await, Err(Error::Invalid(_))));
        let why = Merge { reason: "派出所证明：公民身份号码已更正".to_owned(), ..plain };
        let Merged { merge: id, .. } = merge(house, &why).await.unwrap();
        let listed =
            house.service.read(house.system(), async |op| people::merges(op, 10).await).await.unwrap();
        assert_eq!((listed[0].id, listed[0].reason.as_deref()), (id, Some(why.reason.as_str())));

        // Of one birth date and sex it may be a number that was corrected; with one citizen number there is nothing to compare.
        let (third, fourth) = (opened(house, adult(3)).await, opened(house, adult(4)).await);
        merge(house, &merging(house, &third, &fourth, &[], Some(third.card.id))).await.unwrap();
        let (fifth, sixth) = (opened(house, macao_resident(5)).await, older(house, 6).await);
        merge(house, &merging(house, &fifth, &sixth, &[], Some(fifth.card.id))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_of_two_merges_into_one_record_the_later_is_undone_first() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let third = opened(house, adult(3)).await;
        let inner = merge(house, &merging(house, &first, &second, &[], Some(first.card.id))).await.unwrap();
        house.clock.advance(TimeDelta::seconds(30));
        let now = Opened { reader: seen(house, first.reader.id).await, ..first.clone() };
        let later = merge(house, &merging(house, &now, &third, &[], Some(first.card.id))).await.unwrap();
        match undo(house, inner.merge).await {
            Err(Error::Refused(blockers)) => {
                assert_eq!(blockers, [Blocker::UndoMergeFirst { merge: later.merge, at: house.clock.now() }]);
            }
            other => panic!("{other:?}"),
        }
        undo(house, later.merge).await.unwrap();
        undo(house, inner.merge).await.unwrap();
        for opened in [&first, &second, &third] {
            let id = opened.reader.id;
            let held = house.service.read(house.clerk(), async |op| cards::cards_of(op, id).await).await;
            assert!(held.unwrap().iter().any(|card| card.id == opened.card.id && card.state.is_live()));
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_what_a_merge_did_stays_in_the_history_and_is_marked_once_it_is_undone() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let winner = first.reader.id;
        let merged = merge(house, &merging(house, &first, &second, &[], Some(first.card.id))).await.unwrap();
        assert!(history(house, winner).await.iter().all(|entry| !entry.undone));
        house.clock.advance(TimeDelta::seconds(30));
        undo(house, merged.merge).await.unwrap();
        let entries = history(house, winner).await;
        let undone = |service: &str| {
            let entry = entries.iter().find(|entry| entry.service == service);
            entry.unwrap_or_else(|| panic!("{service} is kept")).undone
        };
        assert!(undone("merge") && undone("cancel") && !undone("undo_merge") && !undone("open_card"));

        house.clock.advance(TimeDelta::seconds(30));
        // Done again it counts again, and what was undone stays so.
        let (a, b) = (seen(house, winner).await, seen(house, second.reader.id).await);
        let (first, second) = (Opened { reader: a, ..first }, Opened { reader: b, ..second });
        merge(house, &merging(house, &first, &second, &[], Some(first.card.id))).await.unwrap();
        let entries = history(house, winner).await;
        let of = |service: &str| -> Vec<bool> {
            entries.iter().filter(|entry| entry.service == service).map(|entry| entry.undone).collect()
        };
        assert_eq!((of("merge"), of("cancel")), (vec![false, true], vec![false, true]));
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_the_page_that_compares_two_people_asks_why_and_the_list_tells() {
    on_both_databases(async |house| {
        house.add_staff("li.zhiqiang", house.fs, Role::BranchManager).await.unwrap();
        let (first, second) = (opened(house, adult(1)).await, older(house, 2).await);
        let mut browser = Browser::new(&house.service);
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("username", "li.zhiqiang"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        let path = format!("/office/merge/compare?winner={}&loser={}", first.reader.id, second.reader.id);
        browser.get(&path).await;
        assert!(browser.page.contains("name=\"reason\""), "{}", browser.page);
        let kept: Vec<(&str, String)> = ["idempotency_key", "winner_version", "loser_version"]
            .map(|name| (name, browser.hidden(name)))
            .to_vec();
        let card = first.card.id.to_string();
        let mut fields: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.push(("card", &card));
        browser.post(&path, &fields).await;
        assert_eq!(browser.status, StatusCode::CONFLICT, "{}", browser.page);
        fields.push(("reason", "派出所证明"));
        browser.post(&path, &fields).await;
        browser.follow().await;
        assert!(browser.page.contains("派出所证明"), "{}", browser.page);
    })
    .await;
}
