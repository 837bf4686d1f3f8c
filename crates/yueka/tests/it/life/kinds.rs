//! From one kind of card to the other, as Table A1 allows.

use service::cards::{self, CardKind, CardState};
use service::testing::{child, on_both_databases};

use super::{
    agent_of, card, change_kind, codes, document_card, field, guardian_of, history, in_person, keyed,
    one_card, open, report,
};

#[tokio::test]
async fn a_1_under_16_the_guardian_changes_the_kind_and_back() {
    on_both_databases(async |house| {
        let held = open(house, house.clerk(), child(1)).await.card;
        let one =
            change_kind(house, house.clerk_at_sd(), held.id, CardKind::OneCard, "FS00000031", guardian_of(1))
                .await
                .unwrap()
                .card;
        assert_eq!((one.id, one.kind, one.number.as_str()), (held.id, CardKind::OneCard, "FS00000031"));
        assert_eq!(
            (one.state, one.issuing_library, one.opened_at),
            (CardState::Active, house.fs, held.opened_at)
        );
        let back =
            change_kind(house, house.clerk(), held.id, CardKind::Document, "", guardian_of(1)).await.unwrap();
        assert!(cards::is_virtual_number(&back.card.number) && back.card.number != held.number);
        // Each number leads here; only the last is the card's own.
        for (number, current) in
            [(held.number.as_str(), false), ("FS00000031", false), (back.card.number.as_str(), true)]
        {
            let found = house
                .service
                .write(house.clerk(), async |op| cards::card_by_number(op, number).await)
                .await
                .unwrap();
            assert_eq!((found.card.id, found.current), (held.id, current), "{number}");
            let readers =
                house.service.write(house.clerk(), async |op| cards::find(op, number).await).await.unwrap();
            assert_eq!(readers.readers[0].reader.id, held.reader);
        }
        let services: Vec<String> =
            history(house, &held).await.into_iter().map(|entry| entry.service).collect();
        assert_eq!(services, ["open_card", "change_kind", "change_kind"]);
    })
    .await;
}

#[tokio::test]
async fn a_1_the_table_holds_for_a_change_too() {
    on_both_databases(async |house| {
        let adult = document_card(house, 1).await;
        let to = async |id, kind, barcode: &str| {
            change_kind(house, house.clerk(), id, kind, barcode, in_person()).await
        };
        assert_eq!(codes(to(adult.id, CardKind::OneCard, "FS00000031").await), ["document_is_the_card"]);
        assert_eq!(codes(to(adult.id, CardKind::Document, "").await), ["same_kind"]);
        let macao = one_card(house, 2).await;
        assert_eq!(codes(to(macao.id, CardKind::Document, "").await), ["document_cannot_be_card"]);
        let minor = open(house, house.clerk(), child(3)).await.card;
        assert_eq!(codes(to(minor.id, CardKind::OneCard, "FS00000031").await), ["guardian_needed"]);
        let to = async |id, kind, barcode: &str| {
            change_kind(house, house.clerk(), id, kind, barcode, guardian_of(3)).await
        };
        assert_eq!(codes(to(minor.id, CardKind::OneCard, &macao.number).await), ["barcode_in_use"]);
        assert_eq!(field(to(minor.id, CardKind::OneCard, "").await), "barcode");
        let by_agent =
            change_kind(house, house.clerk(), minor.id, CardKind::OneCard, "FS00000031", agent_of(3)).await;
        assert!(codes(by_agent).contains(&"in_person_only"));
        report(house, house.clerk(), minor.id, in_person()).await.unwrap();
        assert_eq!(codes(to(minor.id, CardKind::OneCard, "FS00000031").await), ["card_lost"]);
    })
    .await;
}

#[tokio::test]
async fn a_1_a_one_card_becomes_the_document_that_the_reader_got_since() {
    on_both_databases(async |house| {
        // Opened with the household register, as students do; an ID card was written down since.
        let mut student = super::adult(1);
        student.kind = CardKind::OneCard;
        student.barcode = "FS00000021".to_owned();
        student.documents[0].kind = "household_register".to_owned();
        let held = open(house, house.clerk(), student).await.card;
        let call = keyed(house.clerk(), "k");
        let refused = change_kind(house, call.clone(), held.id, CardKind::Document, "", in_person()).await;
        assert_eq!(codes(refused), ["document_cannot_be_card"]);
        house.tamper("UPDATE identity_documents SET kind = 'resident_id'").await.unwrap();
        let change =
            change_kind(house, call.clone(), held.id, CardKind::Document, "", in_person()).await.unwrap();
        assert!(cards::is_virtual_number(&change.card.number));
        let again = change_kind(house, call, held.id, CardKind::Document, "", in_person()).await.unwrap();
        assert!(again.repeated && again.card.number == change.card.number);
        assert_eq!(card(house, held.id).await.version, held.version + 1);
    })
    .await;
}
