//! Each pair of messages, character by character. Those marked come from the protocol document with its own checksum; the document
//! prints sums that don't fit beside other examples, and those are given the right ones here.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it did not expect should stop"
)]

use sip2::{Charset, Fault, Message, Part, Rules, Sum, Terminator, Wire, check_sum, field, message};

fn wire() -> Wire {
    Wire { charset: Charset::Utf8, sum: Sum::Bytes, terminator: Terminator::Cr, joined: None }
}

/// Both ways: what is read is written again, and both rules read the same.
fn both_ways(line: &str) -> Message<'_> {
    let message = Message::parse(line, Rules::Strict).expect(line);
    assert_eq!(Message::parse(line, Rules::Tolerant), Ok(message.clone()), "{line}");
    assert!(check_sum(line.as_bytes(), line, Sum::Bytes).is_right(), "{line}");
    let written = String::from_utf8(wire().encode(&message)).unwrap();
    assert_eq!(written, format!("{line}\r"));
    message
}

#[test]
fn messages_of_the_document_with_their_sums() {
    for line in [
        "9900302.00AY1AZFCA5",
        "941AY3AZFDFA",
        "09N19980821    085721                  APCertification Terminal Location|AOCertification Institute ID|ABCheckInBook|ACTPWord|BIN|AY2AZD6A5",
        "01N19960213    162352AO|ALCARD BLOCK TEST|AA104000000705|AC|AY2AZF02F",
        "6300119980723    091905Y         AOInstitutionID|AAPatronID|BP00001|BQ00005|AY1AZEA83",
        "3519980723    094014AOCertification Institute ID|AAPatronID|AY3AZEBF2",
        "36Y19980723    110658AOInstitutionID for PatronID|AAPatronID|AFScreenMessage 0 for PatronID, Language 1|AFScreen Message 1 for PatronID, Language 1|AFScreen Message 2 for PatronID, Language 1|AGPrint Line 0 for PatronID, Language 1|AGPrint Line 1 for PatronID, Language 1|AGPrint Line 2 for PatronID, language 1|AY5AZ970F",
        "3719980723    0932110401USDBV111.11|AOCertification Institute ID|AAPatronID|BKTransactionID|AY2AZE1EF",
        "1719980723    100000AOCertification Institute ID|ABItemBook|AY1AZEBEB",
        "1808000119980723    115615CF00000|ABItemBook|AJTitle For Item Book|CK003|AQPermanent Location for ItemBook, Language 1|APCurrent Location ItemBook|CHFree-form text with new item property|AY0AZC05B",
        "2519980723    094240AOCertification Institute ID|AAPatronID|AY4AZEBF1",
        "26              00119980723    111413AOInstitutionID for PatronID|AAPatronID|AEPatron Name|BLY|AFScreenMessage 0 for PatronID, Language 1|AFScreen Message 1 for PatronID, Language 1|AFScreen Message 2 for PatronID, Language 1|AGPrint Line 0 for PatronID, Language 1|AGPrint Line 1 for PatronID, Language 1|AGPrint Line 2 for PatronID, language 1|AY7AZ8EA6",
    ] {
        both_ways(line);
    }
    // Neither has a sequence number, and both have a sum all the same.
    for (line, code) in [("97AZFEF5", message::REQUEST_ACS_RESEND), ("96AZFEF6", message::REQUEST_SC_RESEND)]
    {
        assert_eq!(both_ways(line).sequence_number(), None);
        assert_eq!(wire().encode(&Message::new(code).checked()), format!("{line}\r").into_bytes());
        assert_eq!(wire().encode(&Message::new(code)), format!("{code}\r").into_bytes());
    }
}

/// Builds a message and looks at every character of it.
#[track_caller]
fn built(message: &Message<'_>, text: &str) {
    assert_eq!(message.to_text(None), text);
    let line = wire().encode(&message.clone().sequence('4'));
    let line = String::from_utf8(line).unwrap();
    assert!(line.starts_with(&format!("{text}AY4AZ")), "{line}");
    let read = both_ways(line.trim_end());
    assert_eq!(read.to_text(None), text);
}

#[test]
fn requests_are_built() {
    let date = "19980723    091905";
    built(
        &Message::new(message::LOGIN)
            .field(field::LOGIN_USER, "LoginUserID")
            .field(field::LOGIN_PASSWORD, "LoginPassword"),
        "9300CNLoginUserID|COLoginPassword|",
    );
    built(
        &Message::new(message::PATRON_STATUS)
            .part(Part::Language, "001")
            .part(Part::TransactionDate, "19960212    100239")
            .field(field::INSTITUTION, "id_21")
            .field(field::PATRON, "104000000105")
            .field(field::TERMINAL_PASSWORD, "")
            .field(field::PATRON_PASSWORD, ""),
        "2300119960212    100239AOid_21|AA104000000105|AC|AD|",
    );
    built(
        &Message::new(message::CHECKOUT)
            .flag(Part::RenewalPolicy, true)
            .part(Part::TransactionDate, date)
            .part(Part::NbDueDate, date)
            .field(field::INSTITUTION, "")
            .field(field::PATRON, "104000000105")
            .field(field::ITEM, "000000000005792")
            .field(field::TERMINAL_PASSWORD, ""),
        "11YN19980723    09190519980723    091905AO|AA104000000105|AB000000000005792|AC|",
    );
    built(
        &Message::new(message::HOLD)
            .part(Part::HoldMode, "+")
            .part(Part::TransactionDate, date)
            .field(field::EXPIRATION, "19980820    000000")
            .field(field::PICKUP_LOCATION, "FS")
            .field(field::INSTITUTION, "InstitutionID")
            .field(field::PATRON, "PatronID"),
        "15+19980723    091905BW19980820    000000|BSFS|AOInstitutionID|AAPatronID|",
    );
    built(
        &Message::new(message::RENEW)
            .part(Part::TransactionDate, date)
            .field(field::INSTITUTION, "InstitutionID")
            .field(field::PATRON, "PatronID")
            .field(field::ITEM, "ItemBook"),
        "29NN19980723    091905                  AOInstitutionID|AAPatronID|ABItemBook|",
    );
    built(
        &Message::new(message::RENEW_ALL)
            .part(Part::TransactionDate, date)
            .field(field::INSTITUTION, "InstitutionID")
            .field(field::PATRON, "PatronID"),
        "6519980723    091905AOInstitutionID|AAPatronID|",
    );
    built(
        &Message::new(message::ITEM_STATUS_UPDATE)
            .part(Part::TransactionDate, date)
            .field(field::ITEM, "ItemBook")
            .field(field::ITEM_PROPERTIES, "torn"),
        "1919980723    091905ABItemBook|CHtorn|",
    );
}

#[test]
fn answers_are_built() {
    let date = "19980723    091905";
    let dated = |code| Message::new(code).part(Part::TransactionDate, date);
    built(
        &dated(message::PATRON_STATUS_RESPONSE)
            .part(Part::PatronStatus, "YYYY")
            .part(Part::Language, "019")
            .field(field::INSTITUTION, "")
            .field(field::PATRON, "104000000105")
            .field(field::PERSONAL_NAME, "")
            .field(field::VALID_PATRON, "N"),
        "24YYYY          01919980723    091905AO|AA104000000105|AE|BLN|",
    );
    built(
        &dated(message::CHECKOUT_RESPONSE)
            .part(Part::Ok, "0")
            .part(Part::MagneticMedia, "U")
            .field(field::INSTITUTION, "")
            .field(field::SCREEN_MESSAGE, "Item cannot be charged : see help desk"),
        "120NUN19980723    091905AO|AFItem cannot be charged : see help desk|",
    );
    built(
        &dated(message::CHECKIN_RESPONSE)
            .part(Part::Ok, "1")
            .flag(Part::Resensitize, true)
            .field(field::ITEM, "CheckInBook"),
        "101YNN19980723    091905ABCheckInBook|",
    );
    built(
        &dated(message::ACS_STATUS)
            .flag(Part::OnLine, true)
            .part(Part::TimeoutPeriod, "600")
            .part(Part::RetriesAllowed, "003")
            .part(Part::ProtocolVersion, "2.00")
            .field(field::INSTITUTION, "ID_21")
            .field(field::SUPPORTED_MESSAGES, "YNNNYYYYYNYNNNNN"),
        "98YNNNNN60000319980723    0919052.00AOID_21|BXYNNNYYYYYNYNNNNN|",
    );
    built(
        &dated(message::PATRON_INFORMATION_RESPONSE)
            .part(Part::Language, "001")
            .part(Part::ChargedItems, "0002")
            .field(field::PATRON, "PatronID")
            .each(field::CHARGED_ITEMS, ["ChargeItem1", "ChargeItem2"]),
        "64              00119980723    091905000000000002000000000000AAPatronID|AUChargeItem1|AUChargeItem2|",
    );
    built(&dated(message::FEE_PAID_RESPONSE).flag(Part::PaymentAccepted, true), "38Y19980723    091905");
    built(
        &dated(message::ITEM_STATUS_UPDATE_RESPONSE).part(Part::ItemPropertiesOk, "1"),
        "20119980723    091905",
    );
    built(
        &dated(message::HOLD_RESPONSE).part(Part::Ok, "1").flag(Part::Available, true),
        "161Y19980723    091905",
    );
    built(
        &dated(message::RENEW_RESPONSE).part(Part::Ok, "1").flag(Part::RenewalOk, true),
        "301YNN19980723    091905",
    );
    built(
        &dated(message::RENEW_ALL_RESPONSE)
            .part(Part::Ok, "1")
            .part(Part::RenewedCount, "0001")
            .field(field::RENEWED_ITEMS, "B1"),
        "6610001000019980723    091905BMB1|",
    );
}

#[test]
fn what_breaks_a_message_is_replaced_on_output() {
    let name = "a|b\rc\nd\u{0}e\u{85}f";
    let message = Message::new(message::FIND_READER_RESPONSE)
        .field(field::PERSONAL_NAME, name)
        .field(field::SEQUENCE, "x");
    let line = wire().encode(&message.part(Part::Language, "1|\r"));
    let text = String::from_utf8(line).unwrap();
    assert!(text.ends_with("AEa｜b c d e f|\r"), "{text}");
    assert_eq!(text.matches('\r').count(), 1);
    assert_eq!(text.matches('|').count(), 1);
}

#[test]
fn what_is_no_message() {
    for (line, fault) in [
        ("", Fault::NoCode),
        ("|", Fault::NoCode),
        ("9", Fault::NoCode),
        ("阅卡", Fault::NoCode),
        ("00", Fault::Unknown("00".parse().unwrap())),
        ("GET / HTTP/1.1", Fault::Unknown("GE".parse().unwrap())),
        ("93", Fault::Short(message::LOGIN)),
        ("23001", Fault::Short(message::PATRON_STATUS)),
        ("2300119960212    10023阅AO|", Fault::Short(message::PATRON_STATUS)),
    ] {
        assert_eq!(Message::parse(line, Rules::Strict), Err(fault), "{line}");
    }
}

#[test]
fn fields_in_any_order_and_unknown_ones() {
    let line = "2300119960212    100239|ZZwhat|ADpw|x|||AAp1|AOfs|AA|";
    let message = Message::parse(line, Rules::Strict).unwrap();
    assert_eq!(message.get(field::PATRON), Some("p1"));
    assert_eq!(message.all(field::PATRON).collect::<Vec<_>>(), ["p1", ""]);
    assert_eq!(message.get("ZZ".parse().unwrap()), Some("what"));
    assert_eq!(message.filled(field::TERMINAL_PASSWORD), None);
}

#[test]
fn joined_fields_come_once() {
    let message = Message::new(message::PHOTO_RESPONSE)
        .field(field::CHARGED_ITEMS, "1")
        .field(field::PATRON, "p")
        .each(field::CHARGED_ITEMS, ["2", "3"]);
    assert_eq!(message.to_text(Some(',')), "78AU1,2,3|AAp|");
    assert_eq!(message.to_text(None), "78AU1|AAp|AU2|AU3|");
}
