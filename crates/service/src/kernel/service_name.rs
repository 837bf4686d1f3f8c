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
}

impl ServiceName {
    /// All services.
    pub const ALL: [Self; 7] = [
        Self::OpenCard,
        Self::Amend,
        Self::ResetPassword,
        Self::ReportLoss,
        Self::Restore,
        Self::Cancel,
        Self::Replace,
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
        }
    }
}
