//! The parts of a message that have a fixed place and length.

/// A fixed part, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[expect(missing_docs, reason = "the names of the protocol document")]
pub enum Part {
    AcsRenewalPolicy,
    Alert,
    Available,
    BlockedCards,
    CardRetained,
    ChargedItems,
    CheckinOk,
    CheckoutOk,
    CirculationStatus,
    Currency,
    Desensitize,
    EndSession,
    FeeType,
    FineItems,
    HoldItems,
    HoldMode,
    ItemPropertiesOk,
    Language,
    MagneticMedia,
    MaxPrintWidth,
    NbDueDate,
    NoBlock,
    OffLineOk,
    Ok,
    OnLine,
    OverdueItems,
    PasswordAlgorithm,
    PatronStatus,
    PaymentAccepted,
    PaymentType,
    ProtocolVersion,
    RecallItems,
    RenewalOk,
    RenewalPolicy,
    RenewedCount,
    Resensitize,
    RetriesAllowed,
    ReturnDate,
    SecurityMarker,
    StatusCode,
    StatusUpdateOk,
    Summary,
    ThirdPartyAllowed,
    TimeoutPeriod,
    TransactionDate,
    UidAlgorithm,
    UnavailableHolds,
    UnrenewedCount,
}

/// What a fixed part is made of, and what it is filled with when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Y or N, or the like; N.
    Flag,
    /// Digits, or blanks; zeros.
    Digits,
    /// A date of eighteen characters, or blanks; blanks.
    Date,
    /// Y, N and blanks; blanks. Short ones are padded.
    Marks,
    /// Anything; blanks.
    Text,
}

impl Kind {
    /// What a part is padded with.
    #[must_use]
    pub fn filler(self) -> char {
        match self {
            Self::Flag => 'N',
            Self::Digits => '0',
            Self::Date | Self::Marks | Self::Text => ' ',
        }
    }

    /// Whether a text of the right length is of this kind.
    #[must_use]
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Flag => text.bytes().all(|byte| matches!(byte, b'Y' | b'N' | b'U' | b'0' | b'1' | b' ')),
            Self::Digits => text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' '),
            Self::Date => crate::date::is_date(text),
            Self::Marks => text.bytes().all(|byte| matches!(byte, b'Y' | b'N' | b' ')),
            Self::Text => text.bytes().all(|byte| (byte.is_ascii_graphic() || byte == b' ') && byte != b'|'),
        }
    }
}

/// A fixed part in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartSpec {
    /// Which.
    pub part: Part,
    /// How many characters it takes.
    pub width: usize,
    /// What it is made of.
    pub kind: Kind,
}
