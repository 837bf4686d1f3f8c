//! What stands against a card, at each message; and passwords.

use service::cards::{CancelReason, CardView};
use service::kernel::{Actor, Role};
use service::readers::{self, NewBlock};
use service::testing::{House, on_both_databases};
use sip2::{Charset, Part, field};

use super::{Line, Machines, NOW, account, borrow, default_of_one_card, lending, look};
use crate::circulation::{book, books, days, lend};
use crate::life::{cancel, in_person, one_card, replace, report};
use crate::passwords::default_of;

/// Something that stands against a card, and what the screen says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Unknown,
    Lost,
    Cancelled,
    OldNumber,
    Block(&'static str),
    Overdue,
}

const TROUBLES: [(Trouble, &str, &str); 10] = [
    (Trouble::Unknown, "没有此读者，请核对证号或先办证", "YYYY          "),
    (Trouble::Lost, "此证已挂失，请持证件到服务台恢复", "YYYYY         "),
    (Trouble::Cancelled, "此证已注销，请重新办证", "YYYY          "),
    (Trouble::OldNumber, "此证号已停用，请使用新证", "YYYY          "),
    (Trouble::Block("unpaid"), "有费用未缴，请到服务台缴清", "YYYY      Y   "),
    (Trouble::Block("address"), "联系方式待核实，请到服务台更新", "YYYY          "),
    (Trouble::Block("verification"), "身份待核实，请持证件到服务台", "YYYY          "),
    (Trouble::Block("conduct"), "此证暂停使用，请到服务台咨询", "YYYY          "),
    (Trouble::Block("other"), "此证暂停使用，请到服务台咨询", "YYYY          "),
    (Trouble::Overdue, "有1册逾期，请先还书", "Y     Y       "),
];

async fn bring_about(house: &House, service: &service::Service, serial: u32, trouble: Trouble) -> String {
    if trouble == Trouble::Unknown {
        return "FS99999999".to_owned();
    }
    let card: CardView = one_card(house, serial).await;
    let clerk = house.clerk();
    match trouble {
        Trouble::Unknown => {}
        Trouble::Lost => drop(report(house, clerk, card.id, in_person()).await.unwrap()),
        Trouble::Cancelled => {
            cancel(house, clerk, card.id, CancelReason::Wish, in_person()).await.unwrap();
        }
        Trouble::OldNumber => {
            replace(house, clerk, card.id, &format!("FS{:08}", 90_000_000 + serial)).await.unwrap();
        }
        Trouble::Block(reason) => {
            let block = NewBlock {
                reader: card.reader,
                reason: reason.to_owned(),
                note: "说明".to_owned(),
                until: String::new(),
            };
            let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..clerk };
            house.service.write(manager, async |op| readers::block(op, block.clone()).await).await.unwrap();
        }
        Trouble::Overdue => {
            lend(service, clerk, card.id, &book(1)).await.unwrap();
            days(house, 31);
        }
    }
    card.number
}

#[tokio::test]
async fn a_2_2_every_block_is_told_in_one_sentence_at_every_message() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "interlib", |_| {}).await;
        books(house, 2).await;
        let mut line = machines.signed_in("m1", Charset::Gbk).await;
        for (serial, (trouble, says, status)) in (1..).zip(TROUBLES) {
            let n = bring_about(house, &service, serial, trouble).await;
            let p = default_of_one_card(serial);
            let blocked = matches!(trouble, Trouble::Block(_));
            let works = blocked || trouble == Trouble::Overdue;
            for message in [
                format!("23019{NOW}AOFS|AA{n}|AC|AD{p}|"),
                format!("63019{NOW}Y         AOFS|AA{n}|AC|AD{p}|"),
                format!("8520261124    100000Y         AOFS|XO{n}|AD{p}|XK13|"),
                borrow(&n, &p, "B0002"),
                format!("29NN{NOW}{:18}AOFS|AA{n}|AD{p}|ABB0001|AC|", ""),
                format!("65{NOW}AOFS|AA{n}|AD{p}|AC|"),
                format!("15+{NOW}AOFS|AA{n}|AD{p}|ABB0002|"),
                format!("37{NOW}0400CNYBV1.00|AOFS|AA{n}|AD{p}|"),
                format!("21{NOW}AOFS|AA{n}|AD{p}|ANneues2026|"),
            ] {
                let code = &message[..2];
                let told = line.ask(&message).await;
                let heard = told.get(field::SCREEN_MESSAGE).unwrap_or_default();
                let of_reader = ["23", "63", "85"].contains(&code);
                // A reader who is blocked pays, and changes the password; who has overdue items does that and reserves.
                let expected = match (trouble, code) {
                    (_, "21") if works => "密码修改成功",
                    (_, "37") if works => "金额超过应缴，请核对后再缴",
                    (Trouble::Overdue, "29") => "此书已逾期，请先归还",
                    (Trouble::Overdue, "65") => "没有可续借的图书",
                    (Trouble::Overdue, "15") => "预约成功，到馆后通知您",
                    _ => says,
                };
                assert_eq!(heard, expected, "{trouble:?} {message}");
                if of_reader {
                    assert_eq!(told.fixed(Part::PatronStatus), Some(status), "{trouble:?} {message}");
                    let yes = if works { "Y" } else { "N" };
                    assert_eq!(told.get(field::VALID_PATRON), Some(yes), "{trouble:?} {message}");
                    assert_eq!(told.get(field::VALID_PASSWORD), Some(yes), "{trouble:?} {message}");
                    assert_eq!(
                        told.get(field::PERSONAL_NAME).is_some_and(|name| !name.is_empty()),
                        works,
                        "who found a card is told no name: {message}"
                    );
                } else {
                    assert_eq!(
                        told.succeeded() == Some(true),
                        heard.contains("成功"),
                        "{trouble:?} {message}"
                    );
                }
            }
            let left = line.ask(&format!("35{NOW}AOFS|AA{n}|AC|AD|")).await;
            assert_eq!(left.succeeded(), Some(true));
        }
        machines.end().await;
    })
    .await;
}

async fn cq(line: &mut Line, card: &CardView, password: &str) -> (String, String) {
    let told = line.ask(&look(card, password)).await;
    let get = |code| told.get(code).unwrap_or_default().to_owned();
    (get(field::VALID_PASSWORD), get(field::SCREEN_MESSAGE))
}

#[tokio::test]
async fn a_2_3_no_password_and_a_wrong_one_never_let_anybody_in() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        account(house, "m2", "strict", |settings| settings.asks_password = false).await;
        let card = one_card(house, 1).await;
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        // None at all, and empty ones, are no tries: far more than the throttle bears.
        for _ in 0..40 {
            for password in ["", " ", "\t"] {
                assert_eq!(cq(&mut line, &card, password).await.0, "N");
            }
        }
        let none = line.ask(&format!("63019{NOW}{:10}AOFS|AA{}|AC|", "", card.number)).await;
        assert_eq!(none.get(field::VALID_PASSWORD), Some("N"));
        assert_eq!(none.get(field::PERSONAL_NAME), Some("测**"));
        assert_eq!(cq(&mut line, &card, &default_of_one_card(1)).await.0, "Y");
        // One that asks for none says yes to none, and never to a wrong one.
        let mut open = machines.signed_in("m2", Charset::Utf8).await;
        assert_eq!(cq(&mut open, &card, "").await.0, "Y");
        assert_eq!(cq(&mut open, &card, "falsch").await, ("N".to_owned(), "密码不对，请重新输入".to_owned()));
        // Wrong ones are counted, and then nobody looks; a remembered right one is known all the same.
        let other = one_card(house, 2).await;
        let mut said = String::new();
        for _ in 0..12 {
            let (verified, says) = cq(&mut line, &other, &default_of(7)).await;
            assert_eq!(verified, "N");
            said = says;
        }
        assert!(said.starts_with("密码错误次数过多"), "{said}");
        let (verified, says) = cq(&mut line, &other, &default_of_one_card(2)).await;
        assert!(verified == "N" && says.starts_with("密码错误次数过多"), "{verified} {says}");
        // A right one that is remembered forgives those before it: typing badly now and then locks nobody out.
        let third = one_card(house, 3).await;
        for _ in 0..8 {
            assert_eq!(cq(&mut line, &third, &default_of_one_card(3)).await.0, "Y");
            for _ in 0..3 {
                let (verified, says) = cq(&mut line, &third, "falsch").await;
                assert_eq!((verified.as_str(), says.as_str()), ("N", "密码不对，请重新输入"));
            }
        }
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_2_where_a_machine_asks_for_passwords_nobody_borrows_without_one() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 3).await;
        let (card, other) = (one_card(house, 1).await, one_card(house, 2).await);
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        let lend = async |line: &mut Line, card: &CardView, copy: usize, password: &str| {
            let told = line
                .ask(&format!("11NN{NOW}{:18}AOFS|AA{}|AB{}|AC|AD{password}|", "", card.number, book(copy)))
                .await;
            (told.succeeded(), told.get(field::SCREEN_MESSAGE).unwrap_or_default().to_owned())
        };
        let asked = (Some(false), "请输入密码".to_owned());
        assert_eq!(lend(&mut line, &card, 1, "").await, asked);
        for message in [
            format!("65{NOW}AOFS|AA{}|", card.number),
            format!("15+{NOW}AOFS|AA{}|AB{}|", card.number, book(1)),
        ] {
            let told = line.ask(&message).await;
            assert_eq!(told.get(field::SCREEN_MESSAGE), Some("请输入密码"), "{message}");
        }
        // Once in a visit is enough, for whoever gave it, and until the visit ends.
        assert_eq!(cq(&mut line, &card, &default_of_one_card(1)).await.0, "Y");
        assert_eq!(lend(&mut line, &card, 1, "").await.0, Some(true));
        assert_eq!(lend(&mut line, &other, 2, "").await, asked);
        let left = line.ask(&format!("35{NOW}AOFS|AA{}|AC|AD|", card.number)).await;
        assert_eq!(left.succeeded(), Some(true));
        assert_eq!(lend(&mut line, &card, 2, "").await, asked);
        assert_eq!(lend(&mut line, &card, 2, &default_of_one_card(1)).await.0, Some(true));
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_4_1_a_loss_reported_elsewhere_ends_the_card_at_the_next_message() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 2).await;
        for serial in 1..=2 {
            let card = one_card(house, serial).await;
            let p = default_of_one_card(serial);
            let mut line = machines.signed_in("m1", Charset::Utf8).await;
            // The password is remembered now.
            assert_eq!(cq(&mut line, &card, &p).await.0, "Y");
            // `house.service` is another instance on the same database: nothing but that is shared.
            let (call, check) = match serial {
                1 => (house.clerk(), in_person()),
                _ => (
                    Actor::reader(card.reader, house.fs),
                    service::records::IdentityCheck::of_the_person(service::records::CheckMethod::Password),
                ),
            };
            report(house, call, card.id, check).await.unwrap();
            let told = line.ask(&look(&card, &p)).await;
            assert_eq!(told.fixed(Part::PatronStatus), Some("YYYYY         "));
            let of = |code| told.get(code).unwrap_or_default();
            assert_eq!(
                [of(field::VALID_PATRON), of(field::VALID_PASSWORD), of(field::SCREEN_MESSAGE)],
                ["N", "N", "此证已挂失，请持证件到服务台恢复"]
            );
            let lent = line.ask(&borrow(&card.number, &p, "B0001")).await;
            assert_eq!(
                (lent.succeeded(), lent.get(field::SCREEN_MESSAGE)),
                (Some(false), Some("此证已挂失，请持证件到服务台恢复"))
            );
        }
        machines.end().await;
    })
    .await;
}
