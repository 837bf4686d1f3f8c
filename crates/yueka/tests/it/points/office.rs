//! What the office does: settling, revoking, letting in late.

use axum::http::StatusCode;
use chrono::TimeDelta;
use service::Error;
use service::cards::card_by_number;
use service::kernel::{Actor, Blocker, CardId, OpeningId, Right, Role, StockPlace};
use service::points::{
    HandedIn, LATE_HOURS, OpeningState, Settle, Settlement, end_point, hand_back, hand_in, let_in_late,
    opening, points, settle, take_back_cards,
};
use service::readers;
use service::testing::{House, adult, macao_resident, on_both_databases};

use super::{count, event, manager, waiting};
use crate::browser::Browser;
use crate::life::{document_card, history, open};
use crate::stock::{at, receive};

async fn settled(
    house: &House,
    actor: Actor,
    opening: OpeningId,
    how: Settlement,
) -> service::Result<Option<CardId>> {
    let request = Settle { opening, version: 1, how };
    house.service.write(actor, async |op| settle(op, request.clone()).await).await
}

fn opened() -> Settlement {
    Settlement::Opened { barcode: String::new(), another_person: false }
}

fn codes<T: std::fmt::Debug>(result: service::Result<T>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn c_6_5_a_conflict_is_settled_by_the_card_that_stands() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        for serial in [1, 2] {
            let mut request = adult(serial);
            request.reader.phone = format!("1380000000{serial}");
            request.reader.address = "佛山市顺德区大良".to_owned();
            event.open(request).await.unwrap();
        }
        let (one, two) = (document_card(house, 1).await, document_card(house, 2).await);
        event.hand_in(house).await;
        let held = waiting(house).await;
        let of = |reader| held.iter().find(|held| held.reader == Some(reader)).unwrap().id;
        let (first, second) = (of(one.reader), of(two.reader));
        assert_eq!(settled(house, house.clerk(), first, Settlement::Stands).await.unwrap(), Some(one.id));
        let again = settled(house, house.clerk(), first, Settlement::Stands).await;
        assert!(matches!(again, Err(Error::Stale)), "{again:?}");
        assert_eq!(settled(house, house.clerk(), second, Settlement::Updated).await.unwrap(), Some(two.id));
        let phones =
            |reader| house.service.read(house.clerk(), async move |op| readers::view(op, reader).await);
        assert!(phones(one.reader).await.unwrap().phone.ends_with("0001"), "as it was");
        let updated = phones(two.reader).await.unwrap();
        assert!(updated.phone.starts_with("138"), "as told at the point: {}", updated.phone);
        let records = history(house, &two).await;
        for service in ["amend", "settle_opening", "hold_opening"] {
            assert!(records.iter().any(|record| record.service == service), "{service}");
        }
        assert!(waiting(house).await.is_empty());
        let (_, kept) =
            house.service.write(manager(house), async |op| opening(op, second).await).await.unwrap();
        assert!(kept.is_none(), "what was told is kept no longer");
        let answers = event.hand_in(house).await;
        assert_eq!(count(&answers, OpeningState::Settled), 2, "the laptop hears of it");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_card_is_opened_after_all_by_the_same_rules_with_the_number_that_was_handed_out() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let mut namesake = macao_resident(2);
        namesake.reader.name = adult(1).reader.name;
        namesake.reader.birth_date = "1990-05-06".to_owned();
        open(house, house.clerk(), namesake).await;
        event.open(adult(3)).await.unwrap();
        let held_already = document_card(house, 3).await;
        event.hand_in(house).await;
        let held = waiting(house).await;
        let namesake = held.iter().find(|held| held.reasons == ["possible_duplicate"]).unwrap();
        let other = held.iter().find(|held| held.reader == Some(held_already.reader)).unwrap();
        assert_eq!(codes(settled(house, house.clerk(), other.id, opened()).await), ["already_holds_card"]);
        assert_eq!(codes(settled(house, house.clerk(), namesake.id, opened()).await), ["possible_duplicate"]);
        let how = Settlement::Opened { barcode: String::new(), another_person: true };
        let card = settled(house, house.clerk(), namesake.id, how).await.unwrap().unwrap();
        let number = namesake.number.clone();
        let found =
            house.service.write(house.clerk(), async |op| card_by_number(op, &number).await).await.unwrap();
        assert_eq!(found.card.id, card);
        assert!(matches!(
            settled(house, house.clerk(), namesake.id, Settlement::Stands).await,
            Err(Error::Stale)
        ));
        assert_eq!(settled(house, house.clerk(), other.id, Settlement::Dropped).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_one_card_that_was_handed_out_is_void_or_stays_theirs() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 100).await.unwrap();
        let event = event(house, 10).await;
        for serial in [1, 2] {
            event.open(macao_resident(serial)).await.unwrap();
        }
        for (serial, barcode) in [(1, "FS00000051"), (2, "FS00000052")] {
            let mut desk = macao_resident(serial);
            desk.barcode = barcode.to_owned();
            open(house, house.clerk(), desk).await;
        }
        event.hand_in(house).await;
        let pass = event.pass(house).await.unwrap();
        let ended = house.service.write(manager(house), async |op| hand_back(op, &pass).await).await.unwrap();
        assert_eq!((ended.numbers, ended.one_cards), (30, 0), "cards wait with their openings");
        let back = |house: &House| {
            let id = event.package.point;
            house.service.write(manager(house), async move |op| take_back_cards(op, id).await)
        };
        assert_eq!(codes(back(house).await), ["openings_wait"]);
        let held = waiting(house).await;
        let void = held.iter().find(|held| held.number == "FS00000001").unwrap();
        settled(house, house.clerk(), void.id, Settlement::Stands).await.unwrap();
        // The other card of the second is gone: then the one of the point is theirs.
        let theirs = held.iter().find(|held| held.number == "FS00000002").unwrap();
        let number = "FS00000052".to_owned();
        let other =
            house.service.write(house.clerk(), async |op| card_by_number(op, &number).await).await.unwrap();
        house.circulation.tell_of_others(service::kernel::Known::Standing(Default::default()));
        let why = service::cards::CancelReason::Wish;
        crate::life::cancel(house, house.clerk(), other.card.id, why, crate::life::in_person())
            .await
            .unwrap();
        let card = settled(house, house.clerk(), theirs.id, opened()).await.unwrap().unwrap();
        assert_eq!(crate::life::card(house, card).await.number, "FS00000002");
        assert_eq!(back(house).await.unwrap(), 8);
        assert_eq!(at(house, house.fs, StockPlace::Point).await, 0);
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 4);
        crate::stock::balanced(house).await;
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_stolen_laptop_hands_in_nothing_and_its_numbers_are_void() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        for serial in [1, 2] {
            event.open(adult(serial)).await.unwrap();
        }
        let id = event.package.point;
        let forbidden = house.service.write(house.clerk(), async |op| end_point(op, id).await).await;
        assert!(matches!(forbidden, Err(Error::Forbidden(Right::ManagePoints))));
        let ended = house.service.write(manager(house), async |op| end_point(op, id).await).await.unwrap();
        assert_eq!(ended.numbers, 30);
        assert!(event.pass(house).await.is_none(), "its secret is nobody's");
        let again = house.service.write(manager(house), async |op| end_point(op, id).await).await;
        assert!(matches!(again, Err(Error::NotFound("point"))));

        // It was found, and what was opened before may be looked at.
        house.clock.advance(TimeDelta::hours(1));
        house.service.write(manager(house), async |op| let_in_late(op, id).await).await.unwrap();
        let answers = event.hand_in(house).await;
        assert_eq!(count(&answers, OpeningState::Conflict), 2, "nothing is opened by that");
        assert!(answers.iter().all(|answer| answer.reasons == ["point_revoked"]));
        let held = waiting(house).await;
        assert!(held.iter().all(|held| held.irregular));
        let how = opened();
        let forbidden = settled(house, house.clerk(), held[0].id, how.clone()).await;
        assert!(matches!(forbidden, Err(Error::Forbidden(Right::ManagePoints))), "{forbidden:?}");
        let card = settled(house, manager(house), held[0].id, how).await.unwrap().unwrap();
        let number = held[0].number.clone();
        let found =
            house.service.write(house.clerk(), async |op| card_by_number(op, &number).await).await.unwrap();
        assert_eq!(found.card.id, card, "with the number on the slip");
        settled(house, manager(house), held[1].id, Settlement::Dropped).await.unwrap();

        // What was opened after the revocation says so.
        let opened_after = event.open(adult(3)).await.unwrap();
        let answers = event.hand_in(house).await;
        assert_eq!(answers[2].reasons, ["point_revoked", "impossible_time"]);
        assert!(!opened_after.card.number.is_empty());
        house.clock.advance(TimeDelta::hours(LATE_HOURS));
        assert!(event.pass(house).await.is_none(), "and not for ever");
        let entry = house.service.read(manager(house), points).await.unwrap().remove(0);
        assert!(entry.revoked && entry.ended_at.is_some());
        assert_eq!((entry.conflicts, entry.settled), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_point_that_is_over_hands_in_late_what_was_left_on_it() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let id = event.package.point;
        let late = async |house: &House| {
            house.service.write(manager(house), async |op| let_in_late(op, id).await).await
        };
        assert!(matches!(late(house).await, Err(Error::NotFound("point"))), "it runs still");
        let pass = event.pass(house).await.unwrap();
        house.service.write(manager(house), async |op| hand_back(op, &pass).await).await.unwrap();
        assert!(event.pass(house).await.is_none());
        late(house).await.unwrap();
        let answer = event.hand_in(house).await.remove(0);
        assert_eq!(
            (answer.state, answer.reasons),
            (OpeningState::Conflict, vec!["point_revoked".to_owned()])
        );
        // It may say that it is done: nothing is left to go back.
        let pass = event.pass(house).await.unwrap();
        assert!(pass.late);
        let ended = house.service.write(manager(house), async |op| hand_back(op, &pass).await).await.unwrap();
        assert_eq!((ended.numbers, ended.one_cards), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn c_6_5_opened_after_all_gets_a_new_number_where_the_one_on_paper_is_on_a_card() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        event.open(adult(2)).await.unwrap();
        let entries = event.laptop.openings().await.unwrap();
        let pass = event.pass(house).await.unwrap();
        let first = entries[0].handed_in();
        // A laptop that ran from two copies of its folder gave one number twice.
        let second = HandedIn { number: first.number.clone(), ..entries[1].handed_in() };
        hand_in(&house.service, &pass, &first).await.unwrap();
        let answer = hand_in(&house.service, &pass, &second).await.unwrap();
        assert_eq!(answer.reasons, ["number_not_set_aside"]);
        let mut office = at_office(house).await;
        let place = format!("/office/points/openings/{}", second.id);
        assert!(office.get(&place).await.contains("会给一个新证号"), "{}", office.page);
        let card = settled(house, manager(house), second.id, opened()).await.unwrap().unwrap();
        assert_ne!(crate::life::card(house, card).await.number, first.number);
        assert!(office.get(&place).await.contains("请换给新的"), "{}", office.page);
    })
    .await;
}

/// A browser of a manager of FS.
async fn at_office(house: &House) -> Browser {
    house.add_staff("guan", house.fs, Role::BranchManager).await.unwrap();
    let mut office = Browser::new(&house.service);
    office.get("/sign-in").await;
    office.post("/sign-in", &[("username", "guan"), ("password", "yueka2026")]).await;
    office.follow().await;
    let desk = house.fs_desk.to_string();
    office.post("/service-point", &[("service_point", &desk)]).await;
    office
}

#[tokio::test]
async fn c_6_5_points_of_other_libraries_are_theirs() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        document_card(house, 1).await;
        event.hand_in(house).await;
        let held = waiting(house).await.remove(0);
        let rights = Role::BranchManager.rights().to_vec();
        let elsewhere = Actor { rights, ..house.clerk_at_sd() };
        assert!(house.service.read(elsewhere.clone(), points).await.unwrap().is_empty());
        let refused = settled(house, elsewhere.clone(), held.id, Settlement::Dropped).await;
        assert!(matches!(refused, Err(Error::NotFound("opening"))), "{refused:?}");
        let id = event.package.point;
        let refused = house.service.write(elsewhere, async |op| end_point(op, id).await).await;
        assert!(matches!(refused, Err(Error::NotFound("point"))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_the_office_sees_points_and_settles_on_pages() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let card = document_card(house, 1).await;
        event.hand_in(house).await;
        let mut office = at_office(house).await;
        let held = waiting(house).await.remove(0);
        let page = office.get("/office/points").await;
        assert!(page.contains("第一中学") && page.contains(&held.number), "{page}");
        let place = format!("/office/points/{}", event.package.point);
        assert!(office.get(&place).await.contains("待处理"));
        let conflict = format!("/office/points/openings/{}", held.id);
        let page = office.get(&conflict).await;
        assert!(page.contains(&card.number) && page.contains("以原证为准"), "{page}");
        office.post(&conflict, &[("version", "1")]).await;
        assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY);
        office.get(&conflict).await;
        office.post(&conflict, &[("version", "1"), ("how", "opened")]).await;
        assert_eq!(office.status, StatusCode::CONFLICT, "the rules hold here too");
        office.get(&conflict).await;
        office.post(&conflict, &[("version", "1"), ("how", "stands")]).await;
        assert!(office.follow().await.contains("以原证为准"));
        assert!(office.get(&[&place, "?revoke"].concat()).await.contains("要撤销"));
        office.post(&place, &[("do", "revoke")]).await;
        assert!(office.follow().await.contains("已撤销"));
        assert!(event.pass(house).await.is_none());
        office.get(&place).await;
        office.post(&place, &[("do", "late")]).await;
        office.follow().await;
        assert!(event.pass(house).await.is_some_and(|pass| pass.late));
    })
    .await;
}
