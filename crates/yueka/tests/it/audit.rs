//! Records and the access log can't be changed unnoticed: 5.1.3, 5.3.

use chrono::TimeDelta;
use service::cards;
use service::records::{
    Chain, ChainReport, Head, Misfit, Sealed, ends, heads_file, seal_batch, verify, verify_against,
};
use service::testing::{House, adult, on_both_databases};

async fn seal(house: &House, limit: u64) -> usize {
    let mut sealed = 0;
    for chain in Chain::ALL {
        loop {
            let Sealed(rows) = service::records::seal(&house.service, chain, limit).await.unwrap();
            sealed += rows;
            if rows == 0 {
                break;
            }
        }
    }
    sealed
}

async fn walk(house: &House) -> [ChainReport; 2] {
    house.service.read(house.system(), async |op| verify(op).await).await.unwrap().try_into().unwrap()
}

async fn some_services(house: &House) {
    for serial in 1..=7 {
        house.service.write(house.clerk(), async |op| cards::open(op, adult(serial)).await).await.unwrap();
        house.service.write(house.clerk(), async |op| cards::find(op, "ce").await).await.unwrap();
    }
}

#[tokio::test]
async fn c_5_3_sealed_records_fit_and_new_ones_join_the_chain() {
    on_both_databases(async |house| {
        some_services(house).await;
        assert_eq!(walk(house).await[0].waiting, 7);
        assert_eq!(seal(house, 3).await, 14);
        house.service.write(house.clerk(), async |op| cards::open(op, adult(8)).await).await.unwrap();
        let [services, access] = walk(house).await;
        assert_eq!((services.sealed, services.waiting, services.misfit), (7, 1, None));
        assert_eq!((access.sealed, access.misfit), (7, None));
        assert_eq!(seal(house, 100).await, 1);
        assert_eq!(walk(house).await[0].sealed, 8);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_the_first_row_that_does_not_fit_is_named() {
    type Check = fn(&Misfit) -> bool;
    let cases: [(&str, Check); 6] = [
        ("UPDATE service_records SET outcome = 'refused' WHERE seal_place = 3", |misfit| {
            matches!(misfit, Misfit::Changed { place: 3, .. })
        }),
        ("UPDATE service_records SET card_id = NULL WHERE seal_place = 5", |misfit| {
            matches!(misfit, Misfit::Changed { place: 5, .. })
        }),
        ("DELETE FROM service_records WHERE seal_place = 4", |misfit| {
            matches!(misfit, Misfit::Missing { place: 4 })
        }),
        ("DELETE FROM service_records WHERE seal_place >= 6", |misfit| {
            matches!(misfit, Misfit::CutOff { place: 5, expected: 7 })
        }),
        ("DELETE FROM seals WHERE chain = 'service_records' AND place = 7", |misfit| {
            matches!(misfit, Misfit::SealChanged { place: 7 })
        }),
        ("DELETE FROM service_records", |misfit| matches!(misfit, Misfit::CutOff { place: 0, expected: 7 })),
    ];
    for (sql, expected) in cases {
        on_both_databases(async |house| {
            some_services(house).await;
            seal(house, 3).await;
            assert!(house.tamper(sql).await.unwrap() > 0, "{sql}");
            let [services, access] = walk(house).await;
            assert!(services.misfit.as_ref().is_some_and(expected), "{sql}: {:?}", services.misfit);
            assert_eq!(access.misfit, None);
        })
        .await;
    }
}

#[tokio::test]
async fn c_5_3_two_instances_sealing_at_once_make_one_chain() {
    on_both_databases(async |house| {
        some_services(house).await;
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (service, actor) = (house.service.clone(), house.system());
                tokio::spawn(async move {
                    service.write(actor, async |op| seal_batch(op, Chain::ServiceRecords, 2).await).await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        seal(house, 100).await;
        assert_eq!(walk(house).await[0].sealed, 7);
    })
    .await;
}

/// All that somebody does who can write to the database and has not the keys.
async fn forge(house: &House, statements: &[&str]) {
    for sql in statements {
        house.tamper(sql).await.unwrap();
    }
}

#[tokio::test]
async fn c_5_3_a_chain_that_was_taken_apart_is_missed_and_not_sealed_anew() {
    let cut = |chain: &Misfit| matches!(chain, Misfit::CutOff { expected: 7, .. });
    let cases: [&[&str]; 4] = [
        // Unsealed and edited, for the server to seal again.
        &[
            "DELETE FROM seals WHERE chain = 'service_records'",
            "UPDATE service_records SET seal = NULL, seal_place = NULL",
            "UPDATE service_records SET outcome = 'refused'",
        ],
        // The tail cut off, with its seals.
        &[
            "DELETE FROM seals WHERE chain = 'service_records' AND place > 3",
            "DELETE FROM service_records WHERE seal_place > 3",
        ],
        &["DELETE FROM seals WHERE chain = 'service_records'", "DELETE FROM service_records"],
        &[
            "DELETE FROM seals WHERE chain = 'service_records' AND place > 3",
            "UPDATE service_records SET seal = NULL, seal_place = NULL WHERE seal_place > 3",
            "UPDATE service_records SET actor = 'staff:1' WHERE seal_place IS NULL",
        ],
    ];
    for statements in cases {
        on_both_databases(async |house| {
            some_services(house).await;
            seal(house, 3).await;
            forge(house, statements).await;
            let [services, access] = walk(house).await;
            assert!(services.misfit.as_ref().is_some_and(cut), "{statements:?}: {:?}", services.misfit);
            assert_eq!(access.misfit, None);
            let sealed = service::records::seal(&house.service, Chain::ServiceRecords, 100).await;
            assert!(sealed.is_err(), "{statements:?}: {sealed:?}");
            assert!(walk(house).await[0].misfit.is_some());
        })
        .await;
    }
}

#[tokio::test]
async fn c_5_3_an_end_cannot_be_made_of_a_place_in_the_middle() {
    on_both_databases(async |house| {
        some_services(house).await;
        seal(house, 7).await;
        // Without the file beside the keys the mark in the database still is one that only the key makes.
        std::fs::remove_file(heads_file(house.service.keys())).unwrap();
        forge(
            house,
            &[
                "DELETE FROM service_records WHERE seal_place > 4",
                "UPDATE seals SET place = 4 WHERE chain = 'service_records'",
                "UPDATE seals SET seal = (SELECT seal FROM service_records WHERE seal_place = 4) WHERE chain = 'service_records'",
            ],
        )
        .await;
        let [services, access] = walk(house).await;
        assert_eq!(services.misfit, Some(Misfit::SealChanged { place: 4 }));
        assert_eq!((access.misfit, access.kept), (None, None), "that no head is kept is told");
    })
    .await;
}

#[tokio::test]
async fn c_5_3_the_head_beside_the_keys_is_keyed_and_may_be_behind_the_database() {
    on_both_databases(async |house| {
        some_services(house).await;
        seal(house, 100).await;
        let path = heads_file(house.service.keys());
        let before = std::fs::read_to_string(&path).unwrap();
        house.service.write(house.clerk(), async |op| cards::open(op, adult(8)).await).await.unwrap();
        seal(house, 100).await;
        let head = walk(house).await[0].kept.clone().unwrap();
        assert_eq!(head.place, 8);

        // As another instance has it that did not seal the last batch.
        std::fs::write(&path, &before).unwrap();
        let [services, _] = walk(house).await;
        assert_eq!((services.misfit, services.kept.unwrap().place), (None, 7));
        house.service.write(house.clerk(), async |op| cards::open(op, adult(9)).await).await.unwrap();
        assert_eq!(seal(house, 100).await, 1);

        std::fs::write(&path, before.replace("\"place\": 7", "\"place\": 3")).unwrap();
        let [services, _] = walk(house).await;
        assert!(matches!(services.misfit, Some(Misfit::HeadChanged(_))), "{:?}", services.misfit);
        house.service.write(house.clerk(), async |op| cards::open(op, adult(10)).await).await.unwrap();
        service::records::seal(&house.service, Chain::ServiceRecords, 100).await.unwrap_err();
    })
    .await;
}

#[tokio::test]
async fn c_5_3_a_head_that_was_noted_elsewhere_is_held_against_the_chain() {
    on_both_databases(async |house| {
        some_services(house).await;
        seal(house, 100).await;
        let noted = house.service.read(house.system(), ends).await.unwrap();
        assert_eq!(noted.iter().map(|head| head.place).collect::<Vec<_>>(), [7, 7]);
        let against = async |heads: Vec<Head>| {
            let walked =
                house.service.read(house.system(), async move |op| verify_against(op, &heads).await).await;
            walked.unwrap().swap_remove(0).misfit
        };
        house.service.write(house.clerk(), async |op| cards::open(op, adult(8)).await).await.unwrap();
        seal(house, 100).await;
        assert_eq!(against(noted.clone()).await, None);
        // Who has the keys could seal all anew; what was noted elsewhere remains.
        let mut other = noted.clone();
        other[0].seal[0] ^= 1;
        assert_eq!(against(other).await, Some(Misfit::AnotherHead { place: 7 }));
        let mut later = noted;
        later[0].place = 12;
        assert_eq!(against(later).await, Some(Misfit::CutOff { place: 8, expected: 12 }));
    })
    .await;
}

#[tokio::test]
async fn c_5_3_rows_with_a_time_that_the_chain_has_passed_are_told() {
    on_both_databases(async |house| {
        some_services(house).await;
        house.clock.advance(TimeDelta::hours(2));
        house.service.write(house.clerk(), async |op| cards::open(op, adult(8)).await).await.unwrap();
        seal(house, 100).await;
        let [services, _] = walk(house).await;
        assert_eq!((services.late, services.overdue), (None, None), "the first batch has no batch before");

        // A record of two hours ago is put in now.
        forge(
            house,
            &["INSERT INTO service_records (id, at, service, outcome, library_id, channel, actor, detail) \
               SELECT card_id, at, service, outcome, library_id, channel, actor, detail FROM service_records \
               WHERE seal_place = 1"],
        )
        .await;
        let [services, _] = walk(house).await;
        assert_eq!(services.overdue.map(|found| found.rows), Some(1));
        seal(house, 100).await;
        let [services, _] = walk(house).await;
        assert_eq!((services.misfit, services.overdue), (None, None));
        assert_eq!(services.late.map(|found| found.rows), Some(1));
    })
    .await;
}

#[tokio::test]
async fn c_4_1_a_card_without_the_record_of_its_opening_is_named() {
    on_both_databases(async |house| {
        some_services(house).await;
        let bare = async || house.service.read(house.system(), cards::without_opening).await.unwrap();
        assert_eq!(bare().await, []);
        forge(
            house,
            &["DELETE FROM service_records WHERE card_id = (SELECT id FROM cards ORDER BY id LIMIT 1)"],
        )
        .await;
        assert_eq!(bare().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_a_row_that_holds_what_cannot_be_read_is_named() {
    let house = House::on_sqlite().await.unwrap();
    some_services(&house).await;
    seal(&house, 3).await;
    house.tamper("UPDATE service_records SET card_id = x'00' WHERE seal_place = 2").await.unwrap();
    assert_eq!(walk(&house).await[0].misfit, Some(Misfit::Unreadable { place: 2 }));
    house.service.write(house.clerk(), async |op| cards::find(op, "ce").await).await.unwrap();
    house.tamper("UPDATE access_log SET reader_id = x'00' WHERE seal_place IS NULL").await.unwrap();
    let told = service::records::seal(&house.service, Chain::AccessLog, 10).await.unwrap_err().to_string();
    assert!(told.contains("access_log") && told.contains("can't be read"), "{told}");
    house.tear_down().await;
}
