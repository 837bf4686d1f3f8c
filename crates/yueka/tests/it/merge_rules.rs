//! What stands against merging two records, what goes along, and what is left in the history when it is undone: 6.1.3.2, 6.2.1, 6.3.4.

use axum::http::StatusCode;
use chrono::TimeDelta;
use service::Error;
use service::cards::{self, Opened};
use service::kernel::Engine;
use service::kernel::{
    Actor, Blocker, Call, IdempotencyKey, Known, Op, ReaderId, Role, ServiceName, Standing, SystemName,
};
use service::outbox::{self, Medium, Template};
use service::people::{self, Doubt, Merge, Merged};
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
        let plain =
            Merge { reason: String::new(), ..merging(house, &first, &second, &[], Some(first.card.id)) };
        refused(merge(house, &plain).await, "plainly_different");
        let compared =
            house.service.write(house.system(), async |op| people::compare(op, winner, loser).await).await;
        assert_eq!(compared.unwrap().doubts, Doubt::ALL);
        let short = Merge { reason: "?".to_owned(), ..plain.clone() };
        assert!(matches!(merge(house, &short).await, Err(Error::Invalid(_))));
        let why = Merge { reason: "派出所证明：公民身份号码已更正".to_owned(), ..plain };
        let Merged { merge: id, .. } = merge(house, &why).await.unwrap();
        let listed =
            house.service.read(house.system(), async |op| people::merges(op, 10).await).await.unwrap();
        assert_eq!((listed[0].id, listed[0].reason.as_deref()), (id, Some(why.reason.as_str())));

        // Of one name, birth date and sex it may be a number that was corrected; nothing has to be said.
        let mut same = adult(4);
        same.reader.name = adult(3).reader.name;
        same.duplicates_seen = true;
        let (third, fourth) = (opened(house, adult(3)).await, opened(house, same).await);
        let silent = |winner: &Opened, loser: &Opened| Merge {
            reason: String::new(),
            ..merging(house, winner, loser, &[], Some(winner.card.id))
        };
        merge(house, &silent(&third, &fourth)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_another_birth_date_or_name_wants_a_reason_whatever_the_documents() {
    on_both_databases(async |house| {
        let silent = |winner: &Opened, loser: &Opened| Merge {
            reason: String::new(),
            ..merging(house, winner, loser, &[], Some(winner.card.id))
        };
        let doubts = async |a: &Opened, b: &Opened| {
            let (a, b) = (a.reader.id, b.reader.id);
            let compared =
                house.service.write(house.system(), async |op| people::compare(op, a, b).await).await;
            compared.unwrap().doubts
        };
        let name = macao_resident(1).reader.name;
        let permit = opened(house, macao_resident(1)).await;
        let mut younger = macao_resident(2);
        younger.reader.name.clone_from(&name);
        younger.reader.birth_date = "1991-07-08".to_owned();
        younger.duplicates_seen = true;
        let younger = opened(house, younger).await;
        assert_eq!(doubts(&permit, &younger).await, [Doubt::BirthDate]);
        refused(merge(house, &silent(&permit, &younger)).await, "plainly_different");

        let mut named = macao_resident(3);
        named.reader.name = "欧阳明珠".to_owned();
        let named = opened(house, named).await;
        assert_eq!(doubts(&permit, &named).await, [Doubt::Name]);
        refused(merge(house, &silent(&permit, &named)).await, "plainly_different");

        // The same name in the other script, and the same day: nothing has to be said.
        let mut twin = macao_resident(4);
        twin.reader.name = "歐陽明珠".to_owned();
        twin.duplicates_seen = true;
        let twin = opened(house, twin).await;
        assert!(doubts(&named, &twin).await.is_empty());
        merge(house, &silent(&named, &twin)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_3_3_a_merge_cancels_no_card_of_another_library_but_for_who_manages_it() {
    on_both_databases(async |house| {
        let first = opened(house, macao_resident(1)).await;
        let second = adult(2);
        let second = house
            .service
            .write(house.clerk_at_sd(), async |op| cards::open(op, second.clone()).await)
            .await
            .unwrap();
        let manager = |library| {
            let clerk = if library == house.sd { house.clerk_at_sd() } else { house.clerk() };
            Actor { rights: Role::BranchManager.rights().to_vec(), ..clerk }
        };
        let as_who = async |actor: Actor, request: &Merge| {
            let request = request.clone();
            house.service.write(actor, async move |op| people::merge(op, request.clone()).await).await
        };
        let keep_first = merging(house, &first, &second, &[], Some(first.card.id));
        match as_who(manager(house.fs), &keep_first).await {
            Err(Error::Refused(blockers)) => {
                assert_eq!(blockers, [Blocker::MergeCancelsElsewhere { issuing_library: house.sd }]);
                assert_eq!(blockers[0].clause(), "6.3.3");
            }
            other => panic!("{other:?}"),
        }
        let (a, b) = (first.reader.id, second.reader.id);
        let seen_by =
            house.service.write(manager(house.fs), async |op| people::compare(op, a, b).await).await.unwrap();
        assert_eq!(seen_by.sides.map(|side| side.may_cancel), [true, false]);
        // Its own card may go; the issuing library's manager and the central library's may cancel the other.
        let keep_second = merging(house, &first, &second, &[], Some(second.card.id));
        let merged = as_who(manager(house.fs), &keep_second).await.unwrap();
        undo(house, merged.merge).await.unwrap();
        for who in [manager(house.sd), house.system()] {
            let (a, b) = (seen(house, a).await, seen(house, b).await);
            let now = Merge { winner_version: a.version, loser_version: b.version, ..keep_first.clone() };
            let merged = as_who(who, &now).await.unwrap();
            undo(house, merged.merge).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_the_page_says_same_or_different_of_full_values_and_asks_before_undoing() {
    on_both_databases(async |house| {
        house.add_staff("li.zhiqiang", house.fs, Role::BranchManager).await.unwrap();
        let first = opened(house, macao_resident(1)).await;
        let mut other = macao_resident(2);
        // Masked, both phones look alike.
        other.reader.phone = "13911110001".to_owned();
        let second = opened(house, other).await;
        let mut browser = Browser::new(&house.service);
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("username", "li.zhiqiang"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        let path = format!("/office/merge/compare?winner={}&loser={}", first.reader.id, second.reader.id);
        browser.get(&path).await;
        assert_eq!(browser.page.matches("139****0001").count(), 2, "{}", browser.page);
        let row = browser.page.split("<tr").find(|row| row.contains("139****0001")).unwrap();
        assert!(row.contains("data-same=\"false\"") && row.contains("不同"), "{row}");
        let birth = browser.page.split("<tr").find(|row| row.contains("1985-07-08")).unwrap();
        assert!(birth.contains("data-same=\"true\"") && birth.contains("相同"), "{birth}");
        for said in ["在借与欠费", "最近办理业务", "佛山市图书馆"] {
            assert!(browser.page.contains(said), "{said}: {}", browser.page);
        }
        assert!(browser.page.contains(&cards::grouped(&first.card.number)));

        // Without the hidden key nothing is done, and nothing that was typed is lost.
        let card = first.card.id.to_string();
        let versions = ["winner_version", "loser_version"].map(|name| (name, browser.hidden(name)));
        let mut fields: Vec<(&str, &str)> =
            versions.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend([("card", card.as_str()), ("reason", "派出所证明甲"), ("take.phone", "loser")]);
        browser.post(&path, &fields).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            browser.page.contains("没有合并") && browser.page.contains("派出所证明甲"),
            "{}",
            browser.page
        );
        let key = browser.hidden("idempotency_key");
        fields.push(("idempotency_key", &key));
        browser.post(&path, &fields).await;
        assert_eq!(browser.location, "/office/merges?done=merged", "{}", browser.page);
        browser.follow().await;
        let masked = |opened: &Opened| opened.reader.documents[0].number.clone();
        assert!(browser.page.contains(&masked(&first)) && browser.page.contains(&masked(&second)));

        let undo = browser.page.split("href=\"").find(|part| part.contains("/undo\"")).unwrap();
        let undo = undo.split('"').next().unwrap().to_owned();
        // A form from elsewhere than the page that asks is sent there.
        browser.post(&undo, &[]).await;
        assert_eq!(browser.location, undo);
        browser.get(&undo).await;
        assert!(browser.page.contains("确认撤销") && browser.page.contains(&masked(&second)));
        browser.post(&undo, &[("sure", "yes")]).await;
        assert_eq!(browser.location, "/office/merges?done=undone");
        for again in [true, false] {
            browser.get("/office/merges").await;
            if again {
                browser.post(&undo, &[("sure", "yes")]).await;
            } else {
                browser.get(&undo).await;
            }
            assert_eq!(browser.status, StatusCode::CONFLICT);
            assert!(browser.page.contains("已经撤销过"), "{}", browser.page);
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_paper_about_a_card_that_a_merge_cancelled_tells_of_the_merge() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let (winner, card) = (first.reader.id, second.card.id);
        merge(house, &merging(house, &first, &second, &[], Some(first.card.id))).await.unwrap();
        let print = async move |op: &Op| cards::told_on_paper(op, card, &[ServiceName::Cancel]).await;
        house.service.write(house.clerk(), print).await.unwrap();
        let told = house
            .service
            .read(house.clerk(), async move |op| outbox::messages_of(op, winner, 50).await)
            .await
            .unwrap();
        let slip: Vec<_> = told.iter().filter(|message| message.medium == Medium::Slip).collect();
        assert_eq!(slip.iter().map(|slip| slip.template).collect::<Vec<_>>(), [Template::CardMerged]);
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_of_two_merges_of_one_pair_the_later_is_the_answer_whatever_their_ids() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let (a, b) = (first.reader.id, second.reader.id);
        let now = async || {
            let (a, b) = (seen(house, a).await, seen(house, b).await);
            let (first, second) =
                (Opened { reader: a, ..first.clone() }, Opened { reader: b, ..second.clone() });
            merging(house, &first, &second, &[], Some(first.card.id))
        };
        let earlier = merge(house, &now().await).await.unwrap().merge;
        undo(house, earlier).await.unwrap();
        house.clock.advance(TimeDelta::seconds(1));
        let request = now().await;
        let call = || Call { actor: house.system(), key: IdempotencyKey::new("twice") };
        let once = async |request: Merge| {
            house.service.write(call(), async move |op| people::merge(op, request.clone()).await).await
        };
        assert_ne!(once(request.clone()).await.unwrap().merge, earlier);
        // The later one's id comes first.
        let low = "00000000-0000-7000-8000-000000000001";
        let swap = match house.engine {
            Engine::Postgres => {
                "UPDATE reader_merges SET id = '00000000-0000-7000-8000-000000000001' WHERE undone_at IS NULL"
            }
            Engine::Sqlite => {
                "UPDATE reader_merges SET id = X'00000000000070008000000000000001' WHERE undone_at IS NULL"
            }
        };
        assert_eq!(house.tamper(swap).await.unwrap(), 1);
        let again = once(request).await.unwrap();
        assert!(again.repeated);
        assert_eq!(again.merge.to_string(), low);
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
        assert!(browser.page.contains("出生日期不同") && browser.page.contains("公民身份号码不同"));
        browser.post(&path, &fields).await;
        assert_eq!(browser.status, StatusCode::CONFLICT, "{}", browser.page);
        fields.push(("reason", "派出所证明"));
        browser.post(&path, &fields).await;
        browser.follow().await;
        assert!(browser.page.contains("派出所证明"), "{}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_a_virtual_number_that_went_with_a_merge_is_no_card_to_take_back() {
    on_both_databases(async |house| {
        let (first, second) = two(house).await;
        let found = async |text: &str| {
            let text = text.to_owned();
            house.service.write(house.clerk(), async move |op| cards::find(op, &text).await).await.unwrap()
        };
        let merged = merge(house, &merging(house, &first, &second, &[], Some(first.card.id))).await.unwrap();
        let old = found(&second.card.number).await;
        assert!(old.old_number && old.old_is_virtual);
        assert!(!found(&first.card.number).await.old_number);
        undo(house, merged.merge).await.unwrap();
        house.clock.advance(TimeDelta::seconds(1));
        let (a, b) = (seen(house, first.reader.id).await, seen(house, second.reader.id).await);
        let (first, second) = (Opened { reader: a, ..first }, Opened { reader: b, ..second });
        merge(house, &merging(house, &first, &second, &[], Some(second.card.id))).await.unwrap();
        let old = found(&first.card.number).await;
        assert!(old.old_number && !old.old_is_virtual, "a card with a barcode is taken back");

        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut browser = Browser::new(&house.service);
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        let path = format!("/desk/readers/{}?old-number", first.reader.id);
        browser.get(&path).await;
        assert!(browser.page.contains("旧卡请收回"), "{}", browser.page);
        browser.get(&format!("{path}=virtual")).await;
        assert!(browser.page.contains("没有实体卡") && !browser.page.contains("旧卡请收回"));
    })
    .await;
}
