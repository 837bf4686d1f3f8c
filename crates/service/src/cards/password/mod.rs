//! The password of a card (A.2.3): the default is derived when asked and never stored.

use documents::DocumentKind;

/// The default password: the last six characters of the document's number. Of a travel permit those before the count of
/// re-issues, so that a renewed permit does not change it.
#[must_use]
pub fn default_password(kind: DocumentKind, number: &str) -> String {
    let lasting = match kind {
        DocumentKind::HkMacaoPermit => 9,
        DocumentKind::TaiwanPermit => 8,
        _ => usize::MAX,
    };
    let number: String = number.chars().take(lasting).collect();
    documents::default_password(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_3_the_default_password_is_the_last_six_characters() {
        assert_eq!(default_password(DocumentKind::ResidentId, "59010119900101001X"), "01001X");
        assert_eq!(default_password(DocumentKind::HkMacaoPermit, "M00000001"), "000001");
        assert_eq!(default_password(DocumentKind::HkMacaoPermit, "M0000000102"), "000001");
        assert_eq!(default_password(DocumentKind::TaiwanPermit, "0000000102"), "000001");
    }
}
