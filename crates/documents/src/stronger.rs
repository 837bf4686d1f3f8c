//! A number that shows by itself what it is, typed as a document of another kind.

use chrono::NaiveDate;

use crate::document::Parts;
use crate::{DocumentError, DocumentKind, DocumentWarning, normalize, permanent, permits, resident};

/// The kind that a number of a weaker kind belongs to: military, other, and passports, none of which has a rule that would
/// notice. Taken as what it was called, it would make a second person of somebody who is known by the number.
///
/// Only what nothing else looks like counts: 18 characters that agree with their check character; 15 with a birth date that
/// exists, of a province or of a country that exists; H or M and 8 or 10 digits (but Malaysia and Hong Kong have passports
/// like that).
pub(crate) fn kind_of(called: DocumentKind, text: &str, today: NaiveDate) -> Option<DocumentKind> {
    let free = matches!(called, DocumentKind::MilitaryId | DocumentKind::Other);
    if !free && called != DocumentKind::Passport {
        return None;
    }
    let number = normalize::number(text);
    match number.len() {
        18 => citizen(number, today),
        15 if number.starts_with(|c: char| c.is_ascii_uppercase()) => {
            let parts = permanent::parse(number, today).ok()?;
            known_country(&parts).then_some(DocumentKind::PermanentResident)
        }
        15 if number.starts_with(|c| ('1'..='8').contains(&c)) => citizen(number, today),
        9 | 11 if free => permits::hk_macao(number).is_ok().then_some(DocumentKind::HkMacaoPermit),
        _ => None,
    }
}

fn citizen(number: String, today: NaiveDate) -> Option<DocumentKind> {
    match resident::parse(DocumentKind::ResidentId, number.clone(), today) {
        Ok(_) => Some(DocumentKind::ResidentId),
        Err(DocumentError::OtherKind(kind @ DocumentKind::PermanentResident)) => {
            permanent::parse(number, today).is_ok().then_some(kind)
        }
        Err(DocumentError::OtherKind(kind)) => resident::parse(kind, number, today).is_ok().then_some(kind),
        Err(_) => None,
    }
}

fn known_country(parts: &Parts) -> bool {
    !parts.warnings.contains(&DocumentWarning::UnknownCountry)
}
