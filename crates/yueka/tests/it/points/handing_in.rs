//! Online again: each opening once, accepted or held back.

use chrono::TimeDelta;
use service::Error;
use service::cards::{CardState, card_by_number};
use service::kernel::{Channel, OpeningId, StaffId, StockPlace};
use service::points::{HandedIn, OpeningState, hand_in, note_sync, points};
use service::records::{Chain, seal};
use service::testing::{adult, macao_resident, on_both_databases};
use uuid::Uuid;

use super::{count, event, manager, waiting};
use crate::life::{document_card, history, open, verify};
use crate::stock::{at, receive};

#[tokio::test]
async fn c_6_5_each_opening_is_accepted_or_held_back_and_none_counts_twice() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        for serial in 0..20 {
            event.open(adult(serial)).await.unwrap();
            house.clock.advance(TimeDelta::minutes(3));
        }
        // Meanwhile three of them went to a desk.
        for serial in [3, 7, 11] {
            document_card(house, serial).await;
        }
        let answers = event.hand_in(house).await;
        assert_eq!(count(&answers, OpeningState::Accepted), 17);
        assert_eq!(count(&answers, OpeningState::Conflict), 3);
        assert_eq!(event.hand_in(house).await, answers, "the same again");
        let held: Vec<_> = answers.iter().filter(|answer| answer.state == OpeningState::Conflict).collect();
        assert!(held.iter().all(|answer| answer.reasons == ["already_holds_card"]));
        let cards = house.tamper("UPDATE cards SET version = version").await.unwrap();
        assert_eq!(cards, 20, "17 of the point and 3 of the desk");
        assert_eq!(waiting(house).await.len(), 3);
        let pass = event.pass(house).await.unwrap();
        house.service.write(house.system(), async |op| note_sync(op, &pass, 0).await).await.unwrap();
        let entry = house.service.read(manager(house), points).await.unwrap().remove(0);
        assert_eq!((entry.accepted, entry.conflicts, entry.settled), (17, 3, 0));
        assert_eq!((entry.numbers, entry.outstanding), ((30, 10), 0));
        assert_eq!(entry.synced_at, Some(house.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn c_6_5_records_say_the_moment_the_staff_and_that_it_was_a_mobile_point() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        let opened = event.open(adult(1)).await.unwrap();
        let then = house.clock.now();
        house.clock.advance(TimeDelta::hours(9));
        event.hand_in(house).await;
        let number = opened.card.number.clone();
        let found =
            house.service.write(house.clerk(), async |op| card_by_number(op, &number).await).await.unwrap();
        assert_eq!((found.card.opened_at, found.card.channel), (then, Channel::MobilePoint));
        assert_eq!((found.card.issuing_library, found.card.state), (house.fs, CardState::Active));
        let records = history(house, &found.card).await;
        let record = records.iter().find(|record| record.service == "open_card").unwrap();
        assert_eq!(record.at, then);
        assert_eq!(record.actor, format!("staff:{}", event.staff));
        assert_eq!(record.channel, "mobile_point");
        for chain in Chain::ALL {
            seal(&house.service, chain, 1000).await.unwrap();
        }
        verify(house).await;
        let opened = "UPDATE messages SET tries = tries WHERE template = 'card_opened'";
        let told = house.tamper(opened).await.unwrap();
        assert!(told > 0, "the reader is told");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_who_holds_another_card_is_told_and_that_one_stands() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let card = document_card(house, 1).await;
        let answer = event.hand_in(house).await.remove(0);
        assert_eq!(answer.state, OpeningState::Conflict);
        let held = waiting(house).await.remove(0);
        assert_eq!((held.reader, held.card), (Some(card.reader), Some(card.id)));
        let records = history(house, &card).await;
        assert!(records.iter().any(|record| record.service == "hold_opening"), "{records:?}");
        let told =
            house.tamper("UPDATE messages SET tries = tries WHERE template = 'opening_held'").await.unwrap();
        assert_eq!(told, 2, "by e-mail and SMS");
        event.hand_in(house).await;
        let again = house.tamper("UPDATE messages SET tries = tries WHERE template = 'opening_held'").await;
        assert_eq!(again.unwrap(), 2, "and once");
    })
    .await;
}

#[tokio::test]
async fn c_6_5_a_namesake_elsewhere_is_for_somebody_to_look_at() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let mut namesake = macao_resident(2);
        namesake.reader.name = adult(1).reader.name;
        namesake.reader.birth_date = "1990-05-06".to_owned();
        open(house, house.clerk(), namesake).await;
        let answer = event.hand_in(house).await.remove(0);
        assert_eq!(answer.reasons, ["possible_duplicate"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_what_no_laptop_of_ours_can_say_opens_nothing() {
    on_both_databases(async |house| {
        let event = event(house, 0).await;
        event.open(adult(1)).await.unwrap();
        let pass = event.pass(house).await.unwrap();
        let honest = event.laptop.openings().await.unwrap().remove(0).handed_in();
        let tried = std::cell::Cell::new(1);
        let again = |change: &dyn Fn(&mut HandedIn)| {
            let mut handed = honest.clone();
            handed.id = OpeningId(Uuid::from_u128(tried.replace(tried.get() + 1)));
            change(&mut handed);
            handed
        };
        let tries = [
            (again(&|handed| handed.request.reader.phone = "12".to_owned()), "fields_not_taken"),
            (again(&|handed| handed.number = "0757000000000000".to_owned()), "number_not_set_aside"),
            (again(&|handed| handed.at += TimeDelta::hours(1)), "impossible_time"),
            (again(&|handed| handed.at -= TimeDelta::days(1)), "impossible_time"),
            (again(&|handed| handed.staff = StaffId(Uuid::from_u128(1))), "not_staff_of_point"),
        ];
        for (handed, reason) in tries {
            let answer = hand_in(&house.service, &pass, &handed).await.unwrap();
            assert_eq!((answer.state, answer.reasons[0].as_str()), (OpeningState::Conflict, reason));
        }
        // One that came through another door than the laptop's is taken as one of the laptop.
        let mut claims = honest.clone();
        claims.request.channel = Some(Channel::Online);
        let answer = hand_in(&house.service, &pass, &claims).await.unwrap();
        assert_eq!(answer.state, OpeningState::Conflict, "its number was used by the phone that is none");
        let mut other = honest.clone();
        other.request.reader.name = "另一人".to_owned();
        let refused = hand_in(&house.service, &pass, &other).await;
        assert!(matches!(refused, Err(Error::KeyReused)), "{refused:?}");
        assert_eq!(house.tamper("UPDATE cards SET version = version").await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_5_one_cards_of_the_point_are_used_up_by_its_openings() {
    on_both_databases(async |house| {
        receive(house, house.fs, 1, 100).await.unwrap();
        let event = event(house, 10).await;
        for serial in [1, 2, 3] {
            event.open(macao_resident(serial)).await.unwrap();
        }
        let mut desk = macao_resident(3);
        desk.barcode = "FS00000050".to_owned();
        open(house, house.clerk(), desk).await;
        let answers = event.hand_in(house).await;
        assert_eq!(count(&answers, OpeningState::Accepted), 2);
        assert_eq!(at(house, house.fs, StockPlace::Point).await, 8, "the held one is still the point's");
        assert_eq!(at(house, house.fs, StockPlace::Used).await, 3);
    })
    .await;
}
