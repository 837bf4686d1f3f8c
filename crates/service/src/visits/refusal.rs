//! Why somebody is not let in.

use crate::cards::Against;
use crate::ecard::CodeRefusal;
use crate::readers::BlockReason;

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryRefusal {
    /// What was shown leads to nobody.
    NoSuchCard,
    /// The card is reported lost.
    CardLost,
    /// The card was cancelled.
    CardCancelled,
    /// The number was given up for another.
    NumberNotUsed,
    /// The holder is blocked.
    Blocked(BlockReason),
    /// The code of the e-card is not taken.
    Code(CodeRefusal),
}

/// Every word that [`EntryRefusal::as_str`] gives.
pub const REASONS: [&str; 9] = [
    "no_such_card",
    "card_lost",
    "card_cancelled",
    "number_not_used",
    "reader_blocked",
    "code_unknown",
    "code_too_old",
    "code_from_the_future",
    "code_used",
];

impl EntryRefusal {
    /// The stable word for it. Why somebody is blocked is no gate's business.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchCard => "no_such_card",
            Self::CardLost => "card_lost",
            Self::CardCancelled => "card_cancelled",
            Self::NumberNotUsed => "number_not_used",
            Self::Blocked(_) => "reader_blocked",
            Self::Code(refusal) => refusal.as_str(),
        }
    }

    /// The clause it comes from.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::NoSuchCard | Self::Blocked(_) => "A.3.1",
            Self::CardLost => "A.4.1",
            Self::CardCancelled => "A.4.3",
            Self::NumberNotUsed => "A.4.4",
            Self::Code(_) => "6.1.4.2",
        }
    }

    /// Of a word that was kept.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        let code = CodeRefusal::ALL.into_iter().find(|refusal| refusal.as_str() == word).map(Self::Code);
        code.or(match word {
            "no_such_card" => Some(Self::NoSuchCard),
            "card_lost" => Some(Self::CardLost),
            "card_cancelled" => Some(Self::CardCancelled),
            "number_not_used" => Some(Self::NumberNotUsed),
            "reader_blocked" => Some(Self::Blocked(BlockReason::Other)),
            _ => None,
        })
    }
}

impl From<Against> for EntryRefusal {
    fn from(against: Against) -> Self {
        match against {
            Against::OldNumber => Self::NumberNotUsed,
            Against::Lost => Self::CardLost,
            Against::Cancelled => Self::CardCancelled,
            Against::Blocked(reason) => Self::Blocked(reason),
        }
    }
}
