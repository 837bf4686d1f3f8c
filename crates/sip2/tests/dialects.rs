//! What machines really send, and what they look at in an answer.

#![expect(clippy::expect_used, reason = "a test that meets what it did not expect should stop")]

use sip2::{Charset, Checks, Dialect, Message, Part, Rules, Sum, Terminator, check_sum, field, message};

#[track_caller]
fn read(line: &str) -> Message<'_> {
    Message::parse(line, Rules::Tolerant).expect(line)
}

#[test]
fn lines_of_machines_are_understood() {
    let lend = read("11YN19960212   10051419960212   100514AO|AAF1|ABB1|CNm1|AC|AY3AZEDB7|");
    assert_eq!(lend.get(field::PATRON), Some("F1"));
    assert_eq!(lend.get(field::LOGIN_USER), Some("m1"));
    assert_eq!(lend.fixed(Part::TransactionDate), Some("19960212    100514"));
    assert_eq!(lend.fixed(Part::NbDueDate), Some("19960212    100514"));
    assert_eq!(lend.sequence_number(), Some('3'));

    let lend = read("11YN20230418160609   20230418160609AO|AAF1|ABB1|CNm1|AC|AY3AZEDB7|");
    assert_eq!(lend.fixed(Part::NbDueDate), Some("20230418    160609"));
    assert_eq!(lend.get(field::ITEM), Some("B1"));

    let renew = read("29AO|AAF1|AD|ABB1|AC|CNm1|AY3AZEDB7|");
    assert_eq!(renew.fixed(Part::TransactionDate), None);
    assert_eq!(renew.get(field::ITEM), Some("B1"));
    assert_eq!(renew.filled(field::PATRON_PASSWORD), None);

    let open = read(
        "81YN20230418160609    144920AOYB|AA59010119900101001X|ADpw|AE陈|XO59010119900101001X|XM1|XK01|AY1AZB92E",
    );
    assert_eq!(open.get(field::INSTITUTION), Some("YB"));
    assert_eq!(open.get(field::MODE), Some("01"));
    let open = read("81AO|AA|AE陈|XO1|XK01|");
    assert_eq!(open.get(field::PERSONAL_NAME), Some("陈"));

    let item = read("1720080828    105715AO|ABB1|AY1AZF7E3|");
    assert_eq!(item.get(field::ITEM), Some("B1"));
    let find = read("8520230418    081303Y         AO|XO1|AD|AY1AZF4A6|XK13|");
    assert_eq!((find.get(field::MODE), find.sequence_number()), (Some("13"), Some('1')));
    let check = read("9120230418    081303Y         AO|XO1|XK1|XT0|AY1azf4a6|");
    assert_eq!(check.get(field::DOCUMENT_NUMBER), Some("1"));

    for summary in ["Y         ", "Y", ""] {
        let line = format!("6300020230418    081303{summary}AO|AAF1|ADpw|AY1AZF4A6|");
        let look = read(&line);
        assert_eq!(look.fixed(Part::Summary).unwrap_or_default().trim(), summary.trim());
        assert_eq!((look.fixed(Part::Language), look.get(field::PATRON)), (Some("000"), Some("F1")));
    }
    let login = read("93  CNm1|COpw|CP11|AY1AZF660");
    assert_eq!(login.get(field::LOGIN_USER), Some("m1"));
    let login = read("93CNm1|COpw|");
    assert_eq!(login.get(field::LOGIN_PASSWORD), Some("pw"));
    let status = read("9900522.00AY1AZFCA1");
    assert_eq!(status.fixed(Part::MaxPrintWidth), Some("052"));
    assert_eq!(status.sequence_number(), Some('1'));
    let paid = read("3720230418    1606090100RMBBV12.00|AO|AAF1|");
    assert_eq!((paid.fixed(Part::Currency), paid.get(field::FEE_AMOUNT)), (Some("RMB"), Some("12.00")));
    // Koha's emulator: a language before the date, and dates without their four blanks.
    let item = read("1700120261124    100000AOFS|ABB7|AC|");
    assert_eq!((item.get(field::ITEM), item.get(field::INSTITUTION)), (Some("B7"), Some("FS")));
    let lend = read("11YN20261124100000   20261124100000   AOFS|AAF1|ABB7|");
    assert_eq!(lend.fixed(Part::TransactionDate), Some("20261124    100000"));
    let bars = read("63|00020230418    081303Y         |AO|AAF1||||");
    assert_eq!(bars.get(field::PATRON), Some("F1"));
    let bars = read("1720261124    100000|AO|ABB1||||");
    assert_eq!(bars.get(field::ITEM), Some("B1"));
    let photo = read("77|AAF1|LE4|DAffd8");
    assert_eq!(photo.get(field::PHOTO), Some("ffd8"));
}

#[test]
fn raw_gbk_with_a_sum_that_was_never_right() {
    let text =
        "81YN20080828    15294220080828    152942AO|AA|AD|AE㙍小明|XO59010119900101001X|XM1|XK01|AY1AZB92E";
    let raw = Charset::Gb18030.encode(text);
    let read_again = Charset::Gbk.decode(&raw);
    assert_eq!(read_again, text);
    assert_eq!(read(&read_again).get(field::PERSONAL_NAME), Some("㙍小明"));
    for sum in Sum::ALL {
        assert!(!check_sum(&raw, &read_again, sum).is_right());
    }
}

fn shaped(dialect: &Dialect, answer: Message<'_>) -> String {
    let text = dialect.shape(answer).to_text(dialect.joined);
    assert!(Message::parse(&text, Rules::Strict).is_ok(), "{text}");
    text
}

#[test]
fn answers_as_each_machine_wants_them() {
    let date = "20261124    100000";
    let login = |ok: &'static str, said: &'static str| {
        Message::new(message::LOGIN_RESPONSE).part(Part::Ok, ok).field(field::SCREEN_MESSAGE, said)
    };
    let returned = |ok: &'static str, said: &'static str| {
        Message::new(message::CHECKIN_RESPONSE)
            .part(Part::Ok, ok)
            .flag(Part::Resensitize, ok == "1")
            .part(Part::TransactionDate, date)
            .field(field::ITEM, "B1")
            .field(field::SCREEN_MESSAGE, said)
    };
    let (strict, interlib, wenhua) = (Dialect::strict(), Dialect::interlib(), Dialect::wenhua());
    assert_eq!(shaped(&strict, login("1", "")), "941");
    assert_eq!(shaped(&interlib, login("1", "")), "941AF登录成功|");
    assert_eq!(shaped(&interlib, login("0", "密码错误")), "940AF密码错误|");
    assert_eq!(shaped(&wenhua, login("1", "")), "941|AF登录成功|");

    assert_eq!(shaped(&strict, returned("1", "还书成功")), "101YNN20261124    100000ABB1|AF还书成功|");
    assert_eq!(shaped(&interlib, returned("1", "Returned")), "101YNN20261124    100000ABB1|AF成功 Returned|");
    assert_eq!(shaped(&wenhua, returned("1", "还书成功")), "101YYN20261124    100000ABB1|AF还书成功|");
    assert_eq!(shaped(&wenhua, returned("0", "没有这本书")), "100NNN20261124    100000ABB1|AF没有这本书|");

    let item = Message::new(message::ITEM_INFORMATION_RESPONSE)
        .part(Part::CirculationStatus, "03")
        .part(Part::SecurityMarker, "02")
        .part(Part::TransactionDate, date)
        .field(field::AUTHOR, "鲁迅");
    assert_eq!(shaped(&strict, item.clone()), "1803020020261124    100000");
    assert_eq!(shaped(&interlib, item), "1801000120261124    100000AW鲁迅|CF鲁迅|");

    let reader = Message::new(message::PATRON_STATUS_RESPONSE).field(field::FEE_AMOUNT, "1.20");
    assert!(shaped(&interlib, reader).ends_with("CF1.20|BV0.00|JE0.00|XR0.00|XC0.00|"));
}

#[test]
fn a_dialect_from_a_table() {
    let text = r#"
        name = "our-gates"
        charset = "gb18030"
        terminator = "lf"
        checks = "off"
        sum = "units-before-sequence"
        tolerant = true
        extensions = true
        joined = ";"
        due = "digits"

        [[shapes]]
        messages = ["24", "64"]
        leave-out = ["AG"]
        add = [["XT", "01"]]
        parts = [["language", "019"]]
    "#;
    let dialect: Dialect = toml::from_str(text).unwrap();
    assert_eq!((dialect.charset, dialect.terminator), (Charset::Gb18030, Terminator::Lf));
    assert_eq!((dialect.checks, dialect.sum), (Checks::Off, Sum::UnitsBeforeSequence));
    let answer =
        Message::new(message::PATRON_STATUS_RESPONSE).field(field::PRINT_LINE, "x").field(field::PATRON, "p");
    assert!(dialect.shape(answer).to_text(None).ends_with("AAp|XT01|"));
    let table = Dialect::table([dialect]);
    assert_eq!(table.keys().collect::<Vec<_>>(), ["interlib", "jinpan", "our-gates", "strict", "wenhua"]);
    assert!(toml::from_str::<Dialect>("colour = 'red'").is_err());
}

#[test]
fn a_dialect_is_all_data() {
    for name in Dialect::NAMES {
        let dialect = Dialect::named(name).unwrap();
        let text = serde_json::to_string(&dialect).unwrap();
        assert_eq!(serde_json::from_str::<Dialect>(&text).unwrap(), dialect, "{name}");
    }
    assert_eq!(Dialect::named("nobody's"), None);
}
