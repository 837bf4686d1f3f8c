//! Showing a number without showing it.

use crate::DocumentKind;

/// The number with its middle starred: the first 4 and last 2 of a long one, fewer of a short one,
/// nothing of four characters or less. Never more than half of it, never more than six characters.
///
/// The same for every kind today; `kind` is asked for so that one can differ later without every
/// caller changing.
#[must_use]
pub fn mask(kind: DocumentKind, number: &str) -> String {
    let _ = kind;
    hide_middle(number)
}

pub(crate) fn hide_middle(number: &str) -> String {
    let length = number.chars().count();
    let (head, tail) = match length {
        0..=4 => (0, 0),
        5..=7 => (1, 1),
        8..=11 => (2, 2),
        _ => (4, 2),
    };
    number.chars().enumerate().map(|(i, c)| if i < head || i + tail >= length { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_number_shows_four_and_two() {
        assert_eq!(mask(DocumentKind::ResidentId, "440106199001010002"), "4401************02");
    }

    #[test]
    fn a_short_number_shows_less() {
        assert_eq!(mask(DocumentKind::HkMacaoPermit, "H12345678"), "H1*****78");
        assert_eq!(mask(DocumentKind::Passport, "AB1234"), "A****4");
        assert_eq!(mask(DocumentKind::MilitaryId, "1234"), "****");
        assert_eq!(mask(DocumentKind::Other, ""), "");
    }
}
