//! Replacing: A.4.4, 6.3.3.

use service::Error;
use service::cards::{self, CancelReason, CardState, Replace};
use service::kernel::{Known, Standing, SystemName};
use service::testing::{macao_resident, on_both_databases};

use super::{
    agent_of, cancel, card, codes, document_card, field, history, in_person, keyed, one_card, open, replace,
    report, verify,
};

#[tokio::test]
async fn a_4_4_a_one_card_is_reported_lost_cancelled_and_replaced_in_one_step() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        house.tamper("UPDATE cards SET password_hash = 'chosen'").await.unwrap();
        let change = replace(house, house.clerk(), held.id, " fs0000 0042").await.unwrap();
        let (new, old) = (&change.card, change.old.as_ref().unwrap());
        assert_eq!((new.number.as_str(), new.state), ("FS00000042", CardState::Active));
        assert_eq!((old.id, old.state, old.replaced_by), (held.id, CardState::Cancelled, Some(new.id)));
        assert!(old.was_lost);
        assert!(!new.default_password, "the chosen password stays");
        assert_eq!((new.reader, new.document, new.issuing_library), (held.reader, held.document, house.fs));
        let done: Vec<_> =
            history(house, &held).await.into_iter().map(|entry| (entry.service, entry.at)).collect();
        let now = house.clock.now();
        for (place, service) in ["report_loss", "cancel", "replace"].into_iter().enumerate() {
            assert_eq!(done[place + 1], (service.to_owned(), now));
        }
        verify(house).await;
    })
    .await;
}

#[tokio::test]
async fn a_4_4_what_was_done_before_is_not_done_again() {
    on_both_databases(async |house| {
        let lost = one_card(house, 1).await;
        report(house, house.clerk_at_sd(), lost.id, in_person()).await.unwrap();
        replace(house, house.clerk(), lost.id, "FS00000041").await.unwrap();
        let cancelled = one_card(house, 2).await;
        report(house, house.clerk_at_sd(), cancelled.id, in_person()).await.unwrap();
        cancel(house, house.clerk(), cancelled.id, CancelReason::Wish, in_person()).await.unwrap();
        // What a cancelled card left unpaid was asked when it was cancelled.
        house.circulation.tell(cancelled.reader, Known::Unavailable(SystemName::of("ILAS")));
        replace(house, house.clerk(), cancelled.id, "FS00000042").await.unwrap();
        for of in [&lost, &cancelled] {
            let services: Vec<String> =
                history(house, of).await.into_iter().map(|entry| entry.service).collect();
            assert_eq!(services, ["open_card", "report_loss", "cancel", "replace"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_4_4_who_was_replaced_or_not_lost_or_holds_another_card_is_not_replaced() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        let new = replace(house, house.clerk(), held.id, "FS00000041").await.unwrap().card;
        assert_eq!(codes(replace(house, house.clerk(), held.id, "FS00000042").await), ["card_replaced"]);
        assert_eq!(codes(report(house, house.clerk(), held.id, in_person()).await), ["card_replaced"]);
        // Cancelled without having been lost: another is opened instead.
        cancel(house, house.clerk(), new.id, CancelReason::Wish, in_person()).await.unwrap();
        assert_eq!(codes(replace(house, house.clerk(), new.id, "FS00000042").await), ["card_cancelled"]);
        // Lost, cancelled, and another opened elsewhere meanwhile.
        let gone = one_card(house, 2).await;
        report(house, house.clerk(), gone.id, in_person()).await.unwrap();
        cancel(house, house.clerk(), gone.id, CancelReason::Wish, in_person()).await.unwrap();
        let mut again = macao_resident(2);
        again.barcode = "FS00000077".to_owned();
        open(house, house.clerk_at_sd(), again).await;
        assert_eq!(codes(replace(house, house.clerk(), gone.id, "FS00000042").await), ["already_holds_card"]);
    })
    .await;
}

#[tokio::test]
async fn a_4_4_only_a_one_card_only_where_it_was_issued_only_in_person() {
    on_both_databases(async |house| {
        let document = document_card(house, 1).await;
        assert_eq!(codes(replace(house, house.clerk(), document.id, "FS00000041").await), ["one_card_only"]);
        // Nobody is sent to the issuing library for what it can't do either.
        let there = replace(house, house.clerk_at_sd(), document.id, "FS00000041").await;
        assert_eq!(codes(there), ["one_card_only"]);
        let held = one_card(house, 2).await;
        assert_eq!(
            codes(replace(house, house.clerk_at_sd(), held.id, "FS00000041").await),
            ["issuing_library_only"]
        );
        let request = Replace {
            card: held.id,
            barcode: "FS00000041".to_owned(),
            circulation_checked: true,
            check: agent_of(2),
        };
        let by_agent =
            house.service.write(house.clerk(), async |op| cards::replace(op, request.clone()).await);
        assert!(codes(by_agent.await).contains(&"in_person_only"));
    })
    .await;
}

#[tokio::test]
async fn a_4_4_all_of_it_happens_or_nothing() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        let taken = one_card(house, 2).await;
        assert_eq!(codes(replace(house, house.clerk(), held.id, &taken.number).await), ["barcode_in_use"]);
        assert_eq!(codes(replace(house, house.clerk(), held.id, &held.number).await), ["barcode_in_use"]);
        assert_eq!(field(replace(house, house.clerk(), held.id, "12").await), "barcode");
        assert_eq!(field(replace(house, house.clerk(), held.id, "").await), "barcode");
        // A box that was not ticked does not hide a barcode that is none.
        let request = Replace {
            card: held.id,
            barcode: "12".to_owned(),
            circulation_checked: false,
            check: in_person(),
        };
        let both = house.service.write(house.clerk(), async |op| cards::replace(op, request.clone()).await);
        assert_eq!(field(both.await), "barcode");
        house.circulation.tell(held.reader, Known::Standing(Standing { loans: 1, ..Standing::default() }));
        assert_eq!(codes(replace(house, house.clerk(), held.id, "FS00000041").await), ["loans_out"]);
        let now = card(house, held.id).await;
        assert_eq!((now.state, now.version), (CardState::Active, held.version));
        let done = history(house, &held).await.into_iter().filter(|entry| entry.outcome == "done").count();
        assert_eq!(done, 1);
    })
    .await;
}

#[tokio::test]
async fn a_4_4_the_same_key_replaces_once() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        let call = keyed(house.clerk(), "r1");
        let first = replace(house, call.clone(), held.id, "FS00000041").await.unwrap();
        let again = replace(house, call.clone(), held.id, "FS00000041").await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.card.id, again.old.map(|old| old.id)), (first.card.id, Some(held.id)));
        let other = replace(house, call, held.id, "FS00000042").await;
        assert!(matches!(other, Err(Error::KeyReused)), "{other:?}");
        assert_eq!(history(house, &held).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_4_4_the_old_number_finds_the_reader_and_the_new_one_works() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        replace(house, house.clerk(), held.id, "FS00000041").await.unwrap();
        for number in ["FS00000001", "FS00000041"] {
            let found = house
                .service
                .write(house.clerk_at_sd(), async |op| cards::find(op, number).await)
                .await
                .unwrap();
            assert_eq!(found.readers[0].reader.id, held.reader);
            assert_eq!(found.old_number, number == "FS00000001");
            assert_eq!(found.readers[0].card.as_ref().unwrap().number, "FS00000041", "the card that counts");
            let numbered = house
                .service
                .write(house.clerk(), async |op| cards::card_by_number(op, number).await)
                .await
                .unwrap();
            assert_eq!(numbered.card.state == CardState::Active, number == "FS00000041");
        }
    })
    .await;
}
