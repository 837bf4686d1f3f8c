//! The citizen number: resident ID card, household register, residence permit, and the permits for
//! Hong Kong, Macao and Taiwan residents, which follow the same rule.
//!
//! GB 11643: area (6), birth (8), sequence (3, odd is male), check character. The 15 digits of
//! before 1999 have a birth year of two digits and no check character. The permits have the areas 810000, 820000 and
//! 830000; only the first two digits are asked for.

use chrono::NaiveDate;

use crate::check::{digit, mod_11_2};
use crate::document::Parts;
use crate::{DocumentError, DocumentKind, DocumentWarning, Sex, born, region};

/// Parse a citizen number that is already normalised.
pub(crate) fn parse(kind: DocumentKind, number: String, today: NaiveDate) -> Result<Parts, DocumentError> {
    let hmt = kind == DocumentKind::HmtResidencePermit;
    let (number, upgraded) = match number.chars().count() {
        18 => (number, false),
        15 if !hmt => (upgrade(&number)?, true),
        found => {
            return Err(DocumentError::Length { expected: if hmt { "18" } else { "15, 18" }, found });
        }
    };
    characters(&number)?;
    prefix(kind, &number)?;
    let mut parts = eighteen(number, today)?;
    let area = parts.number.get(..6).unwrap_or_default();
    if region::place_name(area).is_none() {
        parts.warnings.push(DocumentWarning::UnknownRegion);
    }
    parts.region = Some(area.to_owned());
    if upgraded {
        parts.warnings.push(DocumentWarning::FifteenDigits);
        // The check character was added here, not typed.
        parts.checked = false;
    }
    parts.key = format!("cn:{}", parts.number);
    Ok(parts)
}

/// What every 18-character number has: birth at 7–14, sequence at 15–17, check character at 18.
pub(crate) fn eighteen(number: String, today: NaiveDate) -> Result<Parts, DocumentError> {
    let birth = born::eight_digits(number.get(6..14).unwrap_or_default(), today)?;
    if mod_11_2(number.get(..17).unwrap_or_default()) != number.chars().next_back() {
        return Err(DocumentError::CheckCharacter);
    }
    let sex = number.as_bytes().get(16).copied().and_then(digit).map(Sex::of_sequence_digit);
    let mut warnings = Vec::new();
    if number.get(14..17).is_some_and(|sequence| ("996"..="999").contains(&sequence)) {
        warnings.push(DocumentWarning::CentenarianSequence);
    }
    if born::very_old(birth, today) {
        warnings.push(DocumentWarning::VeryOld);
    }
    Ok(Parts { number, birth_date: Some(birth), sex, warnings, checked: true, ..Parts::default() })
}

/// 17 digits, then a digit or X.
pub(crate) fn characters(number: &str) -> Result<(), DocumentError> {
    for (i, found) in number.chars().enumerate() {
        if !(found.is_ascii_digit() || (i == 17 && found == 'X')) {
            return Err(DocumentError::Character { position: i + 1, found });
        }
    }
    Ok(())
}

fn prefix(kind: DocumentKind, number: &str) -> Result<(), DocumentError> {
    let hmt = ["81", "82", "83"].iter().any(|prefix| number.starts_with(prefix));
    match (kind == DocumentKind::HmtResidencePermit, hmt) {
        (true, false) => Err(DocumentError::Prefix { expected: "81, 82, 83" }),
        (false, true) => Err(DocumentError::OtherKind(DocumentKind::HmtResidencePermit)),
        (false, false) if number.starts_with('9') => {
            Err(DocumentError::OtherKind(DocumentKind::PermanentResident))
        }
        _ => Ok(()),
    }
}

/// 15 digits to 18: the century after the area, the check character at the end. Sequences 996 to
/// 999 were kept for people born in the 1800s.
fn upgrade(fifteen: &str) -> Result<String, DocumentError> {
    characters(fifteen)?;
    let (area, rest) = fifteen.split_at_checked(6).unwrap_or_default();
    let century = if rest.get(6..9).is_some_and(|sequence| sequence >= "996") { "18" } else { "19" };
    let mut number = format!("{area}{century}{rest}");
    number.extend(mod_11_2(&number));
    Ok(number)
}
