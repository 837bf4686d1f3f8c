//! The kind of document, by the shape of what was typed.

use crate::DocumentKind::{
    self, HkMacaoPermit, HmtResidencePermit, HouseholdRegister, MilitaryId, Other, Passport,
    PermanentResident, ResidencePermit, ResidentId, TaiwanPermit,
};
use crate::{mrz, normalize, permits};

/// The kinds that a text could be the number of, most likely first; none when it looks like no number of a
/// document. Only the shape counts: no date, check character or area is looked at.
#[must_use]
pub fn guess_kind(text: &str) -> Vec<DocumentKind> {
    if mrz::looks_like_mrz(text) {
        return vec![Passport, HkMacaoPermit, TaiwanPermit];
    }
    let number = normalize::number(text);
    if !number.chars().any(|c| c.is_ascii_digit()) {
        return Vec::new();
    }
    if !number.is_ascii() {
        let military = number.contains('字') || number.contains('军') || number.contains('兵');
        return if military { vec![MilitaryId, Other] } else { vec![Other] };
    }
    if permits::hk_macao(number.clone()).is_ok() {
        return vec![HkMacaoPermit, Passport];
    }
    if permits::taiwan(&number).is_ok() {
        return vec![TaiwanPermit, Passport, MilitaryId];
    }
    let letters = number.chars().take_while(char::is_ascii_uppercase).count();
    let digits = number.chars().skip(letters).take_while(char::is_ascii_digit).count();
    match (letters, digits, number.get(letters + digits..).unwrap_or_default()) {
        (0, 18, "") | (0, 17, "X") => match number.get(..2) {
            Some("81" | "82" | "83") => vec![HmtResidencePermit],
            Some(prefix) if prefix.starts_with('9') => vec![PermanentResident],
            _ => vec![ResidentId, HouseholdRegister, ResidencePermit],
        },
        // A digit was left out or typed twice: the nearest kind says how many there should be. What begins with 0 is a
        // card's own number or a landline.
        (0, 14 | 16..=20, "") | (0, 13..=19, "X") if !number.starts_with('0') => vec![ResidentId],
        (0, 15, "") => vec![ResidentId, HouseholdRegister, ResidencePermit],
        (3, 12, "") => vec![PermanentResident],
        _ => passport_like(&number),
    }
}

fn passport_like(number: &str) -> Vec<DocumentKind> {
    let plain = number.chars().all(|c| c.is_ascii_alphanumeric());
    match number.len() {
        6..=9 if plain => vec![Passport, Other],
        4..=40 if plain && number.chars().any(|c| c.is_ascii_uppercase()) => vec![Other],
        _ => Vec::new(),
    }
}
