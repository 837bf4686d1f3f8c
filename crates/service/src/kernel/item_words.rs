//! What an item is and where it stands, in words that records, the API and the database share.

use std::fmt;
use std::str::FromStr;

use super::{Error, Result};

/// What an item is: by that it is lent (A.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// An ordinary book, lent by the federation's rule (A.3.2 a).
    Book,
    /// A periodical, lent by each library's rule (A.3.2 b).
    Periodical,
    /// Audio or video, lent by each library's rule (A.3.2 b).
    Av,
    /// Read in the library only (A.3.2 c).
    ReadingRoom,
}

impl ItemKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Book, Self::Periodical, Self::Av, Self::ReadingRoom];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Periodical => "periodical",
            Self::Av => "av",
            Self::ReadingRoom => "reading_room",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ItemKind {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        found.ok_or_else(|| Error::internal("unknown kind of item"))
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// On its shelf.
    Available,
    /// With a reader.
    OnLoan,
    /// On its way to another library.
    InTransit,
    /// Kept for a reader who reserved it.
    OnHoldShelf,
    /// Not lent any more.
    Withdrawn,
    /// Nobody knows where it is.
    Missing,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Available, Self::OnLoan, Self::InTransit, Self::OnHoldShelf, Self::Withdrawn, Self::Missing];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::OnLoan => "on_loan",
            Self::InTransit => "in_transit",
            Self::OnHoldShelf => "on_hold_shelf",
            Self::Withdrawn => "withdrawn",
            Self::Missing => "missing",
        }
    }
}

impl fmt::Display for ItemState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ItemState {
    type Err = Error;
    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == word);
        found.ok_or_else(|| Error::internal("unknown state of an item"))
    }
}
