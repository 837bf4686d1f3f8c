//! Where a One-Card of the stock can be. Blockers name it, so the words stand here.

use std::fmt;
use std::str::FromStr;

use super::UnknownWord;

/// A kind of place in the stock; a card is at one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StockPlace {
    /// A library's store.
    Store,
    /// A desk.
    Desk,
    /// Held back for a group's batch.
    Batch,
    /// Given to a mobile card point.
    Point,
    /// On the way to another library.
    Transit,
    /// Given to a reader.
    Used,
    /// Misprinted, torn, unreadable.
    Spoiled,
    /// Taken out of use, whole as it may be.
    Void,
    /// Not found when the stock was taken, or not arrived.
    Missing,
}

impl StockPlace {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Store,
        Self::Desk,
        Self::Batch,
        Self::Point,
        Self::Transit,
        Self::Used,
        Self::Spoiled,
        Self::Void,
        Self::Missing,
    ];

    /// Those of cards that can still be given out.
    pub const LIVE: [Self; 5] = [Self::Store, Self::Desk, Self::Batch, Self::Point, Self::Transit];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Desk => "desk",
            Self::Batch => "batch",
            Self::Point => "point",
            Self::Transit => "transit",
            Self::Used => "used",
            Self::Spoiled => "spoiled",
            Self::Void => "void",
            Self::Missing => "missing",
        }
    }

    /// Whether a card there can still be given out.
    #[must_use]
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }
}

impl fmt::Display for StockPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StockPlace {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|place| place.as_str() == word).ok_or(UnknownWord)
    }
}
