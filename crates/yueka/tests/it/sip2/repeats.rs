//! What is sent again is done once.

use service::testing::on_both_databases;
use sip2::{Charset, Part, field};

use super::conformance::fine;
use super::{Machines, NOW, account, borrow, bring, default_of_one_card, lending};
use crate::circulation::{book, books, loans};
use crate::life::one_card;

#[tokio::test]
async fn a_3_2_a_what_is_sent_again_is_done_once() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |_| {}).await;
        books(house, 3).await;
        let card = one_card(house, 1).await;
        let p = default_of_one_card(1);
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        let wanted = format!("{}AY1AZF4A6", borrow(&card.number, &p, &book(1)));
        let first = line.say(&wanted).await;
        assert!(first.starts_with("121"), "{first}");
        // The same line, and 97: the answer as it was.
        assert_eq!(line.say(&wanted).await, first);
        assert_eq!(line.say("97").await, first);
        assert_eq!(line.say("97AZFEF5").await, first);
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 1);
        // The same sequence number with another text is another request: some machines send a constant.
        let other = line.say(&format!("{}AY1AZF4A6", borrow(&card.number, &p, &book(2)))).await;
        assert!(other.starts_with("121"), "{other}");
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 2);
        // On another connection: who has it already gets the same answer for a short while, and no second loan.
        let mut again = machines.signed_in("m1", Charset::Gbk).await;
        let told = again.ask(&borrow(&card.number, &p, &book(2))).await;
        assert_eq!(told.succeeded(), Some(true));
        house.clock.advance(chrono::TimeDelta::minutes(10));
        let later = again.ask(&borrow(&card.number, &p, &book(1))).await;
        assert_eq!(
            (later.succeeded(), later.get(field::SCREEN_MESSAGE)),
            (Some(false), Some("此书已在您名下"))
        );
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 2);
        // Taken back twice: the second time nothing is on loan, and it goes on its shelf as before.
        for _ in 0..2 {
            let told = again.ask(&bring(&book(1))).await;
            assert_eq!(told.succeeded(), Some(true));
        }
        assert_eq!(loans(&service, house.clerk(), card.reader).await.len(), 1);
        // What only asks is answered anew each time.
        let ask = format!("63019{NOW}  Y       AOFS|AA{}|AC|AD{p}|AY1AZF4A6", card.number);
        let told = line.ask(&ask).await;
        assert_eq!(told.fixed(Part::ChargedItems), Some("0001"));
        line.ask(&bring(&book(2))).await;
        assert_eq!(line.ask(&ask).await.fixed(Part::ChargedItems), Some("0000"));
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_a_payment_at_a_machine_is_taken_once_however_often_it_is_sent() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        let card = one_card(house, 1).await;
        fine(house, &card, 500).await;
        let p = default_of_one_card(1);
        let pay =
            |amount: &str, at: &str| format!("37{at}0100CNYBV{amount}|AOFS|AA{}|AD{p}|BKT1|", card.number);
        let paid = format!("38Y{NOW}AOFS|AA{}|BKT1|AF缴费成功，尚欠3.00元|", card.number);
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        assert_eq!(line.say(&pay("2.00", NOW)).await, paid);
        // Sent again after the line broke, a minute later by the clock of the machine.
        let mut again = machines.signed_in("m1", Charset::Utf8).await;
        assert_eq!(again.say(&pay("2.00", "20261124    100100")).await, paid);
        // The same transaction with another amount is a mistake.
        let mistaken = again.say(&pay("1.00", NOW)).await;
        assert!(mistaken.starts_with("38N"), "{mistaken}");
        let owes = again.ask(&format!("23019{NOW}AOFS|AA{}|AC|AD{p}|", card.number)).await;
        assert_eq!(owes.get(field::FEE_AMOUNT), Some("3.00"));
        machines.end().await;
    })
    .await;
}
