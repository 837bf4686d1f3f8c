//! What was lent to either of two records of one person is theirs (6.1.3.2), and each has its own again when the merge is undone.

use service::kernel::Blocker;
use service::people::{self, Merge};
use service::readers;
use service::testing::on_both_databases;

use super::{book, books, days, give_back, ledger, lend, loans, reader, refused};

#[tokio::test]
async fn c_6_1_3_2_loans_and_charges_of_merged_records_are_one_persons() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 4).await;
        let (a, b) = (reader(house, 1).await, reader(house, 2).await);
        lend(&service, house.clerk(), a.id, &book(1)).await.unwrap();
        lend(&service, house.clerk(), b.id, &book(2)).await.unwrap();
        lend(&service, house.clerk(), b.id, &book(3)).await.unwrap();
        days(house, 35);
        give_back(&service, house.clerk(), &book(3)).await.unwrap();
        let version = async |id| {
            service.read(house.clerk(), async move |op| readers::view(op, id).await).await.unwrap().version
        };
        let request = Merge {
            winner: a.reader,
            winner_version: version(a.reader).await,
            loser: b.reader,
            loser_version: version(b.reader).await,
            take: Vec::new(),
            card: Some(a.id),
            reason: "同一人，第二份证件登记有误".to_owned(),
        };
        let merged =
            service.write(house.system(), async |op| people::merge(op, request.clone()).await).await.unwrap();
        assert_eq!(loans(&service, house.clerk(), a.reader).await.len(), 2);
        let blockers = refused(lend(&service, house.clerk(), a.id, &book(4)).await);
        assert!(blockers.contains(&Blocker::ItemsOverdue(2)), "{blockers:?}");
        let back = give_back(&service, house.clerk(), &book(2)).await.unwrap();
        assert_eq!(back.reader, Some(a.reader), "whose it is now");
        let owed = service
            .read(house.clerk(), async |op| service::circulation::charges(op, a.reader).await)
            .await
            .unwrap();
        assert_eq!((owed.owed, owed.accruing), (100, 50));
        service.write(house.system(), async |op| people::undo_merge(op, merged.merge).await).await.unwrap();
        let owed = service
            .read(house.clerk(), async |op| service::circulation::charges(op, b.reader).await)
            .await
            .unwrap();
        assert_eq!(owed.owed, 100);
        assert_eq!(loans(&service, house.clerk(), a.reader).await.len(), 1);
    })
    .await;
}
