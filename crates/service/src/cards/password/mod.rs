//! The password of a card (A.2.3): the default is derived when asked and never stored; a chosen one is kept as Argon2id. Readers
//! change it themselves (6.1.1.2), staff reset it to the default (4.2.3, 6.2.2).

mod at_machine;
mod change;
mod codes;
mod contact;
mod forgotten;
mod reset;
mod rules;
pub mod scan;
mod secret;
mod sessions;
mod sign_in;
mod tries;
mod unlock;

use documents::DocumentKind;

pub(crate) use at_machine::presented_in;
pub use at_machine::{
    Presented, PresentedCard, change_presented, choose_first, first_hash, note_presented, presented,
    require_first, verify,
};
pub use change::{change_password, confirm_password};
pub use codes::forget_old_codes;
pub use contact::{Contact, ask_contact_code, confirm_contact};
pub use forgotten::{ask_for_code, choose_password};
pub use reset::{PasswordReset, ResetPassword, reset_password};
pub use sessions::{
    ReaderSession, SHARED_IDLE_MINUTES, forget_old_sessions, reader_seen, reader_session, reader_sign_out,
};
pub(crate) use sessions::{changed_at, end_access, is_shared_session_open};
pub(in crate::cards) use sign_in::card_by_number;
pub use sign_in::{ReaderSignedIn, sign_in};
pub use unlock::{PasswordState, Unlock, password_state, unlock};

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
