//! Opening a card: 4.1, 6.1.1, 6.1.2, Table A1, A.2.

use chrono::TimeDelta;
use service::Error;
use service::cards::{self, CardKind, CardState, OpenCard, Opened};
use service::kernel::{Actor, Blocker, Call, IdempotencyKey, Problem};
use service::readers;
use service::records::{self, CheckMethod, Person};
use service::testing::{
    House, adult, born, child, foreigner, macao_resident, on_both_databases, resident_number,
};

async fn open(house: &House, actor: Actor, request: OpenCard) -> service::Result<Opened> {
    house.service.write(actor, async |op| cards::open(op, request.clone()).await).await
}

fn blockers(result: service::Result<Opened>) -> Vec<Blocker> {
    match result {
        Err(Error::Refused(blockers)) => blockers,
        other => panic!("not refused: {other:?}"),
    }
}

fn codes(result: service::Result<Opened>) -> Vec<&'static str> {
    blockers(result).iter().map(Blocker::code).collect()
}

fn fields(result: service::Result<Opened>) -> Vec<(&'static str, Problem)> {
    match result {
        Err(Error::Invalid(invalid)) => {
            invalid.0.into_iter().map(|error| (error.field, error.problem)).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}

/// Everything that is asked of a guardian who is not there.
fn without_guardian() -> Vec<(&'static str, Problem)> {
    let mut missing: Vec<_> =
        ["guardian.name", "guardian.phone", "guardian.document.type", "guardian.document.number"]
            .map(|field| (field, Problem::Missing))
            .to_vec();
    missing.push(("guardian.consent", Problem::ConsentMissing));
    missing
}

#[tokio::test]
async fn c_6_1_1_2_a_clerk_opens_a_document_card_and_the_reader_gets_a_virtual_number() {
    on_both_databases(async |house| {
        let opened = open(house, house.clerk(), adult(1)).await.unwrap();
        assert_eq!(opened.card.kind, CardKind::Document);
        assert_eq!(opened.card.state, CardState::Active);
        assert_eq!(opened.card.issuing_library, house.fs);
        assert!(cards::is_virtual_number(&opened.card.number), "{}", opened.card.number);
        assert!(opened.card.default_password);
        assert_eq!(opened.reader.birth_date, born(1990, 5, 6));
        let number = resident_number(1, born(1990, 5, 6));
        assert!(!opened.card.number.contains(&number[6..14]), "the number says nothing of the person");
    })
    .await;
}

#[tokio::test]
async fn a_2_2_the_virtual_number_and_the_document_number_both_lead_to_the_card() {
    on_both_databases(async |house| {
        let opened = open(house, house.clerk(), adult(1)).await.unwrap();
        for text in [
            opened.card.number.clone(),
            cards::grouped(&opened.card.number),
            resident_number(1, born(1990, 5, 6)),
        ] {
            let found = house
                .service
                .write(house.clerk_at_sd(), async |op| cards::find(op, &text).await)
                .await
                .unwrap();
            assert_eq!(found.readers.len(), 1);
            assert_eq!(found.readers[0].card.as_ref().unwrap().id, opened.card.id);
        }
    })
    .await;
}

#[tokio::test]
async fn c_6_1_2_2_a_one_card_is_opened_with_the_barcode_just_scanned() {
    on_both_databases(async |house| {
        let macao = open(house, house.clerk(), macao_resident(7)).await.unwrap();
        assert_eq!((macao.card.kind, macao.card.number.as_str()), (CardKind::OneCard, "FS00000007"));
        let mut scanned = foreigner(8);
        scanned.barcode = " fs0000 0008\r".to_owned();
        let foreigner = open(house, house.clerk_at_sd(), scanned).await.unwrap();
        assert_eq!(foreigner.card.number, "FS00000008");
        assert_eq!(foreigner.card.issuing_library, house.sd);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_2_a_barcode_used_before_or_of_another_form_is_refused() {
    on_both_databases(async |house| {
        open(house, house.clerk(), macao_resident(1)).await.unwrap();
        let mut second = macao_resident(2);
        second.barcode = "FS00000001".to_owned();
        assert_eq!(codes(open(house, house.clerk(), second).await), ["barcode_in_use"]);
        for barcode in ["FS1", "XX00000001", "0757000000000000"] {
            let mut request = macao_resident(2);
            request.barcode = barcode.to_owned();
            assert_eq!(fields(open(house, house.clerk(), request).await), [("barcode", Problem::Barcode)]);
        }
        let mut request = adult(3);
        request.barcode = "FS00000003".to_owned();
        assert_eq!(fields(open(house, house.clerk(), request).await), [("barcode", Problem::NotApplicable)]);
    })
    .await;
}

#[tokio::test]
async fn a_1_who_is_under_16_needs_the_guardians_signed_consent() {
    on_both_databases(async |house| {
        let opened = open(house, house.clerk(), child(1)).await.unwrap();
        assert_eq!(opened.reader.guardian.as_ref().unwrap().name, "陈监护");
        assert_eq!(opened.reader.age, 9);

        let mut alone = child(2);
        alone.guardian = None;
        assert_eq!(fields(open(house, house.clerk(), alone).await), without_guardian());

        let mut unsigned = child(2);
        unsigned.guardian.as_mut().unwrap().consent = false;
        assert_eq!(
            fields(open(house, house.clerk(), unsigned).await),
            [("guardian.consent", Problem::ConsentMissing)]
        );

        let mut by_a_minor = child(2);
        by_a_minor.guardian.as_mut().unwrap().document.number = resident_number(77, born(2010, 1, 1));
        let refused = fields(open(house, house.clerk(), by_a_minor).await);
        assert_eq!(refused, [("guardian.document.number", Problem::GuardianIsMinor)]);

        let mut one_card = child(3);
        one_card.kind = CardKind::OneCard;
        one_card.barcode = "FS00000003".to_owned();
        open(house, house.clerk(), one_card).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_1_the_sixteenth_birthday_is_counted_in_shanghai() {
    on_both_databases(async |house| {
        // Born on 25 November 2010: 15 on the day before, whatever the date in London is.
        let mut request = adult(1);
        request.documents[0].number = resident_number(1, born(2010, 11, 25));
        house.clock.advance(TimeDelta::hours(13) + TimeDelta::minutes(59));
        assert_eq!(fields(open(house, house.clerk(), request.clone()).await), without_guardian());
        house.clock.advance(TimeDelta::minutes(1));
        open(house, house.clerk(), request).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_1_2_1_a_kiosk_opens_document_cards_of_adults_only() {
    on_both_databases(async |house| {
        let read = |mut request: OpenCard| {
            request.check.method = CheckMethod::ReaderDevice;
            request
        };
        open(house, house.kiosk(), read(adult(1))).await.unwrap();
        assert_eq!(
            codes(open(house, house.kiosk(), read(macao_resident(2))).await),
            ["one_card_at_desk_only"]
        );
        assert_eq!(codes(open(house, house.kiosk(), read(child(3))).await), ["minor_at_desk_only"]);
    })
    .await;
}

#[tokio::test]
async fn a_1_one_person_holds_one_live_card_in_the_whole_federation() {
    on_both_databases(async |house| {
        let first = open(house, house.clerk(), adult(1)).await.unwrap();
        let refused = blockers(open(house, house.clerk_at_sd(), adult(1)).await);
        let [Blocker::AlreadyHoldsCard { card, issuing_library, state, .. }] = refused.as_slice() else {
            panic!("{refused:?}");
        };
        assert_eq!((*card, *issuing_library, *state), (first.card.id, house.fs, CardState::Active));

        // The household register and the residence permit carry the same number, the old ID card its 15-digit form.
        let number = resident_number(1, born(1990, 5, 6));
        let fifteen = format!("{}{}", &number[..6], &number[8..17]);
        for (kind, number) in
            [("household_register", &number), ("residence_permit", &number), ("resident_id", &fifteen)]
        {
            let mut again = adult(1);
            again.documents[0].kind = kind.to_owned();
            again.documents[0].number = number.clone();
            let refused = codes(open(house, house.clerk(), again).await);
            assert!(refused.contains(&"already_holds_card"), "{kind}: {refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_1_two_documents_of_one_person_lead_to_one_reader() {
    on_both_databases(async |house| {
        let mut first = macao_resident(1);
        let permit = documents::synthetic::hmt_permit(
            documents::synthetic::HmtRegion::Macao,
            1,
            born(1985, 7, 8),
            documents::Sex::Female,
            1,
        );
        first.documents.push(readers::DocumentForm {
            kind: "hmt_residence_permit".to_owned(),
            number: permit.clone(),
            ..readers::DocumentForm::default()
        });
        let opened = open(house, house.clerk(), first).await.unwrap();
        assert_eq!(opened.reader.documents.len(), 2);

        let mut later = macao_resident(2);
        later.documents[0].kind = "hmt_residence_permit".to_owned();
        later.documents[0].number = permit;
        assert_eq!(codes(open(house, house.clerk(), later).await), ["already_holds_card"]);

        // The last two digits of a travel permit count re-issues.
        let mut renewed = macao_resident(1);
        renewed.documents[0].number.push_str("02");
        renewed.barcode = "FS00000099".to_owned();
        assert_eq!(codes(open(house, house.clerk(), renewed).await), ["already_holds_card"]);
    })
    .await;
}

#[tokio::test]
async fn a_1_the_same_name_and_birth_date_is_shown_before_a_second_person_is_made() {
    on_both_databases(async |house| {
        let first = open(house, house.clerk(), adult(1)).await.unwrap();
        let mut namesake = adult(1);
        namesake.documents[0].number = resident_number(2, born(1990, 5, 6));
        let refused = blockers(open(house, house.clerk(), namesake.clone()).await);
        let [Blocker::PossibleDuplicate(duplicates)] = refused.as_slice() else { panic!("{refused:?}") };
        assert_eq!(duplicates[0].reader, first.reader.id);

        namesake.duplicates_seen = true;
        let second = open(house, house.clerk(), namesake).await.unwrap();
        assert_eq!(second.possible_duplicates, [first.reader.id]);
    })
    .await;
}

#[tokio::test]
async fn c_7_the_same_key_gives_the_first_answer_and_no_second_card() {
    on_both_databases(async |house| {
        let call = |key: &str| Call { actor: house.clerk(), key: IdempotencyKey::new(key) };
        let open = async |key: &str, request: OpenCard| {
            house.service.write(call(key), async |op| cards::open(op, request.clone()).await).await
        };
        let first = open("k-1", adult(1)).await.unwrap();
        let again = open("k-1", adult(1)).await.unwrap();
        assert_eq!((again.card.id, again.repeated, first.repeated), (first.card.id, true, false));
        assert!(matches!(open("k-1", adult(2)).await, Err(Error::KeyReused)));
        assert_eq!(codes(open("k-2", adult(1)).await), ["already_holds_card"]);

        // A refusal uses no key up.
        let mut unsigned = child(3);
        unsigned.guardian = None;
        assert!(open("k-3", unsigned).await.is_err());
        open("k-3", child(3)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_every_service_leaves_a_record_of_who_did_what_for_whom() {
    on_both_databases(async |house| {
        let mut request = adult(1);
        let agent = Person {
            name: "代办人".to_owned(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(50, born(1980, 1, 1)),
            ..Person::default()
        };
        request.check.method = CheckMethod::ReaderDevice;
        request.check.agent = Some(agent);
        let alone = open(house, house.clerk(), request.clone()).await.unwrap_err();
        assert!(
            alone.to_string().contains("identity_check.principal"),
            "an agent acts for somebody: {alone}"
        );
        let principal = |serial| Person {
            name: "委托人".to_owned(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(serial, born(1990, 5, 6)),
            ..Person::default()
        };
        request.check.principal = Some(principal(2));
        assert!(
            open(house, house.clerk(), request.clone()).await.is_err(),
            "for another than whose card it is"
        );
        request.check.principal = Some(principal(1));
        let opened = open(house, house.clerk(), request).await.unwrap();
        house.clock.advance(TimeDelta::seconds(1));
        let _ = open(house, house.clerk_at_sd(), adult(1)).await.unwrap_err();
        let history = house
            .service
            .read(house.clerk(), async |op| records::timeline(op, opened.reader.id, 10).await)
            .await
            .unwrap();
        let told: Vec<_> =
            history.iter().map(|entry| (entry.service.as_str(), entry.outcome.as_str())).collect();
        assert_eq!(told, [("open_card", "refused"), ("open_card", "done")]);
        assert_eq!(history[1].checked_how.as_deref(), Some("reader_device"));
        assert_eq!(history[0].library, house.sd);
    })
    .await;
}

#[tokio::test]
async fn a_1_64_openings_for_one_person_at_once_make_one_card() {
    on_both_databases(async |house| {
        let tries = (0..64).map(|place| {
            let service = house.service.clone();
            let actor = if place % 2 == 0 { house.clerk() } else { house.clerk_at_sd() };
            tokio::spawn(
                async move { service.write(actor, async |op| cards::open(op, adult(1)).await).await },
            )
        });
        let mut opened = 0;
        for task in tries.collect::<Vec<_>>() {
            match task.await.unwrap() {
                Ok(_) => opened += 1,
                Err(Error::Refused(blockers)) => {
                    assert_eq!(
                        blockers.iter().map(Blocker::code).collect::<Vec<_>>(),
                        ["already_holds_card"]
                    );
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(opened, 1);
    })
    .await;
}

#[tokio::test]
async fn b_every_field_that_cannot_be_taken_is_named_at_once() {
    on_both_databases(async |house| {
        let mut request = adult(1);
        request.documents[0].number.replace_range(17..18, "@");
        request.reader.phone = "12".to_owned();
        request.reader.name = String::new();
        request.reader.email = "nobody".to_owned();
        let named: Vec<_> =
            fields(open(house, house.clerk(), request).await).into_iter().map(|(field, _)| field).collect();
        for field in ["document.number", "reader.name", "reader.phone", "reader.email"] {
            assert!(named.contains(&field), "{field} in {named:?}");
        }
        let mut younger = adult(1);
        younger.reader.birth_date = "1991-05-06".to_owned();
        assert_eq!(
            fields(open(house, house.clerk(), younger).await),
            [("reader.birth_date", Problem::BirthDateDiffers)]
        );
        let mut expired = adult(1);
        expired.documents[0].valid_until = "2026-11-23".to_owned();
        assert_eq!(
            fields(open(house, house.clerk(), expired).await),
            [("document.valid_until", Problem::Expired)]
        );
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_nobody_new_is_known_by_phone_password_or_by_eyes_that_were_not_there() {
    on_both_databases(async |house| {
        let with = async |actor: Actor, method: CheckMethod| {
            let mut request = adult(1);
            request.check.method = method;
            match open(house, actor, request).await {
                Err(Error::Invalid(invalid)) => invalid.0.iter().map(|wrong| wrong.field).collect::<Vec<_>>(),
                other => panic!("{method}: {other:?}"),
            }
        };
        for method in [CheckMethod::Phone, CheckMethod::Password, CheckMethod::Online] {
            assert_eq!(with(house.clerk(), method).await, ["identity_check.method"]);
        }
        for method in [CheckMethod::Phone, CheckMethod::Password, CheckMethod::ByEye] {
            assert_eq!(with(house.kiosk(), method).await, ["identity_check.method"]);
        }
    })
    .await;
}
