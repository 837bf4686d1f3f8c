//! Cards opened at machines by the extensions of the Chinese dialects (A.2.1 c).

use service::cards::{self, CardKind};
use service::testing::{adult, born, on_both_databases, resident_number};
use sip2::{Charset, field};

use super::{Line, Machines, NOW, account, bring, lending};
use crate::circulation::{book, books};
use crate::life::{card, history};

/// As a machine sends it, with a checksum that is always the same.
async fn raw(line: &mut Line, text: &str) -> String {
    line.say(&format!("{text}AY1AZF4A6|")).await
}

/// The document of the adult with this serial.
fn document(serial: u32) -> String {
    resident_number(serial, born(1990, 5, 6))
}

fn open(number: &str, name: &str, password: &str) -> String {
    format!(
        "81YN20230418160609   20230418160609   AO|AA|AD{password}|AE{name}|AM|MP13900001234|BD佛山市季华五路|XO{number}|XT01|XM0|XK01|"
    )
}

#[tokio::test]
async fn a_2_1_c_a_machine_opens_a_card_from_raw_gbk_with_wrong_sums() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |settings| settings.opens_cards = true).await;
        books(house, 2).await;
        let number = document(1);
        // What its charset has no character for comes in four bytes, as those machines send it.
        let mut line = machines.signed_in("m1", Charset::Gb18030).await;
        let nothing = raw(&mut line, &format!("91{NOW}AO|XO|XK1|AA|XT0|")).await;
        assert!(nothing.contains("|AC1|") && nothing.contains("证件号不对"), "{nothing}");
        let free = raw(&mut line, &format!("91{NOW}AO|XO{number}|XK1|XT0|")).await;
        assert!(free.starts_with("92") && free.contains("|AC0|"), "{free}");
        let opened = raw(&mut line, &open(&number, "陈㙍", "")).await;
        assert!(
            opened.starts_with("82") && opened.contains("|OK1|") && opened.contains("AF办证成功"),
            "{opened}"
        );
        let read = sip2::Message::parse(&opened, sip2::Rules::Tolerant).unwrap();
        let virtual_number = read.get(field::PATRON).unwrap().to_owned();
        // The duplicate is told, by 91 and by 81.
        let taken = raw(&mut line, &format!("91{NOW}AO|XO{number}|XK1|XT0|")).await;
        assert!(taken.contains("|AC1|") && taken.contains("AF此证件已办过证"), "{taken}");
        let twice = raw(&mut line, &open(&number, "陈大文", "")).await;
        assert!(twice.contains("|OK0|") && twice.contains("AF此证件已办过证"), "{twice}");
        // A number that a machine makes up is not taken, nor a machine's account without the right.
        let made_up = raw(&mut line, &open(&document(2), "陈二", "").replace("AA|", "AA12345678|")).await;
        assert!(made_up.contains("|OK0|") && made_up.contains("证号由系统生成"), "{made_up}");
        account(house, "m2", "interlib", |_| {}).await;
        let mut without = machines.signed_in("m2", Charset::Gbk).await;
        let refused = raw(&mut without, &open(&document(3), "陈三", "")).await;
        assert!(refused.contains("|OK0|") && refused.contains("请到服务台办理"), "{refused}");
        // Looked up by the document, with the default password.
        let default = &number[12..];
        let found = raw(&mut line, &format!("85{NOW}Y         AO|XO{number}|AD{default}|XK13|")).await;
        assert!(
            found.starts_with("86")
                && found.contains(&format!("|AA{virtual_number}|"))
                && found.contains("|CQY|"),
            "{found}"
        );
        // The password is changed; the old one ends.
        let changed = raw(&mut line, &format!("21{NOW}AO|AA{virtual_number}|AD{default}|ANlesen2026|")).await;
        assert!(
            changed.starts_with("22") && changed.contains("|OK1|") && changed.contains("成功"),
            "{changed}"
        );
        let lend = |password: &str, barcode: &str| {
            format!("11YN{NOW}{NOW}AO|AA{virtual_number}|AB{barcode}|CNm1|AC|AD{password}|")
        };
        let refused = raw(&mut line, &lend(default, &book(1))).await;
        assert!(refused.starts_with("120") && refused.contains("AF密码不对"), "{refused}");
        let lent = raw(&mut line, &lend("lesen2026", &book(1))).await;
        assert!(lent.starts_with("121YYY") && lent.contains("成功"), "{lent}");
        let back = raw(&mut line, &bring(&book(1))).await;
        assert!(back.starts_with("101YNN") && back.contains("成功"), "{back}");
        let nothing = raw(&mut line, &format!("17{NOW}AO|ABB9|")).await;
        assert!(nothing.contains("AF此书不存在"), "{nothing}");
        let item = raw(&mut line, &format!("17{NOW}AO|AB{}|", book(1))).await;
        assert!(item.starts_with("18010001"), "{item}");
        // The record names the machine.
        let id = service
            .read(house.clerk(), async |op| cards::password::presented(op, &virtual_number).await)
            .await
            .unwrap()
            .unwrap();
        let card = card(house, id.card.id).await;
        assert_eq!((id.name.as_str(), card.kind), ("陈㙍", CardKind::Document));
        let done = history(house, &card).await;
        let done: Vec<_> =
            done.iter().map(|entry| (&*entry.service, &*entry.outcome, &*entry.channel)).collect();
        for (service, outcome) in [("open_card", "done"), ("change_password", "done")] {
            assert!(done.contains(&(service, outcome, "machine")), "{done:?}");
        }
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_1_c_one_person_at_a_desk_and_at_a_machine_at_once_gets_one_card() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |settings| settings.opens_cards = true).await;
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        for serial in 1..=30 {
            let number = document(serial);
            let text = open(&number, "陈大文", "");
            let request = adult(serial);
            let (at_machine, at_desk) = tokio::join!(
                raw(&mut line, &text),
                house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await)
            );
            let opened = [at_machine.contains("|OK1|"), at_desk.is_ok()];
            assert_eq!(opened.iter().filter(|yes| **yes).count(), 1, "{at_machine} {at_desk:?}");
        }
        machines.end().await;
    })
    .await;
}
