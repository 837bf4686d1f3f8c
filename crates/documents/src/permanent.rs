//! The permanent-resident card of foreigners, in its old and its new form.
//!
//! New, from 2023-12-01: 9, province of acceptance (2), country by ISO 3166-1 numeric (3), birth (8),
//! sequence (3, odd is male), MOD 11-2. Old, valid until it expires: country by three letters, area
//! (4), birth `YYMMDD`, a digit that tells the sex, a check digit by 7-3-1.
//!
//! Sources. The new form: 新版外国人永久居留身份证机读信息规则, published by a reader's manufacturer (eastcoms.com,
//! 2023-10-20), and the public code of Xiahaimoyu's credential kit. The old form: the same two; the notice's own
//! example, KAZ110090123105, fits the check digit. That the last digit but one tells the sex, and that odd is
//! male there too, is in the credential kit only. So the check digit warns and never refuses.

use chrono::{Datelike, NaiveDate};

use crate::check::{digit, weights_7_3_1};
use crate::document::Parts;
use crate::{DocumentError, DocumentWarning, Sex, born, country, region, resident};

/// No old card was made after this day, so nobody in one was born later.
const LAST_OLD_CARD: Option<NaiveDate> = NaiveDate::from_ymd_opt(2023, 11, 30);

pub(crate) fn parse(number: String, today: NaiveDate) -> Result<Parts, DocumentError> {
    match number.chars().count() {
        18 => new_form(number, today),
        15 => old_form(number, today),
        found => Err(DocumentError::Length { expected: "15, 18", found }),
    }
}

fn new_form(number: String, today: NaiveDate) -> Result<Parts, DocumentError> {
    resident::characters(&number)?;
    if !number.starts_with('9') {
        return Err(DocumentError::Prefix { expected: "9" });
    }
    let mut parts = resident::eighteen(number, today)?;
    let province = parts.number.get(1..3).unwrap_or_default();
    let numeric = parts.number.get(3..6).unwrap_or_default();
    let nation = numeric.parse().ok().and_then(country::by_numeric);
    if region::place_name(province).is_none() {
        parts.warnings.push(DocumentWarning::UnknownRegion);
    }
    if nation.is_none() {
        parts.warnings.push(DocumentWarning::UnknownCountry);
    }
    parts.region = Some(province.to_owned());
    parts.nationality = nation.map(|country| country.alpha3);
    parts.key = format!("prc-new:{}", parts.number);
    Ok(parts)
}

fn old_form(number: String, today: NaiveDate) -> Result<Parts, DocumentError> {
    for (i, found) in number.chars().enumerate() {
        let fits = if i < 3 { found.is_ascii_uppercase() } else { found.is_ascii_digit() };
        if !fits {
            return Err(DocumentError::Character { position: i + 1, found });
        }
    }
    let birth = two_digit_year(number.get(7..13).unwrap_or_default())?;
    if birth > today {
        return Err(DocumentError::BirthInFuture);
    }
    let mut warnings = Vec::new();
    let nation = number.get(..3).and_then(country::by_alpha3);
    if nation.is_none() {
        warnings.push(DocumentWarning::UnknownCountry);
    }
    let area = number.get(3..7).unwrap_or_default();
    if region::place_name(area).is_none() {
        warnings.push(DocumentWarning::UnknownRegion);
    }
    let checked = number.get(..14).and_then(weights_7_3_1) == number.chars().next_back();
    if !checked {
        warnings.push(DocumentWarning::OldPermanentResidentCheck);
    }
    Ok(Parts {
        birth_date: Some(birth),
        sex: number.as_bytes().get(13).copied().and_then(digit).map(Sex::of_sequence_digit),
        region: Some(area.to_owned()),
        nationality: nation.map(|country| country.alpha3),
        key: format!("prc-old:{number}"),
        warnings,
        checked,
        number,
    })
}

/// The century that an old card can mean: 20 up to the day the last one was made, else 19.
fn two_digit_year(six: &str) -> Result<NaiveDate, DocumentError> {
    born::date(&format!("20{six}"))
        .filter(|date| LAST_OLD_CARD.is_some_and(|last| *date <= last))
        .or_else(|| born::date(&format!("19{six}")))
        .filter(|date| date.year() >= 1900)
        .ok_or(DocumentError::BirthDate)
}
