//! Kinds and states of cards.

use std::fmt;
use std::str::FromStr;

use super::{Blocker, Error, Result};

/// What serves as the card (Table A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// The identity document itself; it gets a virtual number (A.2.2).
    Document,
    /// A physical card with a barcode ("一卡通").
    OneCard,
}

impl CardKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Document, Self::OneCard];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::OneCard => "one_card",
        }
    }
}

impl fmt::Display for CardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CardKind {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(Error::NotFound("kind of card"))
    }
}

/// The state of a card: `Active → Lost → Active`, `Active | Lost → Cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardState {
    /// It works.
    Active,
    /// Reported lost: it works nowhere (A.4.1).
    Lost,
    /// Cancelled: it will never work again (A.4.3).
    Cancelled,
}

impl CardState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Active, Self::Lost, Self::Cancelled];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
        }
    }

    /// Why a card in this state can't be used; none while it works.
    #[must_use]
    pub fn against_use(self) -> Option<Blocker> {
        match self {
            Self::Active => None,
            Self::Lost => Some(Blocker::CardLost),
            Self::Cancelled => Some(Blocker::CardCancelled),
        }
    }

    /// Whether the reader still holds it, so that no other can be opened.
    #[must_use]
    pub fn is_live(self) -> bool {
        self != Self::Cancelled
    }
}

impl fmt::Display for CardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CardState {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(Error::NotFound("state of card"))
    }
}
