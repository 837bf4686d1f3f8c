//! What no document of 3M's has, and what machines look at beside it: photos, deposits, counts, what can be paid.

use chrono::TimeDelta;
use service::readers::photo;
use service::testing::{born, on_both_databases, resident_number};
use sip2::{Charset, Part, Sum, check_sum, field};
use tokio::io::AsyncWriteExt;

use super::{Machines, NOW, account, borrow, bring, default_of_one_card, lending, look};
use crate::circulation::{book, books, days};
use crate::life::{in_person, one_card, report};

fn open(serial: u32, more: &str) -> String {
    let number = resident_number(serial, born(1990, 5, 6));
    format!(
        "81YN{NOW}{NOW}AO|AA|AD|AE陈大{}|MP1390000{serial:04}|BD佛山市季华{serial}路|XO{number}|XT01|{more}XK01|AY1AZF4A6|",
        ["文", "武", "海"][serial as usize % 3]
    )
}

/// A JPEG of so many bytes, in hexadecimal digits.
fn jpeg(bytes: usize) -> String {
    format!("ffd8ff{}FFD9", "00".repeat(bytes - 5))
}

#[tokio::test]
async fn a_2_1_c_a_machine_sends_the_photo_with_the_card_it_opened() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |settings| settings.opens_cards = true).await;
        account(house, "m2", "interlib", |_| {}).await;
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        let mut opened = Vec::new();
        for serial in 1..=3 {
            let told = line.ask(&open(serial, "")).await;
            assert_eq!(told.get(field::DONE), Some("1"), "{told:?}");
            opened.push(told.get(field::PATRON).unwrap().to_owned());
        }
        let send = |number: &str, digits: &str| format!("77AO|AA{number}|LE{}|DA{digits}|", digits.len() / 2);
        // Far longer than any other line.
        let kept = line.ask(&send(&opened[0], &jpeg(30_000))).await;
        assert_eq!(
            (kept.get(field::DONE), kept.get(field::SCREEN_MESSAGE)),
            (Some("1"), Some("照片上传成功"))
        );
        let number = opened[0].clone();
        let (media_type, file) = service
            .write(house.clerk(), async move |op| {
                let who = service::cards::password::presented(op, &number).await?.unwrap();
                photo(op, who.reader).await
            })
            .await
            .unwrap();
        assert_eq!((media_type.as_str(), file.0.len()), ("image/jpeg", 30_000));
        let no = async |line: &mut super::Line, text: String, says: &str| {
            let told = line.ask(&text).await;
            assert_eq!(
                (told.get(field::DONE), told.get(field::SCREEN_MESSAGE)),
                (Some("0"), Some(says)),
                "{says}"
            );
        };
        no(&mut line, send(&opened[0], &jpeg(40)), "照片请到服务台更换").await;
        no(&mut line, send(&opened[1], "ffd8f"), "照片无法读取，请重新拍摄").await;
        no(&mut line, send(&opened[1], "00112233"), "照片无法读取，请重新拍摄").await;
        no(&mut line, send("999999999999", &jpeg(40)), "没有此读者，请核对证号或先办证").await;
        let mut other = machines.signed_in("m2", Charset::Gbk).await;
        no(&mut other, send(&opened[1], &jpeg(40)), "照片请到服务台更换").await;
        house.clock.advance(TimeDelta::minutes(16));
        no(&mut line, send(&opened[2], &jpeg(40)), "照片请到服务台更换").await;
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_1_c_no_deposit_is_taken_and_no_card_opened_with_one() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |settings| settings.opens_cards = true).await;
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        let number = resident_number(1, born(1990, 5, 6));
        for (request, code) in
            [(open(1, "BV100.00|"), "82"), (format!("59{NOW}AO|AA{number}|BV100|AY1AZF4A6|"), "60")]
        {
            let told = line.ask(&request).await;
            assert_eq!(told.code().as_str(), code);
            assert_eq!(
                (told.get(field::DONE), told.get(field::SCREEN_MESSAGE)),
                (Some("0"), Some("本馆办证免押金，请勿缴纳"))
            );
        }
        let free = line.ask(&format!("91{NOW}AO|XO{number}|XK1|")).await;
        assert_eq!(free.get(field::TERMINAL_PASSWORD), Some("0"), "nothing was opened");
        let opened = line.ask(&open(1, "BV0.00|")).await;
        assert_eq!(opened.get(field::DONE), Some("1"));
        // What staff do, and what nobody has a meaning for.
        for (request, code) in
            [(format!("83YN{NOW}{NOW}AO|AA{number}|XK02|"), "84"), (format!("27{NOW}AO|ABB0001|"), "28")]
        {
            let told = line.ask(&request).await;
            assert_eq!(
                (told.code().as_str(), told.get(field::DONE), told.get(field::SCREEN_MESSAGE)),
                (code, Some("0"), Some("本机没有此项服务，请到服务台办理"))
            );
        }
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_bv_is_what_can_be_paid_now() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        account(house, "m2", "interlib", |_| {}).await;
        books(house, 1).await;
        let card = one_card(house, 1).await;
        let p = default_of_one_card(1);
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        let mut chinese = machines.signed_in("m2", Charset::Gbk).await;
        assert_eq!(line.ask(&borrow(&card.number, &p, &book(1))).await.succeeded(), Some(true));
        days(house, 60);
        let status = format!("23019{NOW}AOFS|AA{}|AC|AD{p}|", card.number);
        // What it would cost grows, and can't be paid before the book is back.
        for request in [look(&card, &p), status.clone()] {
            let told = line.ask(&request).await;
            assert_eq!(told.get(field::FEE_AMOUNT), Some("0.00"), "{request}");
            let told = chinese.ask(&request).await;
            assert_eq!(told.get(field::HOLD_QUEUE_LENGTH), Some("0.00"), "{request}");
        }
        assert_eq!(line.ask(&look(&card, &p)).await.fixed(Part::FineItems), Some("0000"));
        let back = line.ask(&bring(&book(1))).await;
        let charged = back.get(field::FEE_AMOUNT).unwrap().to_owned();
        assert_ne!(charged, "0.00");
        for request in [look(&card, &p), status] {
            assert_eq!(line.ask(&request).await.get(field::FEE_AMOUNT), Some(charged.as_str()), "{request}");
        }
        assert_eq!(line.ask(&look(&card, &p)).await.fixed(Part::FineItems), Some("0001"));
        // What was offered is taken, to the fen.
        let pay = format!("37{NOW}0100CNYBV{charged}|AOFS|AA{}|AD{p}|", card.number);
        let paid = line.ask(&pay).await;
        assert_eq!(paid.fixed(Part::PaymentAccepted), Some("Y"), "{paid:?}");
        assert_eq!(line.ask(&look(&card, &p)).await.get(field::FEE_AMOUNT), Some("0.00"));
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_2_a_line_that_cannot_be_read_is_asked_for_again_as_the_machine_speaks() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        for unreadable in ["hello", "63019", "55"] {
            assert_eq!(line.say(unreadable).await, "96");
        }
        let text = format!("35{NOW}AOFS|AA1|AY3AZ");
        let summed = format!("{text}{:04X}", sip2::sum_of_bytes(text.as_bytes()));
        let heard = line.say(&summed).await;
        assert!(check_sum(heard.as_bytes(), &heard, Sum::Bytes).is_right(), "{heard}");
        for unreadable in ["hello", "63019", "55", "hello|AY4AZ0000", "97AZ0000"] {
            let heard = line.say(unreadable).await;
            match unreadable {
                "97AZ0000" => assert!(heard.starts_with("36Y"), "{heard}"),
                _ => assert_eq!(heard, "96AZFEF6", "{unreadable}"),
            }
        }
        line.stream.write_all(&[vec![b'x'; 5000], vec![b'\r']].concat()).await.unwrap();
        assert_eq!(line.hear().await.unwrap(), "96AZFEF6");
        // One that used none goes on without.
        assert!(line.say(&format!("35{NOW}AOFS|AA1|")).await.starts_with("36Y"));
        assert_eq!(line.say("hello").await, "96");
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_2_nobody_has_nothing_and_who_is_not_looked_for_is_not_counted() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        account(house, "m2", "interlib", |_| {}).await;
        let card = one_card(house, 1).await;
        report(house, house.clerk(), card.id, in_person()).await.unwrap();
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        let mut chinese = machines.signed_in("m2", Charset::Gbk).await;
        let ask =
            |institution: &str, number: &str| format!("63019{NOW}{:10}AO{institution}|AA{number}|AC|AD|", "");
        let (zeros, blanks) = ("0".repeat(24), " ".repeat(24));
        for (institution, number, strict, tolerant) in [
            ("FS", "FS99999999", &zeros, &zeros),
            ("FS", "", &zeros, &zeros),
            // A lost card's holder may have something out: another house that asks must not count it as nothing.
            ("FS", card.number.as_str(), &blanks, &zeros),
            ("XX", card.number.as_str(), &blanks, &blanks),
        ] {
            for (line, expected) in [(&mut line, strict), (&mut chinese, tolerant)] {
                let heard = line.say(&ask(institution, number)).await;
                assert_eq!(&heard[37..61], expected.as_str(), "{heard}");
            }
        }
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_1_c_machines_are_told_the_type_the_end_and_the_limit_of_a_reader() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |_| {}).await;
        account(house, "m2", "strict", |_| {}).await;
        books(house, 2).await;
        let card = one_card(house, 1).await;
        let p = default_of_one_card(1);
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        for number in 1..=2 {
            line.ask(&borrow(&card.number, &p, &book(number))).await;
        }
        let also = [
            (field::READER_TYPE, "01"),
            (field::RETURNED_TO, "一卡通"),
            (field::VALID_UNTIL, "20991231"),
            (field::HOLD_LIMIT, "20"),
            (field::LOAN_VALUE, "90.00"),
            (field::PREPAID, "0.00"),
            (field::DEPOSIT, "0.00"),
        ];
        let told = line.ask(&look(&card, &p)).await;
        for (code, value) in also {
            assert_eq!(told.get(code), Some(value), "{code}");
        }
        // What it is worth is shown to whom the list is shown.
        let told = line.ask(&look(&card, "")).await;
        assert_eq!((told.get(field::LOAN_VALUE), told.get(field::READER_TYPE)), (Some("0.00"), Some("01")));
        let told = line.ask(&format!("17{NOW}AO|AB{}|", book(1))).await;
        for code in [field::RECALL_DATE, field::HOLD_PICKUP_DATE] {
            assert_eq!(told.get(code), Some("2026-11-24"), "the day of the loan");
        }
        let mut strict = machines.signed_in("m2", Charset::Utf8).await;
        let told = strict.ask(&look(&card, &p)).await;
        assert!(also.iter().all(|(code, _)| told.get(*code).is_none()), "{told:?}");
        machines.end().await;
    })
    .await;
}
