//! What there is to tell.

use super::Medium;

/// One kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Template {
    /// 6.1.1.2: the card is open; the password wants to be changed.
    CardOpened,
    /// 6.3.1: the loss is reported, from which moment on.
    LossReported,
    /// A.4.1: the report was taken back.
    LossUndone,
    /// A.4.1: the loss wants to be confirmed in person, until when.
    LossToConfirm,
    /// 6.3.2: the card works again.
    CardRestored,
    /// 6.3.4: the card is cancelled.
    CardCancelled,
    /// 6.1.3.2: two records were made one; this card is cancelled, and the other one stays.
    CardMerged,
    /// A.4.4: the new card's number.
    CardReplaced,
    /// Table A1: the card is of another kind now; its number.
    KindChanged,
    /// 6.2.2: the password is the default again.
    PasswordReset,
    /// 6.1.1.2: a password was chosen.
    PasswordChanged,
    /// 4.2.1: which information was changed.
    InformationChanged,
    /// Table A1, note: to whoever had the role, another is the guardian of this child.
    GuardianChanged,
    /// A code to choose a new password with.
    CodeForPassword,
    /// A code that proves a new phone number or mailbox.
    CodeForContact,
    /// 4.2.1: a request was answered.
    RequestAnswered,
    /// 4.2.1: a document ends soon.
    DocumentExpires,
    /// A.3.1: the reader can't borrow and enter, why, until when.
    ReaderBlocked,
    /// A.3.1: one of several blocks is lifted; others are in force.
    BlockLifted,
    /// A.3.1: the reader can borrow and enter again.
    ReaderUnblocked,
    /// A.3.2 e: a reserved item lies ready.
    ReservationReady,
    /// 6.1.4.2: items are due soon.
    LoanDueSoon,
    /// 6.3.4: items are overdue.
    LoanOverdue,
    /// A.2.1 b: a code that proves the phone of somebody who applies for a card.
    CodeForApplication,
    /// A.2.1 b: an application came, and waits for staff.
    ApplicationReceived,
    /// A.2.1 b: staff want a better photo, or other data.
    ApplicationAsked,
    /// A.2.1 b: no card was opened, and what to do instead.
    ApplicationRejected,
    /// 6.1.4.1: the card goes with a code of a partner platform from now on.
    PartnerLinked,
    /// 6.1.4.1: it does not any more.
    PartnerUnlinked,
    /// 6.5: a card given out at a mobile point does not work, since the reader holds another.
    OpeningHeld,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 30] = [
        Self::CardOpened,
        Self::LossReported,
        Self::LossUndone,
        Self::LossToConfirm,
        Self::CardRestored,
        Self::CardCancelled,
        Self::CardMerged,
        Self::CardReplaced,
        Self::KindChanged,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::InformationChanged,
        Self::GuardianChanged,
        Self::CodeForPassword,
        Self::CodeForContact,
        Self::RequestAnswered,
        Self::DocumentExpires,
        Self::ReaderBlocked,
        Self::BlockLifted,
        Self::ReaderUnblocked,
        Self::ReservationReady,
        Self::LoanDueSoon,
        Self::LoanOverdue,
        Self::CodeForApplication,
        Self::ApplicationReceived,
        Self::ApplicationAsked,
        Self::ApplicationRejected,
        Self::PartnerLinked,
        Self::PartnerUnlinked,
        Self::OpeningHeld,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CardOpened => "card_opened",
            Self::LossReported => "loss_reported",
            Self::LossUndone => "loss_undone",
            Self::LossToConfirm => "loss_to_confirm",
            Self::CardRestored => "card_restored",
            Self::CardCancelled => "card_cancelled",
            Self::CardMerged => "card_merged",
            Self::CardReplaced => "card_replaced",
            Self::KindChanged => "kind_changed",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::InformationChanged => "information_changed",
            Self::GuardianChanged => "guardian_changed",
            Self::CodeForPassword => "code_for_password",
            Self::CodeForContact => "code_for_contact",
            Self::RequestAnswered => "request_answered",
            Self::DocumentExpires => "document_expires",
            Self::ReaderBlocked => "reader_blocked",
            Self::BlockLifted => "block_lifted",
            Self::ReaderUnblocked => "reader_unblocked",
            Self::ReservationReady => "reservation_ready",
            Self::LoanDueSoon => "loan_due_soon",
            Self::LoanOverdue => "loan_overdue",
            Self::CodeForApplication => "code_for_application",
            Self::ApplicationReceived => "application_received",
            Self::ApplicationAsked => "application_asked",
            Self::ApplicationRejected => "application_rejected",
            Self::PartnerLinked => "partner_linked",
            Self::PartnerUnlinked => "partner_unlinked",
            Self::OpeningHeld => "opening_held",
        }
    }

    /// The message of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == word)
    }

    /// The words that the service which tells it gives, beside the name, the library and the time that every message has. `fields`
    /// takes paths of fields, `document` a kind of document, `state` the state of a request, `text` what was
    /// answered, `reason` why a reader was blocked or an application not approved, `platform` the name of a partner's account.
    #[must_use]
    pub fn own_words(self) -> &'static [&'static str] {
        match self {
            Self::CardOpened
            | Self::LossReported
            | Self::LossUndone
            | Self::CardRestored
            | Self::CardCancelled
            | Self::CardMerged
            | Self::CardReplaced
            | Self::KindChanged
            | Self::PasswordReset
            | Self::PasswordChanged
            | Self::OpeningHeld => &["number"],
            Self::LossToConfirm => &["number", "until"],
            Self::InformationChanged => &["fields"],
            Self::GuardianChanged => &["reader"],
            Self::CodeForPassword | Self::CodeForContact | Self::CodeForApplication => &["code"],
            Self::ApplicationReceived => &["application"],
            Self::ApplicationAsked => &["application", "reason", "until"],
            Self::ApplicationRejected => &["application", "reason"],
            Self::RequestAnswered => &["state", "text"],
            Self::DocumentExpires => &["document", "until"],
            Self::ReaderBlocked => &["reason", "until"],
            Self::BlockLifted | Self::ReaderUnblocked => &["reason"],
            Self::ReservationReady => &["title", "place", "until"],
            Self::LoanDueSoon | Self::LoanOverdue => &["title", "count", "until"],
            Self::PartnerLinked | Self::PartnerUnlinked => &["platform"],
        }
    }

    /// The words without which it does not say what it is for, of those that [`Self::own_words`] and every message have: who writes
    /// another text keeps them. Of a number an SMS says the last characters.
    #[must_use]
    pub fn needed_words(self, medium: Medium) -> &'static [&'static str] {
        let sms = medium == Medium::Sms;
        match self {
            Self::LossReported if sms => &["tail", "time"],
            Self::LossReported => &["number", "time"],
            Self::LossToConfirm if sms => &["tail", "until"],
            Self::LossToConfirm => &["number", "until"],
            Self::CardOpened
            | Self::LossUndone
            | Self::CardRestored
            | Self::CardCancelled
            | Self::CardMerged
            | Self::CardReplaced
            | Self::KindChanged
            | Self::OpeningHeld => {
                if sms {
                    &["tail"]
                } else {
                    &["number"]
                }
            }
            // Whoever has several cards has one password.
            Self::PasswordReset | Self::PasswordChanged => &[],
            Self::InformationChanged => &["fields"],
            Self::GuardianChanged => &["reader"],
            Self::CodeForPassword | Self::CodeForContact | Self::CodeForApplication => &["code"],
            Self::ApplicationReceived => &["application"],
            Self::ApplicationAsked | Self::ApplicationRejected => &["application", "reason"],
            Self::RequestAnswered => &["state"],
            Self::DocumentExpires => &["document", "until"],
            Self::ReaderBlocked => &["reason", "until"],
            Self::BlockLifted | Self::ReaderUnblocked => &["reason"],
            Self::ReservationReady => &["title", "place", "until"],
            Self::LoanDueSoon | Self::LoanOverdue => &["title", "until"],
            Self::PartnerLinked | Self::PartnerUnlinked => &["platform"],
        }
    }

    /// Whether it carries a code: then it is sent soon or not at all, and its text is not kept.
    #[must_use]
    pub fn is_code(self) -> bool {
        matches!(self, Self::CodeForPassword | Self::CodeForContact | Self::CodeForApplication)
    }
}
