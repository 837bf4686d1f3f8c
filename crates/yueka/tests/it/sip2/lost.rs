//! A loss that the reader reports on their own page, and the machine's next message on another instance (A.4.1). In this order, whatever
//! the time between them.

use std::sync::Arc;

use service::circulation::Ledger;
use service::testing::on_both_databases;
use sip2::{Charset, Part, field};

use super::{Machines, NOW, account, borrow, lending, look};
use crate::circulation::{book, books};
use crate::passwords::cheap;
use crate::portal::{CHOSEN, at_home};

const SAYS: &str = "此证已挂失，请持证件到服务台恢复";

#[tokio::test]
async fn a_4_1_a_loss_reported_in_the_portal_ends_the_card_at_the_next_message_elsewhere() {
    on_both_databases(async |house| {
        // Two instances on one database: nothing else is shared.
        let portal = cheap(house).0.with_circulation(Arc::new(Ledger));
        let machines = Machines::of(&lending(house)).await;
        account(house, "m1", "strict", |_| {}).await;
        account(house, "m2", "interlib", |_| {}).await;
        books(house, 2).await;
        let (mut browser, opened) = at_home(house, &portal, 1).await;
        let card = &opened.card;
        let mut lines =
            [machines.signed_in("m1", Charset::Utf8).await, machines.signed_in("m2", Charset::Gbk).await];
        for line in &mut lines {
            let told = line.ask(&look(card, CHOSEN)).await;
            assert_eq!(told.get(field::VALID_PASSWORD), Some("Y"), "the password is remembered from here on");
        }
        let lent = lines[0].ask(&borrow(&card.number, CHOSEN, &book(1))).await;
        assert_eq!(lent.succeeded(), Some(true));

        browser.get("/my/loss").await;
        let key = browser.hidden("idempotency_key");
        browser.post("/my/loss", &[("idempotency_key", &key)]).await;
        assert!(browser.location.starts_with("/my/loss/done?record="), "{}", browser.location);

        for line in &mut lines {
            for request in [look(card, CHOSEN), format!("23019{NOW}AOFS|AA{}|AC|AD{CHOSEN}|", card.number)] {
                let told = line.ask(&request).await;
                assert_eq!(told.fixed(Part::PatronStatus), Some("YYYYY         "), "{request}");
                let of = |code| told.get(code).unwrap_or_default();
                assert_eq!(
                    [field::VALID_PATRON, field::VALID_PASSWORD, field::PERSONAL_NAME, field::SCREEN_MESSAGE]
                        .map(of),
                    ["N", "N", "", SAYS],
                    "{request}"
                );
            }
            for request in [
                borrow(&card.number, CHOSEN, &book(2)),
                format!("29NN{NOW}{:18}AOFS|AA{}|AD{CHOSEN}|AB{}|AC|", "", card.number, book(1)),
                format!("65{NOW}AOFS|AA{}|AD{CHOSEN}|AC|", card.number),
            ] {
                let told = line.ask(&request).await;
                assert_eq!(
                    (told.succeeded(), told.get(field::SCREEN_MESSAGE)),
                    (Some(false), Some(SAYS)),
                    "{request}"
                );
            }
        }
        drop(lines);
        machines.end().await;
    })
    .await;
}
