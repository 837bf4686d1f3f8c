//! What somebody read is theirs (5.3): they choose whether it is remembered, and have it forgotten.

use service::Error;
use service::circulation::{
    Pay, PayMethod, charges, choose_history, delete_history, history, keeps_history, pay,
};
use service::kernel::Actor;
use service::testing::on_both_databases;

use super::{book, books, days, give_back, ledger, lend, reader};

#[tokio::test]
async fn c_5_3_a_reader_has_their_loans_forgotten() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 3).await;
        let card = reader(house, 1).await;
        let id = card.reader;
        let me = Actor::reader(id, house.fs);
        for number in [1, 2, 3] {
            lend(&service, house.clerk(), card.id, &book(number)).await.unwrap();
        }
        give_back(&service, house.clerk(), &book(1)).await.unwrap();
        days(house, 35);
        give_back(&service, house.clerk(), &book(2)).await.unwrap();
        let read = |actor: Actor| service.read(actor, async move |op| history(op, id, 100).await);
        assert_eq!(read(me.clone()).await.unwrap().len(), 2);
        assert!(matches!(read(house.clerk()).await, Err(Error::Forbidden(_))), "not even staff");
        // What is owed for stays until it is settled.
        let forgotten =
            service.write(me.clone(), async move |op| delete_history(op, id).await).await.unwrap();
        assert_eq!((forgotten, read(me.clone()).await.unwrap().len()), (1, 1));
        service.write(me.clone(), async move |op| choose_history(op, id, false).await).await.unwrap();
        assert!(!service.read(me.clone(), async move |op| keeps_history(op, id).await).await.unwrap());
        let request = Pay { reader: id, charges: Vec::new(), amount: None, method: PayMethod::Wechat };
        service.write(house.clerk(), async |op| pay(op, request.clone()).await).await.unwrap();
        assert!(read(me.clone()).await.unwrap().is_empty());
        let settled = service.read(me.clone(), async move |op| charges(op, id).await).await.unwrap().settled;
        assert_eq!((settled[0].amount, settled[0].title.as_deref()), (50, None));
        // From now on a return is not remembered, but the clerk still sees whose it was.
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap_err();
        give_back(&service, house.clerk(), &book(3)).await.unwrap();
        service
            .write(house.clerk(), async |op| {
                pay(op, Pay { reader: id, charges: Vec::new(), amount: None, method: PayMethod::Cash }).await
            })
            .await
            .unwrap();
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        let back = give_back(&service, house.clerk(), &book(1)).await.unwrap();
        assert_eq!(back.reader, Some(id));
        assert!(read(me).await.unwrap().is_empty());
        let left =
            house.tamper("UPDATE loans SET renewals = renewals WHERE reader_id IS NOT NULL").await.unwrap();
        assert_eq!(left, 0, "no returned loan names a reader");
    })
    .await;
}

#[tokio::test]
async fn c_5_3_loans_and_charges_are_in_what_is_held_about_a_reader() {
    on_both_databases(async |house| {
        let service = ledger(house);
        books(house, 1).await;
        let card = reader(house, 1).await;
        lend(&service, house.clerk(), card.id, &book(1)).await.unwrap();
        let me = Actor::reader(card.reader, house.fs);
        let held = service
            .write(me, async |op| service::people::data_export(op, card.reader, "").await)
            .await
            .unwrap();
        assert_eq!(held["circulation"]["loans"][0]["title"], "第1本书");
        // Once it is back, it is the reader's business only.
        give_back(&service, house.clerk(), &book(1)).await.unwrap();
        let ask = |actor: Actor, reason: &'static str| {
            service.write(actor, async move |op| service::people::data_export(op, card.reader, reason).await)
        };
        let own = ask(Actor::reader(card.reader, house.fs), "").await.unwrap();
        assert_eq!(own["circulation"]["loans"].as_array().unwrap().len(), 1);
        let of_staff = ask(house.clerk(), "读者要求查看").await.unwrap();
        assert_eq!(of_staff["circulation"]["loans"].as_array().unwrap().len(), 0);
    })
    .await;
}
