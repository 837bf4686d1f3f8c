//! Readers are reminded once of what is due soon, and once of what is overdue (6.1.4.2).

use service::circulation::remind;
use service::outbox::{Template, messages_of};
use service::testing::on_both_databases;

use super::{book, books, days, ledger, lend, reader};

#[tokio::test]
async fn c_6_1_4_2_readers_are_reminded_once_in_one_message() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 3).await;
        let (one, two) = (reader(house, 1).await, reader(house, 2).await);
        lend(&service, house.clerk(), one.id, &book(1)).await.unwrap();
        lend(&service, house.clerk(), one.id, &book(2)).await.unwrap();
        lend(&service, house.clerk(), two.id, &book(3)).await.unwrap();
        let run = async || {
            let told = service.write(house.system(), async |op| remind(op, None, 100).await).await.unwrap();
            assert!(told.last.is_none());
            told.readers
        };
        assert_eq!(run().await, 0);
        days(house, 27);
        assert_eq!((run().await, run().await), (2, 0));
        days(house, 4);
        assert_eq!((run().await, run().await), (2, 0));
        let told =
            service.read(house.clerk(), async |op| messages_of(op, one.reader, 100).await).await.unwrap();
        let of = |template| told.iter().filter(|message| message.template == template).count();
        // Each by e-mail and SMS.
        assert_eq!((of(Template::LoanDueSoon), of(Template::LoanOverdue)), (2, 2));
    })
    .await;
}
