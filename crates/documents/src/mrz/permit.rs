//! The layout of the mainland travel permits of Hong Kong, Macao and Taiwan residents.
//!
//! Line 1: code (2), number (9), check; issue count (2), check; expiry (6), check; sex; birth (6), check. Line 2: 18
//! characters of unknown meaning, century of birth (A, B, C), number of the local identity card (9 and a check digit, or
//! 10), check digit over all. Line 3: name; on Taiwan's the office in the last 4.

use chrono::{Datelike, NaiveDate};

use super::read::{Line, agree, birth, expiry, names, numbered, sex};
use super::write::{check, checked, date, padded};
use super::{Mrz, MrzError, MrzField, MrzFormat};
use crate::{Sex, born};

pub(super) fn read(zone: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let (first, second) = (Line(zone), Line(zone.get(30..).unwrap_or_default()));
    first.check(2, 11, MrzField::Number)?;
    first.check(12, 14, MrzField::IssueCount)?;
    first.check(15, 21, MrzField::ValidUntil)?;
    first.check(23, 29, MrzField::BirthDate)?;
    let composite = [first.raw(2, 22), first.raw(23, 30), second.raw(19, 29)].concat();
    agree(&composite, second.raw(29, 30), MrzField::Composite)?;
    let number = numbered(first.field(2, 11))?;
    let of_hong_kong_or_macao = number.starts_with(['H', 'M']);
    let (surname, given_names) =
        names(zone.get(60..if of_hong_kong_or_macao { 90 } else { 86 }).unwrap_or_default());
    Ok(Mrz {
        format: MrzFormat::Permit,
        document_code: first.field(0, 2),
        issuing_country: "CHN".to_owned(),
        surname,
        given_names,
        number,
        nationality: "CHN".to_owned(),
        birth_date: born_in_century(second.raw(18, 19), first.raw(23, 29), today)?,
        sex: sex(first.raw(22, 23)),
        valid_until: expiry(first.raw(15, 21), today)?,
        optional: second.field(19, if of_hong_kong_or_macao { 28 } else { 29 }),
        issue_count: Some(first.field(12, 14)),
    })
}

fn born_in_century(letter: &str, six: &str, today: NaiveDate) -> Result<Option<NaiveDate>, MrzError> {
    let century = match letter {
        "A" => "18",
        "B" => "19",
        "C" => "20",
        _ => return birth(six, today),
    };
    born::date(&format!("{century}{six}"))
        .filter(|date| *date <= today)
        .map(Some)
        .ok_or(MrzError::Date(MrzField::BirthDate))
}

pub(super) fn write(mrz: &Mrz) -> String {
    let number = checked(&padded(&mrz.number, 9));
    let count = checked(&padded(mrz.issue_count.as_deref().unwrap_or("00"), 2));
    let until = checked(&date(mrz.valid_until));
    let birth = checked(&date(mrz.birth_date));
    let sex = match mrz.sex {
        Some(Sex::Female) => 'F',
        Some(Sex::Male) => 'M',
        None => '<',
    };
    let century = match mrz.birth_date.map(|date| date.year() / 100) {
        Some(18) => 'A',
        Some(19) => 'B',
        Some(20) => 'C',
        _ => '<',
    };
    let card = if mrz.number.starts_with(['H', 'M']) {
        checked(&padded(&mrz.optional, 9))
    } else {
        padded(&mrz.optional, 10)
    };
    let composite = check(&format!("{number}{count}{until}{birth}{card}"));
    let names = format!("{}<<{}", mrz.surname, mrz.given_names);
    format!(
        "{}{number}{count}{until}{sex}{birth}\n{}{century}{card}{composite}\n{}",
        padded(&mrz.document_code, 2),
        "<".repeat(18),
        padded(&padded(&names, 26), 30),
    )
}
