//! Each pair of messages by the strict dialect, character by character.

use service::cards::CardView;
use service::circulation::{AddCharge, add_charge};
use service::kernel::{Actor, Role};
use service::testing::{House, on_both_databases};
use sip2::{Charset, Sum, check_sum};

use super::{Line, Machines, NOW, account, borrow, bring, default_of_one_card, lending};
use crate::circulation::{books, load, row};
use crate::life::one_card;

/// Says all of it, and tells at once where the answers differ.
async fn converse(line: &mut Line, lines: &[(String, String)]) {
    let mut odd = Vec::new();
    for (said, expected) in lines {
        let heard = line.say(said).await;
        if heard != *expected {
            odd.push(format!("said     {said}\nexpected {expected}\nheard    {heard}"));
        }
    }
    assert!(odd.is_empty(), "\n{}\n", odd.join("\n\n"));
}

fn pair(said: impl Into<String>, expected: impl Into<String>) -> (String, String) {
    (said.into(), expected.into())
}

pub async fn fine(house: &House, card: &CardView, fen: i64) {
    let charge = AddCharge {
        reader: card.reader,
        loan: None,
        kind: "other".to_owned(),
        amount: fen,
        note: "封面".to_owned(),
    };
    let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() };
    house.service.write(manager, async |op| add_charge(op, charge.clone()).await).await.unwrap();
}

#[tokio::test]
async fn a_3_2_a_every_pair_of_messages_is_answered_as_the_protocol_is_written() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        // From its own network it is refused in its own dialect.
        account(house, "m1", "strict", |settings| settings.addresses = "127.0.0.0/8".to_owned()).await;
        books(house, 4).await;
        load(house, vec![row("R1", "佛山县志", "reading_room", "FS")]).await;
        let (card, other) = (one_card(house, 1).await, one_card(house, 2).await);
        let (n, p) = (card.number.as_str(), default_of_one_card(1));
        let first = "AF密码仍为初始密码，请尽快修改|";
        let mut line = Line::to(machines.address, Charset::Utf8).await;
        converse(
            &mut line,
            &[
                pair("9300CNm1|COfalsch|CP|", "940"),
                pair("9900522.00", format!("98YNNNNN300003{NOW}2.00AO|BXNNNNYYYNNNNNNNNN|")),
                pair("9300CNm1|COgeheim-2026|CP|", "941"),
                pair(
                    "9900522.00",
                    format!("98YYYYNN300003{NOW}2.00AOFS|AM佛山市图书馆|BXYYYNYYYYYYYNNYYY|"),
                ),
                pair(
                    format!("23019{NOW}AOFS|AA{n}|AC|AD{p}|"),
                    format!("24{:14}019{NOW}AOFS|AA{n}|AE测二|BLY|CQY|BHCNY|BV0.00|{first}", ""),
                ),
                pair(
                    format!("63019{NOW}{:10}AOFS|AA{n}|AC|AD{p}|", ""),
                    format!(
                        "64{:14}019{NOW}000000000000000000000000AOFS|AA{n}|AE测二|BLY|CQY|BHCNY|BV0.00|{first}",
                        ""
                    ),
                ),
                pair(
                    borrow(n, &p, "B0001"),
                    format!("121NNY{NOW}AOFS|AA{n}|ABB0001|AJ第1本书|AH20261224    235959|CK001|AF借书成功，请于2026-12-24前归还|"),
                ),
                pair(
                    borrow(n, &p, "R1"),
                    format!("120NUN{NOW}AOFS|AA{n}|ABR1|AJ|AH|AF此书仅供馆内阅览|"),
                ),
                pair(
                    borrow(n, &p, "B9999"),
                    format!("120NUN{NOW}AOFS|AA{n}|ABB9999|AJ|AH|AF此书不存在，请交给工作人员|"),
                ),
                pair(
                    borrow(&other.number, &default_of_one_card(2), "B0001"),
                    format!("120NUN{NOW}AOFS|AA{}|ABB0001|AJ|AH|AF此书在他人名下，请交给工作人员|", other.number),
                ),
                pair(
                    format!("17{NOW}AOFS|ABB0001|AC|"),
                    format!("18040001{NOW}CF0|AH20261224    235959|ABB0001|AJ第1本书|CK001|BG佛山市图书馆|AQ佛山市图书馆|AP佛山市图书馆|"),
                ),
                pair(
                    format!("63019{NOW}  Y       AOFS|AA{n}|AC|AD{p}|BP1|BQ5|"),
                    format!(
                        "64{:14}019{NOW}000000000001000000000000AOFS|AA{n}|AE测二|BLY|CQY|BHCNY|BV0.00|AUB0001|{first}",
                        ""
                    ),
                ),
                pair(
                    format!("29NN{NOW}{:18}AOFS|AA{n}|AD{p}|ABB0001|AC|", ""),
                    format!("301YNY{NOW}AOFS|AA{n}|ABB0001|AJ第1本书|AH20270123    235959|CK001|AF续借成功，请于2027-01-23前归还|"),
                ),
                pair(
                    format!("29NN{NOW}{:18}AOFS|AA{n}|AD{p}|ABB0002|AC|", ""),
                    format!("300NUN{NOW}AOFS|AA{n}|ABB0002|AJ|AH|AF此书不在您名下|"),
                ),
                pair(
                    format!("65{NOW}AOFS|AA{n}|AD{p}|AC|"),
                    format!("66000000001{NOW}AOFS|BNB0001|AF没有可续借的图书|"),
                ),
                pair(
                    format!("15+{NOW}AOFS|AA{n}|AD{p}|ABB0002|BS|"),
                    format!("161Y{NOW}AOFS|AA{n}|ABB0002|AJ第2本书|BR1|BS佛山市图书馆|AF预约成功，到馆后通知您|"),
                ),
                pair(
                    format!("15-{NOW}AOFS|AA{n}|AD{p}|ABB0002|"),
                    format!("161Y{NOW}AOFS|AA{n}|ABB0002|AJ第2本书|AF取消预约成功|"),
                ),
                pair(
                    format!("15-{NOW}AOFS|AA{n}|AD{p}|ABB0001|"),
                    format!("160N{NOW}AOFS|AA{n}|AF您没有预约此书|"),
                ),
                pair(
                    bring("B0001"),
                    format!("101YNN{NOW}AOFS|ABB0001|AQ佛山市图书馆|AJ第1本书|CK001|AF还书成功|"),
                ),
                pair(
                    bring("B9999"),
                    format!("100NUN{NOW}AOFS|ABB9999|AQ|AF此书不存在，请交给工作人员|"),
                ),
                pair(
                    format!("19{NOW}AOFS|ABB0001|AC|CH|"),
                    format!("200{NOW}ABB0001|AF本机没有此项服务，请到服务台办理|"),
                ),
                pair(
                    format!("01N{NOW}AOFS|ALCARD LEFT|AA{n}|AC|"),
                    format!("24{:14}019{NOW}AOFS|AA{n}|AE测**|BLY|CQN|BHCNY|BV0.00|AF本机没有此项服务，请到服务台办理|", ""),
                ),
                pair(
                    format!("25{NOW}AOFS|AA{n}|AC|AD{p}|"),
                    format!("26{:14}019{NOW}AOFS|AA{n}|AE测二|BLY|CQY|BHCNY|BV0.00|AF本机没有此项服务，请到服务台办理|", ""),
                ),
                pair(
                    format!("35{NOW}AOFS|AA{n}|AC|AD{p}|"),
                    format!("36Y{NOW}AOFS|AA{n}|AF谢谢使用|"),
                ),
                // Not of this protocol.
                pair(
                    format!("81YN{NOW}{NOW}AOFS|AA|AE陈|XO1|XK01|"),
                    format!("82{NOW}AOFS|AA|OK0|XK01|AF本机没有此项服务，请到服务台办理|"),
                ),
                pair(
                    format!("23019{NOW}AOSD|AA{n}|AC|AD{p}|"),
                    format!("24YYYY{:10}019{NOW}AOSD|AA{n}|AE|BLN|CQN|AF机构代码不是本馆的，请联系管理员|", ""),
                ),
                // No messages: it is asked again.
                pair("63019", "96"),
                pair("55", "96"),
                pair("hello", "96"),
            ],
        )
        .await;
        fine(house, &card, 1250).await;
        let paid = |amount: &str, currency: &str, id: &str| {
            format!("37{NOW}0400{currency}BV{amount}|AOFS|AA{n}|AD{p}|BK{id}|")
        };
        converse(
            &mut line,
            &[
                pair(
                    borrow(n, &p, "B0002"),
                    format!("120NUN{NOW}AOFS|AA{n}|ABB0002|AJ|AH|AF欠费12.50元，请先缴清|"),
                ),
                pair(
                    format!("23019{NOW}AOFS|AA{n}|AC|AD{p}|"),
                    format!("24Y         Y   019{NOW}AOFS|AA{n}|AE测二|BLY|CQY|BHCNY|BV12.50|AF欠费12.50元，请先缴清|"),
                ),
                pair(paid("2.50", "USD", "T1"), format!("38N{NOW}AOFS|AA{n}|AF只收人民币|")),
                pair(paid("20.00", "CNY", "T1"), format!("38N{NOW}AOFS|AA{n}|AF金额超过应缴，请核对后再缴|")),
                pair(paid("2.505", "CNY", "T1"), format!("38N{NOW}AOFS|AA{n}|AF金额不对，请核对后再缴|")),
                pair(paid("2.50", "CNY", "T2"), format!("38Y{NOW}AOFS|AA{n}|BKT2|AF缴费成功，尚欠10.00元|")),
                pair(paid("10.00", "RMB", "T3"), format!("38Y{NOW}AOFS|AA{n}|BKT3|AF缴费成功，尚欠0.00元|")),
            ],
        )
        .await;
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_lists_of_items_are_those_of_the_summary_from_bp_to_bq() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 6).await;
        let card = one_card(house, 1).await;
        let p = default_of_one_card(1);
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        for number in 1..=5 {
            let lent = line.ask(&borrow(&card.number, &p, &format!("B000{number}"))).await;
            assert_eq!(lent.succeeded(), Some(true), "{lent:?}");
            house.clock.advance(chrono::TimeDelta::seconds(1));
        }
        let ask = |summary: &str, more: &str, password: &str| {
            format!("63019{NOW}{summary:10}AOFS|AA{}|AC|AD{password}|{more}", card.number)
        };
        for (summary, more, password, items) in [
            ("", "", p.as_str(), vec![]),
            ("  Y", "", &p, vec!["B0001", "B0002", "B0003", "B0004", "B0005"]),
            ("  Y", "BP2|BQ3|", &p, vec!["B0002", "B0003"]),
            ("  Y", "BP00005|BQ00009|", &p, vec!["B0005"]),
            ("  Y", "BP9|BQ3|", &p, vec![]),
            ("  Y", "BP4|BQ3|", &p, vec![]),
            ("  Y", "BPx|BQy|", &p, vec!["B0001", "B0002", "B0003", "B0004", "B0005"]),
            // What somebody reads is shown to nobody else.
            ("  Y", "", "", vec![]),
            ("  Y", "", "falsch", vec![]),
        ] {
            let told = line.ask(&ask(summary, more, password)).await;
            let mut heard: Vec<_> = told.all(sip2::field::CHARGED_ITEMS).collect();
            heard.sort_unstable();
            assert_eq!(heard, items, "{summary} {more}");
            assert_eq!(told.fixed(sip2::Part::ChargedItems), Some("0005"));
        }
        house.clock.advance(chrono::TimeDelta::days(40));
        let told = line.ask(&ask(" Y", "BP1|BQ2|", &p)).await;
        assert_eq!(told.all(sip2::field::OVERDUE_ITEMS).count(), 2);
        assert_eq!(told.all(sip2::field::CHARGED_ITEMS).count(), 0);
        assert_eq!(told.fixed(sip2::Part::OverdueItems), Some("0005"));
        assert_eq!(told.fixed(sip2::Part::PatronStatus), Some("Y     Y       "));
        assert_eq!(told.get(sip2::field::SCREEN_MESSAGE), Some("有5册逾期，请先还书"));
        // What is owed: for two items that came back late, and once for something that is no item.
        for number in 1..=2 {
            assert_eq!(line.ask(&bring(&format!("B000{number}"))).await.succeeded(), Some(true));
            house.clock.advance(chrono::TimeDelta::seconds(1));
        }
        fine(house, &card, 500).await;
        for (more, items) in [("", vec!["B0001", "B0002"]), ("BP2|BQ2|", vec!["B0002"])] {
            let told = line.ask(&ask("   Y", more, &p)).await;
            assert_eq!(told.all(sip2::field::FINE_ITEMS).collect::<Vec<_>>(), items);
            assert_eq!(told.fixed(sip2::Part::FineItems), Some("0003"));
        }
        let told = line.ask(&ask("   Y", "", "")).await;
        assert_eq!(told.all(sip2::field::FINE_ITEMS).count(), 0);
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_2_a_sequence_number_and_checksum_are_used_where_the_machine_uses_them() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        let card = one_card(house, 1).await;
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        let summed = |text: &str, number: char| {
            let text = format!("{text}AY{number}AZ");
            format!("{text}{:04X}", sip2::sum_of_bytes(text.as_bytes()))
        };
        let ask = format!("23019{NOW}AOFS|AA{}|AC|AD|", card.number);
        let heard = line.say(&summed(&ask, '7')).await;
        assert!(heard.contains("|AY7AZ"), "{heard}");
        assert!(check_sum(heard.as_bytes(), &heard, Sum::Bytes).is_right(), "{heard}");
        // One that does not fit: it is asked again.
        assert_eq!(line.say(&format!("{ask}AY8AZ0000")).await, "96AZFEF6");
        // Two in one packet, one in many, ended by each of the three ends.
        use tokio::io::AsyncWriteExt;
        line.stream.write_all(format!("{ask}\r\n{ask}\n").as_bytes()).await.unwrap();
        let plain = line.hear().await.unwrap();
        assert_eq!(line.hear().await.unwrap(), plain);
        for byte in ask.as_bytes() {
            line.stream.write_all(&[*byte]).await.unwrap();
        }
        assert_eq!(line.say("").await, plain);
        machines.end().await;
    })
    .await;
}
