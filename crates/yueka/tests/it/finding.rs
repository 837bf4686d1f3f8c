//! Finding a reader: 4.2, and what of them is shown (5.1.3).

use service::Error;
use service::cards::{self, Found};
use service::kernel::{Actor, Right};
use service::readers::{self, PersonalField};
use service::records;
use service::testing::{House, adult, born, foreigner, macao_resident, on_both_databases, resident_number};

async fn find(house: &House, text: &str) -> Found {
    house.service.write(house.clerk(), async |op| cards::find(op, text).await).await.unwrap()
}

async fn open(house: &House, mut request: cards::OpenCard, name: &str) -> cards::Opened {
    request.reader.name = name.to_owned();
    house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await.unwrap()
}

#[tokio::test]
async fn c_4_2_one_box_finds_a_reader_by_whatever_is_known() {
    on_both_databases(async |house| {
        let chen = open(house, adult(1), "陈美玲").await;
        let zeng = open(house, macao_resident(2), "曾𠮷").await;
        let maria = open(house, foreigner(3), "Maria da Silva").await;
        let passport = documents::synthetic::passport(3);
        let permit =
            documents::synthetic::hk_macao_permit(documents::synthetic::HmtRegion::Macao, 2, Some(1));
        for (text, reader) in [
            ("陈美玲", &chen),
            ("陈美", &chen),
            ("chenmei", &chen),
            ("Chen Meiling", &chen),
            ("cml", &chen),
            ("13900000001", &chen),
            ("139-0000 0001", &chen),
            ("zeng", &zeng),
            ("曾𠮷", &zeng),
            ("fs00000002", &zeng),
            (permit.as_str(), &zeng),
            ("silva", &maria),
            (format!("PRT {passport}").as_str(), &maria),
            (resident_number(1, born(1990, 5, 6)).to_lowercase().as_str(), &chen),
        ] {
            let found = find(house, text).await;
            let ids: Vec<_> = found.readers.iter().map(|found| found.reader.id).collect();
            assert_eq!(ids, [reader.reader.id], "{text}");
        }
        for nobody in [
            "",
            "王",
            "x",
            "13900000009",
            "FS99999999",
            &resident_number(9, born(1990, 5, 6)),
            "%",
            "' OR 1=1",
        ] {
            assert!(find(house, nobody).await.readers.is_empty(), "{nobody}");
        }
        assert!(find(house, &resident_number(9, born(1990, 5, 6))).await.unknown_document);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_a_chip_record_held_to_the_box_finds_its_holder() {
    on_both_databases(async |house| {
        let opened = open(house, adult(1), "陈美玲").await;
        let record = documents::chip::ChipRecord {
            variant: documents::chip::ChipVariant::Citizen,
            name: "陈美玲".to_owned(),
            english_name: None,
            sex: Some(documents::Sex::Female),
            ethnicity: None,
            birth_date: born(1990, 5, 6),
            address: None,
            documents: vec![(
                documents::DocumentKind::ResidentId,
                resident_number(1, born(1990, 5, 6)),
                None,
            )],
            authority: None,
            valid_from: None,
            valid_until: documents::chip::Validity::LongTerm,
            country: None,
            issue_count: None,
            card_version: None,
            old_number_link: None,
        };
        let hex: String = record.encode().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(find(house, &hex).await.readers[0].reader.id, opened.reader.id);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_what_is_shown_is_masked_and_seeing_more_is_a_right_that_is_logged() {
    on_both_databases(async |house| {
        let opened = open(house, adult(1), "陈美玲").await;
        let shown = format!("{:?}", find(house, "cml").await);
        let number = resident_number(1, born(1990, 5, 6));
        for secret in [number.as_str(), "13900000001", "reader1@example.org", "季华五路", "第一中学"]
        {
            assert!(!shown.contains(secret), "{secret} is shown");
        }
        let reveal = async |actor: Actor, reason: &str| {
            house
                .service
                .write(actor, async |op| {
                    readers::reveal(op, opened.reader.id, PersonalField::Phone, reason).await
                })
                .await
        };
        assert!(matches!(reveal(house.clerk(), " ").await, Err(Error::Invalid(_))));
        let mut without = house.clerk();
        without.rights.retain(|right| *right != Right::RevealPersonalData);
        assert!(matches!(
            reveal(without, "核对电话").await,
            Err(Error::Forbidden(Right::RevealPersonalData))
        ));
        assert_eq!(reveal(house.clerk(), "核对电话").await.unwrap(), "13900000001");

        let log = house
            .service
            .read(house.system(), async |op| records::recent_access(op, &[house.fs], None, 10).await)
            .await
            .unwrap();
        let revealed: Vec<_> = log.iter().filter(|entry| entry.action == "revealed").collect();
        assert_eq!(revealed.len(), 1, "a refused look leaves no entry, a good one does");
        assert_eq!(revealed[0].reason.as_deref(), Some("核对电话"));
        assert_eq!(revealed[0].reader, Some(opened.reader.id));
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_kiosk_finds_a_reader_by_number_or_document_and_lists_nobody() {
    on_both_databases(async |house| {
        let opened =
            house.service.write(house.clerk(), async |op| cards::open(op, adult(1)).await).await.unwrap();
        let document = resident_number(1, born(1990, 5, 6));
        let name = adult(1).reader.name;
        let count = async |actor: Actor, text: &str| {
            house.service.write(actor, async |op| cards::find(op, text).await).await.unwrap().readers.len()
        };
        for text in [&name, "ce", "13900000001"] {
            assert_eq!(count(house.clerk(), text).await, 1, "{text}");
            assert_eq!(count(house.kiosk(), text).await, 0, "{text}");
        }
        for text in [&opened.card.number, &document] {
            assert_eq!(count(house.kiosk(), text).await, 1, "{text}");
        }
    })
    .await;
}
