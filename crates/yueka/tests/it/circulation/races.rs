//! Limits hold when many machines work at once (A.3.2 a).

use std::sync::Arc;

use service::cards::CardView;
use service::kernel::Blocker;
use service::testing::{House, on_both_databases};
use service::{Error, Service};

use super::{book, books, give_back, ledger, lend, loans, reader};
use crate::life::in_person;
use crate::life::races::Dice;

/// Machines at once.
const MACHINES: usize = 10;
/// Bouts on each database: a thousand in all.
const BOUTS: usize = 500;

/// Each machine lends another book on the same card, all at once; gives which were lent.
async fn rush(
    service: &Service,
    house: &House,
    card: &CardView,
    from: usize,
    dice: &mut Dice,
) -> Vec<String> {
    let running: Vec<_> = (0..MACHINES)
        .map(|machine| {
            let (service, clerk, card) = (service.clone(), house.clerk(), card.id);
            let (barcode, wait) = (book(from + machine), dice.roll(20));
            tokio::spawn(async move {
                for _ in 0..wait {
                    tokio::task::yield_now().await;
                }
                (lend(&service, clerk, card, &barcode).await, barcode)
            })
        })
        .collect();
    let mut lent = Vec::new();
    for one in running {
        match one.await.unwrap() {
            (Ok(_), barcode) => lent.push(barcode),
            (Err(Error::Refused(blockers)), _) => {
                assert!(matches!(blockers.as_slice(), [Blocker::LoanLimit(_, 20)]), "{blockers:?}");
            }
            (other, _) => panic!("{other:?}"),
        }
    }
    lent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_3_2_a_ten_machines_race_for_the_twentieth_book_a_thousand_times_and_it_is_never_twenty_one() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 19 + MACHINES).await;
        let card = reader(house, 1).await;
        for number in 1..=19 {
            lend(&service, house.clerk(), card.id, &book(number)).await.unwrap();
        }
        let mut dice = Dice::new(20);
        for bout in 0..BOUTS {
            let lent = rush(&service, house, &card, 20, &mut dice).await;
            assert_eq!(lent.len(), 1, "bout {bout}: {lent:?}");
            let out = loans(&service, house.clerk(), card.reader).await.len();
            assert_eq!(out, 20, "bout {bout}");
            give_back(&service, house.clerk(), &lent[0]).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_3_2_a_ten_machines_with_room_for_all_all_lend() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, MACHINES).await;
        let card = reader(house, 1).await;
        let lent = rush(&service, house, &card, 1, &mut Dice::new(3)).await;
        assert_eq!(lent.len(), MACHINES, "nobody is told that the house is busy");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_3_2_a_an_item_is_lent_to_one_of_ten_readers() {
    on_both_databases(async |house| {
        let service = Arc::new(ledger(house));
        books(house, 1).await;
        let mut cards = Vec::new();
        for serial in 1..=10 {
            cards.push(reader(house, serial).await);
        }
        for _ in 0..20 {
            let running: Vec<_> = cards
                .iter()
                .map(|card| {
                    let (service, clerk, card) = (Arc::clone(&service), house.clerk(), card.id);
                    tokio::spawn(async move { lend(&service, clerk, card, "B0001").await })
                })
                .collect();
            let mut lent = 0;
            for one in running {
                match one.await.unwrap() {
                    Ok(_) => lent += 1,
                    Err(Error::Refused(blockers)) => assert_eq!(blockers, [Blocker::ItemOnLoan]),
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(lent, 1);
            give_back(&service, house.clerk(), "B0001").await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c_6_3_4_a_card_that_is_cancelled_while_a_machine_lends_has_nothing_out() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 30).await;
        for serial in 1..=30_u32 {
            let card = reader(house, serial).await;
            let (lender, barcode, clerk, id) =
                (service.clone(), book(serial as usize), house.clerk(), card.id);
            let lending = tokio::spawn(async move { lend(&lender, clerk, id, &barcode).await });
            let request = service::cards::Cancel {
                card: card.id,
                reason: service::cards::CancelReason::Wish,
                circulation_checked: false,
                check: in_person(),
            };
            let cancelled = service
                .write(house.clerk(), async |op| service::cards::cancel(op, request.clone()).await)
                .await;
            let lent = lending.await.unwrap();
            assert!(lent.is_ok() != cancelled.is_ok(), "{lent:?} {cancelled:?}");
            let out = loans(&service, house.clerk(), card.reader).await.len();
            assert_eq!(out, usize::from(lent.is_ok()));
        }
    })
    .await;
}
