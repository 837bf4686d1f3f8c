//! Machine-readable zones, by example.

use chrono::NaiveDate;
use documents::mrz::{Mrz, MrzError, MrzField, MrzFormat, looks_like_mrz};
use documents::{DocumentKind, Sex};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn parse(text: &str) -> Result<Mrz, MrzError> {
    Mrz::parse(text, day(2026, 3, 1))
}

/// The specimen of ICAO 9303 part 4.
const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// The specimen of ICAO 9303 part 5.
const TD1: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

#[test]
fn the_passport_of_icao_9303() -> Result<(), MrzError> {
    let mrz = parse(TD3)?;
    assert_eq!(mrz.format, MrzFormat::Td3);
    assert_eq!(mrz.document_code, "P");
    assert_eq!(mrz.issuing_country, "UTO");
    assert_eq!(mrz.full_name(), "ERIKSSON ANNA MARIA");
    assert_eq!(mrz.number, "L898902C3");
    assert_eq!(mrz.nationality, "UTO");
    assert_eq!(mrz.birth_date, Some(day(1974, 8, 12)));
    assert_eq!(mrz.sex, Some(Sex::Female));
    assert_eq!(mrz.valid_until, Some(day(2012, 4, 15)));
    assert_eq!(mrz.optional, "ZE184226B");
    assert_eq!(mrz.encode(), TD3);
    assert_eq!(
        mrz.identity_document(day(2026, 3, 1)).map(|document| document.identity_key()).as_deref(),
        Ok("passport:UTO:L898902C3")
    );
    Ok(())
}

#[test]
fn the_card_of_icao_9303() -> Result<(), MrzError> {
    let mrz = parse(TD1)?;
    assert_eq!(mrz.format, MrzFormat::Td1);
    assert_eq!(mrz.number, "D23145890");
    assert_eq!(mrz.full_name(), "ERIKSSON ANNA MARIA");
    assert_eq!(mrz.document_kind(), DocumentKind::Other);
    assert_eq!(mrz.encode(), TD1);
    Ok(())
}

#[test]
fn a_card_with_a_number_of_twelve_characters() -> Result<(), MrzError> {
    let zone =
        "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
    let mrz = parse(zone)?;
    assert_eq!(mrz.number, "D23145890734");
    assert_eq!(mrz.birth_date, Some(day(1934, 7, 12)));
    assert_eq!(mrz.encode(), zone);
    Ok(())
}

#[test]
fn what_wedges_do_to_it_is_forgiven() -> Result<(), MrzError> {
    let zone = parse(TD3)?;
    let full_width: String = TD3.chars().map(|c| if c == '<' { '＜' } else { c }).collect();
    for typed in [
        TD3.replace('\n', ""),
        TD3.replace('\n', "\r\n") + "\r",
        TD3.replace('\n', " "),
        TD3.to_lowercase(),
        TD3.replace('\n', "").replace('<', " "),
        full_width,
    ] {
        assert_eq!(parse(&typed)?, zone, "{typed}");
        assert!(looks_like_mrz(&typed) || !typed.contains('<'), "{typed}");
    }
    let spaces_at_the_end = TD1.replace('\n', "").replace('<', " ") + "\r\n";
    assert_eq!(parse(&spaces_at_the_end)?, parse(TD1)?);
    assert!(!looks_like_mrz("11010519491231002X"));
    assert!(!looks_like_mrz(""));
    Ok(())
}

#[test]
fn a_german_passport_has_a_country_of_one_letter() -> Result<(), MrzError> {
    let mut mrz = parse(TD3)?;
    mrz.issuing_country = "DEU".to_owned();
    mrz.nationality = "DEU".to_owned();
    let zone = mrz.encode();
    assert!(zone.starts_with("P<D<<ERIKSSON"));
    assert_eq!(parse(&zone)?, mrz);
    Ok(())
}

#[test]
fn people_with_one_name_and_unknown_birth_dates() -> Result<(), MrzError> {
    let mut mrz = parse(TD3)?;
    mrz.given_names = String::new();
    mrz.birth_date = None;
    mrz.sex = None;
    assert_eq!(parse(&mrz.encode())?, mrz);
    assert_eq!(mrz.full_name(), "ERIKSSON");
    Ok(())
}

#[test]
fn an_empty_personal_number_may_have_a_filler_for_its_check_digit() -> Result<(), MrzError> {
    let mut mrz = parse(TD3)?;
    mrz.optional = String::new();
    let zeros = mrz.encode();
    // The composite is the same for 0 and <.
    let filler = format!("{}<{}", &zeros[..zeros.len() - 2], &zeros[zeros.len() - 1..]);
    assert_eq!(parse(&filler)?, mrz);
    Ok(())
}

#[test]
fn the_mainland_travel_permits_have_their_own_layout() -> Result<(), MrzError> {
    let mut mrz = Mrz {
        format: MrzFormat::Permit,
        document_code: "CR".to_owned(),
        issuing_country: "CHN".to_owned(),
        surname: "CHAN".to_owned(),
        given_names: "YAN SI".to_owned(),
        number: "H99123456".to_owned(),
        nationality: "CHN".to_owned(),
        birth_date: Some(day(1990, 1, 1)),
        sex: Some(Sex::Female),
        valid_until: Some(day(2030, 1, 1)),
        optional: "Z1234567".to_owned(),
        issue_count: Some("02".to_owned()),
    };
    assert_eq!(parse(&mrz.encode())?, mrz);
    assert_eq!(mrz.document_kind(), DocumentKind::HkMacaoPermit);
    mrz.number = "99123456".to_owned();
    mrz.optional = "A123456789".to_owned();
    assert_eq!(parse(&mrz.encode())?, mrz);
    assert_eq!(mrz.document_kind(), DocumentKind::TaiwanPermit);
    Ok(())
}

#[test]
fn what_was_misread_is_said() {
    let changed = |from: &str, to: &str| parse(&TD3.replacen(from, to, 1)).err();
    assert_eq!(changed("L898902C36", "L898902D36"), Some(MrzError::CheckDigit(MrzField::Number)));
    assert_eq!(changed("7408122", "7408132"), Some(MrzError::CheckDigit(MrzField::BirthDate)));
    assert_eq!(changed("1204159", "1204158"), Some(MrzError::CheckDigit(MrzField::ValidUntil)));
    assert_eq!(changed("ZE184226B", "ZE184226A"), Some(MrzError::CheckDigit(MrzField::PersonalNumber)));
    assert_eq!(changed("<<<<<10", "<<<<<11"), Some(MrzError::CheckDigit(MrzField::Composite)));
    assert_eq!(changed("ANNA", "AN-A"), Some(MrzError::Character { position: 18, found: '-' }));
    assert_eq!(parse("P<UTO"), Err(MrzError::Length { found: 5 }));
    assert_eq!(parse(""), Err(MrzError::Length { found: 0 }));
}

#[test]
fn debug_shows_no_personal_data() -> Result<(), MrzError> {
    let shown = format!("{:?}", parse(TD3)?);
    assert!(!shown.contains("ERIKSSON") && !shown.contains("98902") && !shown.contains("1974"), "{shown}");
    Ok(())
}

#[test]
fn a_line_of_a_zone_is_known_as_a_part() {
    use documents::mrz::is_part_of_mrz;
    let first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    let second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    assert!(is_part_of_mrz(first) && is_part_of_mrz(second));
    assert!(is_part_of_mrz("i<utod231458907<<<<<<<<<<<<<<<\r"));
    for whole in [format!("{first}{second}").as_str(), "11010519491231002X", "SYN069901", ""] {
        assert!(!is_part_of_mrz(whole), "{whole}");
    }
}
