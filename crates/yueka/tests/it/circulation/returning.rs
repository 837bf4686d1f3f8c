//! Returns at any member library, whatever the state of the card (A.3.2 a).

use service::circulation::Then;
use service::kernel::ItemState;
use service::testing::on_both_databases;

use super::{book, books, days, give_back, ledger, lend, load, loans, reader, row};
use crate::life::{in_person, keyed, report};

#[tokio::test]
async fn a_3_2_a_an_item_is_returned_anywhere_and_goes_home() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        // A lost card lends nothing, but gives back.
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        let returned = give_back(&service, house.clerk_at_sd(), " b0001\r").await.unwrap();
        assert_eq!(returned.then, Then::Transit(house.fs));
        assert_eq!(returned.reader, Some(card.reader));
        assert_eq!((returned.item.state, returned.item.destination), (ItemState::InTransit, Some(house.fs)));
        assert!(returned.charge.is_none());
        assert!(loans(&service, house.clerk(), card.reader).await.is_empty());
        let arrived = give_back(&service, house.clerk(), &book(1)).await.unwrap();
        assert_eq!((arrived.then, arrived.item.state), (Then::Shelf, ItemState::Available));
        assert!(arrived.loan.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_a_return_sent_twice_is_one_return() {
    on_both_databases(async |house| {
        let service = ledger(house);
        load(house, vec![row("S1", "顺德菜", "book", "SD")]).await;
        let card = reader(house, 1).await;
        lend(&service, house.clerk(), card.id, "S1").await.unwrap();
        days(house, 40);
        let call = || give_back(&service, keyed(house.clerk(), "back"), "S1");
        let (a, b) = tokio::join!(call(), call());
        let (a, b) = (a.unwrap(), b.unwrap());
        assert!(a.repeated != b.repeated);
        assert_eq!((a.then, b.then), (Then::Transit(house.sd), Then::Transit(house.sd)));
        assert_eq!(a.charge.unwrap().id, b.charge.unwrap().id, "charged once");
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_what_was_missing_and_comes_back_is_found_and_what_was_withdrawn_stays_so() {
    use service::circulation::{Withdrawal, withdraw};
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 2).await;
        let take = async |barcode: &str, what: Withdrawal| {
            let barcode = barcode.to_owned();
            service.write(house.system(), async |op| withdraw(op, &barcode, what).await).await.unwrap()
        };
        assert_eq!(take(&book(1), Withdrawal::Missing).await.state, ItemState::Missing);
        assert_eq!(take(&book(2), Withdrawal::Withdrawn).await.state, ItemState::Withdrawn);
        assert_eq!(give_back(&service, house.clerk(), &book(1)).await.unwrap().then, Then::Shelf);
        assert_eq!(give_back(&service, house.clerk(), &book(2)).await.unwrap().then, Then::Withdrawn);
        let card = reader(house, 1).await;
        let blockers = super::refused(lend(&service, house.clerk(), card.id, &book(2)).await);
        assert_eq!(blockers[0].code(), "item_withdrawn");
    })
    .await;
}
