//! Records and the access log can't be changed unnoticed: 5.1.3, 5.3.

use service::cards;
use service::records::{Chain, ChainReport, Misfit, Sealed, seal_batch, verify};
use service::testing::{House, adult, on_both_databases};

async fn seal(house: &House, limit: u64) -> usize {
    let mut sealed = 0;
    for chain in Chain::ALL {
        loop {
            let batch = house.service.write(house.system(), async |op| seal_batch(op, chain, limit).await);
            let Sealed(rows) = batch.await.unwrap();
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
