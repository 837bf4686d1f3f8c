//! Recognising people: one person is known once, whatever they show, and nobody is taken for another (6.1.3.2, A.1).

use service::Error;
use service::cards::{self, CancelReason, CardKind, OpenCard, Opened};
use service::kernel::{Actor, Blocker, Call, Database, DatabaseOptions, Engine, IdempotencyKey, Problem};
use service::readers::{self, DocumentForm};
use service::records;
use service::testing::{
    House, adult, born, child, foreigner, macao_resident, on_both_databases, resident_number,
};

async fn open(house: &House, request: OpenCard) -> service::Result<Opened> {
    open_by(house, house.clerk(), request).await
}

async fn open_by(house: &House, actor: impl Into<Call>, request: OpenCard) -> service::Result<Opened> {
    house.service.write(actor, async |op| cards::open(op, request.clone()).await).await
}

fn codes(result: service::Result<Opened>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

fn fields(result: service::Result<Opened>) -> Vec<(&'static str, Problem)> {
    match result {
        Err(Error::Invalid(invalid)) => {
            invalid.0.into_iter().map(|error| (error.field, error.problem)).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}

/// The same person asking for a One-Card with another document.
fn with_document(mut request: OpenCard, kind: &str, number: &str, country: &str) -> OpenCard {
    request.kind = CardKind::OneCard;
    request.reader.birth_date = "1990-05-06".to_owned();
    request.documents = vec![DocumentForm {
        kind: kind.to_owned(),
        number: number.to_owned(),
        issuing_country: country.to_owned(),
        ..DocumentForm::default()
    }];
    request
}

fn barcode(mut request: OpenCard, serial: u32) -> OpenCard {
    request.barcode = format!("FS{serial:08}");
    request
}

fn named(mut request: OpenCard, name: &str) -> OpenCard {
    request.reader.name = name.to_owned();
    request
}

async fn found(house: &House, text: &str) -> Vec<readers::ReaderView> {
    let found = house.service.write(house.clerk(), async |op| cards::find(op, text).await).await.unwrap();
    found.readers.into_iter().map(|found| found.reader).collect()
}

#[tokio::test]
async fn c_4_2_a_passport_is_found_by_its_bare_number_whatever_the_country() {
    on_both_databases(async |house| {
        let first = open(house, foreigner(1)).await.unwrap();
        let number = documents::synthetic::passport(1);
        for text in [number.clone(), number.to_lowercase(), format!("{} {}", &number[..3], &number[3..])] {
            let ids: Vec<_> = found(house, &text).await.into_iter().map(|reader| reader.id).collect();
            assert_eq!(ids, [first.reader.id], "{text}");
        }
        // Two countries count alike: both are found, and somebody chooses.
        let mut other = barcode(named(foreigner(1), "Jean Dupont"), 2);
        other.documents[0].issuing_country = "FRA".to_owned();
        other.duplicates_seen = true;
        open(house, other).await.unwrap();
        assert_eq!(found(house, &number).await.len(), 2);

        let unknown = documents::synthetic::passport(9);
        let nobody =
            house.service.write(house.clerk(), async |op| cards::find(op, &unknown).await).await.unwrap();
        assert!(nobody.readers.is_empty() && !nobody.unknown_document, "without country nobody can say");
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_the_same_number_as_another_document_is_a_possible_duplicate() {
    on_both_databases(async |house| {
        let first = open(house, foreigner(1)).await.unwrap();
        let number = documents::synthetic::passport(1);
        for (kind, country) in [("passport", "BRA"), ("other", ""), ("military_id", "")] {
            let again = barcode(named(with_document(adult(5), kind, &number, country), "Jean Dupont"), 5);
            let refused = open(house, again).await;
            let Err(Error::Refused(blockers)) = refused else { panic!("{kind}: {refused:?}") };
            let [Blocker::PossibleDuplicate(people)] = blockers.as_slice() else { panic!("{blockers:?}") };
            assert_eq!(people[0].reader, first.reader.id, "{kind}");
        }
        let missing = barcode(with_document(adult(5), "passport", &number, ""), 5);
        let told = fields(open(house, missing).await);
        assert_eq!(told[0].0, "document.issuing_country", "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn a_1_a_stronger_number_is_not_taken_as_a_weaker_document() {
    on_both_databases(async |house| {
        open(house, adult(1)).await.unwrap();
        let citizen = resident_number(1, born(1990, 5, 6));
        let permit = documents::synthetic::hk_macao_permit(documents::synthetic::HmtRegion::Macao, 2, None);
        for kind in ["other", "military_id"] {
            for (number, stronger) in [
                (&citizen, documents::DocumentKind::ResidentId),
                (&permit, documents::DocumentKind::HkMacaoPermit),
            ] {
                let around = barcode(with_document(adult(1), kind, number, ""), 1);
                let error = documents::DocumentError::OtherKind(stronger);
                assert_eq!(
                    fields(open(house, around).await),
                    [("document.number", Problem::Document(error))],
                    "{kind}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_1_a_number_that_names_nobody_is_a_person_only_with_name_and_birth_date() {
    on_both_databases(async |house| {
        for (kind, number, serial) in [("other", "DEMO-0001", 10), ("military_id", "演字第000017号", 20)]
        {
            let one = barcode(with_document(adult(serial), kind, number, ""), serial);
            let first = open(house, one.clone()).await.unwrap();
            // Another person's school counted to the same number.
            let mut another = barcode(with_document(adult(serial + 1), kind, number, ""), serial + 1);
            assert_eq!(codes(open(house, another.clone()).await), ["possible_duplicate"], "{kind}");
            another.duplicates_seen = true;
            let second = open(house, another.clone()).await.unwrap();
            assert_ne!(second.reader.id, first.reader.id);
            // Both are known again, by name in whatever spelling.
            for (request, name) in [(one, "测 一〇"), (another, "")] {
                let name = if name.is_empty() {
                    request.reader.name.clone()
                } else {
                    request.reader.name.replacen('测', "測 ", 1)
                };
                let again = barcode(named(request, &name), 99);
                assert_eq!(codes(open(house, again).await), ["already_holds_card"], "{kind} {name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_1_two_desks_racing_with_a_number_that_names_nobody_make_one_card() {
    on_both_databases(async |house| {
        let tries = (0..16).map(|place| {
            let (service, actor) = (house.service.clone(), house.clerk());
            let request = barcode(with_document(adult(1), "other", "DEMO-0001", ""), place + 1);
            tokio::spawn(async move {
                service.write(actor, async |op| cards::open(op, request.clone()).await).await
            })
        });
        let mut opened = 0;
        for task in tries.collect::<Vec<_>>() {
            match task.await.unwrap() {
                Ok(_) => opened += 1,
                refused => assert_eq!(codes(refused), ["already_holds_card"]),
            }
        }
        assert_eq!(opened, 1);
    })
    .await;
}

async fn cancel(house: &House, opened: &Opened) {
    let request = cards::Cancel {
        card: opened.card.id,
        reason: CancelReason::Wish,
        circulation_checked: true,
        check: records::IdentityCheck::of_the_person(records::CheckMethod::ByEye),
    };
    house.service.write(house.clerk(), async |op| cards::cancel(op, request.clone()).await).await.unwrap();
}

#[tokio::test]
async fn c_6_2_1_a_document_on_the_record_of_another_name_is_refused() {
    on_both_databases(async |house| {
        let first = open(house, adult(1)).await.unwrap();
        cancel(house, &first).await;
        let mut stranger = named(adult(1), "李别人");
        stranger.duplicates_seen = true;
        assert_eq!(codes(open(house, stranger).await), ["record_of_another"]);
        let known = found(house, &resident_number(1, born(1990, 5, 6))).await;
        assert_eq!(known[0].name, first.reader.name, "nothing was overwritten");

        let macao = open(house, macao_resident(2)).await.unwrap();
        cancel(house, &macao).await;
        let mut born_otherwise = barcode(macao_resident(2), 3);
        born_otherwise.reader.birth_date = "1986-07-08".to_owned();
        assert_eq!(codes(open(house, born_otherwise).await), ["record_of_another"]);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_what_a_returning_reader_changes_is_kept_with_its_record() {
    on_both_databases(async |house| {
        let first = open(house, named(adult(1), "陈美玲")).await.unwrap();
        cancel(house, &first).await;
        let mut again = named(adult(1), "陳 美玲");
        again.reader.phone = "13911112222".to_owned();
        again.reader.email = String::new();
        let second = open(house, again).await.unwrap();
        assert_eq!((second.reader.id, second.reader.name.as_str()), (first.reader.id, "陳 美玲"));
        let changes = house
            .service
            .write(house.clerk(), async |op| readers::changes(op, first.reader.id, "核对").await)
            .await
            .unwrap();
        let old: Vec<_> =
            changes.iter().map(|change| (change.field.as_str(), change.old_value.as_deref())).collect();
        assert!(old.contains(&("reader.name", Some("陈美玲"))), "{old:?}");
        assert!(old.contains(&("reader.phone", Some("13900000001"))), "{old:?}");
        assert_eq!(old.len(), 2, "what was left out stays: {old:?}");
        let named = "UPDATE service_records SET outcome = outcome WHERE detail LIKE '%\"fields\":[\"reader.name\",\"reader.phone\"]%'";
        assert_eq!(house.tamper(named).await.unwrap(), 1, "the record names them");
        // Found by the new spelling, and still by its pinyin.
        assert_eq!(found(house, "chenmeiling").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_6_1_3_2_a_name_is_the_same_in_whatever_spelling() {
    on_both_databases(async |house| {
        let chen = open(house, named(adult(1), "陈美玲")).await.unwrap();
        for (serial, name) in
            [(2, "陳美玲"), (3, "陈 美玲"), (4, "Chen Meiling"), (5, "MEILING CHEN"), (6, "陈镁凌")]
        {
            let mut namesake = named(adult(serial), name);
            namesake.documents[0].number = resident_number(serial, born(1990, 5, 6));
            let refused = open(house, namesake).await;
            let Err(Error::Refused(blockers)) = refused else { panic!("{name}: {refused:?}") };
            let [Blocker::PossibleDuplicate(people)] = blockers.as_slice() else { panic!("{blockers:?}") };
            assert_eq!(people[0].reader, chen.reader.id, "{name}");
        }
        open(house, named(adult(7), "陈美琳")).await.unwrap();
        let maria = open(house, named(foreigner(8), "Maria da Silva")).await.unwrap();
        let other = named(foreigner(9), "SILVA MARIA DA");
        assert_eq!(codes(open(house, other).await), ["possible_duplicate"]);
        assert_eq!(maria.possible_duplicates, []);
    })
    .await;
}

#[tokio::test]
async fn a_1_a_child_with_a_household_register_chooses_between_both_cards() {
    on_both_databases(async |house| {
        let mut registered = child(1);
        registered.documents[0].kind = "household_register".to_owned();
        let opened = open(house, registered).await.unwrap();
        assert_eq!(opened.card.kind, CardKind::Document);
        let mut grown = adult(2);
        grown.documents[0].kind = "household_register".to_owned();
        assert_eq!(codes(open(house, grown).await), ["document_cannot_be_card"]);
    })
    .await;
}

#[tokio::test]
async fn b_a_minors_empty_form_names_the_guardians_fields_with_the_others() {
    on_both_databases(async |house| {
        let mut empty = child(1);
        empty.reader.name = String::new();
        empty.reader.phone = String::new();
        for guardian in [None, Some(readers::GuardianForm::default())] {
            empty.guardian = guardian;
            let named: Vec<_> =
                fields(open(house, empty.clone()).await).into_iter().map(|(field, _)| field).collect();
            assert_eq!(
                named,
                [
                    "reader.name",
                    "reader.phone",
                    "guardian.name",
                    "guardian.phone",
                    "guardian.document.type",
                    "guardian.document.number",
                    "guardian.consent"
                ]
            );
        }
    })
    .await;
}

#[tokio::test]
async fn c_7_one_key_at_two_instances_at_once_gives_one_answer() {
    on_both_databases(async |house| {
        let mut services = vec![house.service.clone()];
        if house.engine == Engine::Postgres {
            // Another instance: a pool of its own on the same database.
            let pool = Database::connect(DatabaseOptions::from_url(&house.database_url)).await.unwrap();
            let keys = service::kernel::KeyRing::open_or_create(&house.keys).unwrap();
            services.push(service::Service::new(pool, std::sync::Arc::new(keys), house.clock.clone()));
        }
        for round in 1..=6_u32 {
            let tries = (0..16).map(|place| {
                let service = services[place % services.len()].clone();
                let actor: Actor = house.clerk();
                let call = Call { actor, key: IdempotencyKey::new(&format!("key-{round}")) };
                tokio::spawn(async move {
                    service.write(call, async |op| cards::open(op, adult(round)).await).await
                })
            });
            let mut numbers = std::collections::BTreeSet::new();
            for task in tries.collect::<Vec<_>>() {
                let opened = task.await.unwrap().unwrap_or_else(|error| panic!("round {round}: {error:?}"));
                numbers.insert((opened.card.number, opened.reader.id));
            }
            assert_eq!(numbers.len(), 1);
            let (_, reader) = numbers.pop_first().unwrap();
            let history = house
                .service
                .read(house.clerk(), async |op| records::timeline(op, reader, 50).await)
                .await
                .unwrap();
            assert_eq!(history.len(), 1, "no refusal was recorded: {history:?}");
        }
        for service in services.into_iter().skip(1) {
            service.database().clone().close().await.unwrap();
        }
    })
    .await;
}
