//! The services of the standard by name, for records and refusals.

/// The services of the standard, as they are named in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceName {
    /// 4.1: a card is opened.
    OpenCard,
    /// 4.2.1: information is changed.
    Amend,
    /// 4.2.3: the password is reset.
    ResetPassword,
    /// A.4.1: a loss is reported.
    ReportLoss,
    /// A.4.2: a lost card is restored.
    Restore,
    /// A.4.3: a card is cancelled.
    Cancel,
    /// A.4.4: a One-Card is replaced.
    Replace,
    /// 6.1.1.2: the reader chooses a password.
    ChangePassword,
    /// A.4.1: a loss that was reported by mistake is taken back.
    UndoLoss,
    /// A.4.1: a loss told by phone is confirmed in person.
    ConfirmLoss,
    /// Table A1: a One-Card becomes a document card, or the other way.
    ChangeKind,
    /// 4.2.3: an account that was locked after failed tries is opened again.
    Unlock,
    /// Table A1, note: the guardian of a reader who turned 16 has no more role.
    EndGuardianship,
    /// A.3.1: a block is put on a reader.
    Block,
    /// A.3.1: a block is lifted.
    Unblock,
    /// Two records of one person are made one.
    Merge,
    /// A merge is undone.
    UndoMerge,
    /// 6.3.3: a reader is sent to the issuing library.
    Refer,
    /// 4.2.1: a reader asks for a change.
    Request,
    /// 4.2.1: a request is answered.
    AnswerRequest,
    /// 6.2.1: who a reader is was checked again, in person.
    Verify,
    /// 4.2.1: staff leave each other a note about a reader, or take it away.
    Note,
}

impl ServiceName {
    /// All services.
    pub const ALL: [Self; 22] = [
        Self::OpenCard,
        Self::Amend,
        Self::ResetPassword,
        Self::ReportLoss,
        Self::Restore,
        Self::Cancel,
        Self::Replace,
        Self::ChangePassword,
        Self::UndoLoss,
        Self::ConfirmLoss,
        Self::ChangeKind,
        Self::Unlock,
        Self::EndGuardianship,
        Self::Block,
        Self::Unblock,
        Self::Merge,
        Self::UndoMerge,
        Self::Refer,
        Self::Request,
        Self::AnswerRequest,
        Self::Verify,
        Self::Note,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenCard => "open_card",
            Self::Amend => "amend",
            Self::ResetPassword => "reset_password",
            Self::ReportLoss => "report_loss",
            Self::Restore => "restore",
            Self::Cancel => "cancel",
            Self::Replace => "replace",
            Self::ChangePassword => "change_password",
            Self::UndoLoss => "undo_loss",
            Self::ConfirmLoss => "confirm_loss",
            Self::ChangeKind => "change_kind",
            Self::Unlock => "unlock",
            Self::EndGuardianship => "end_guardianship",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Merge => "merge",
            Self::UndoMerge => "undo_merge",
            Self::Refer => "refer",
            Self::Request => "request",
            Self::AnswerRequest => "answer_request",
            Self::Verify => "verify",
            Self::Note => "note",
        }
    }
}
