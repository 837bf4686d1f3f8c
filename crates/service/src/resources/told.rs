//! What platforms may be told of a reader beside the name they go by there. There is no more, so that no platform can ask for more.

use std::fmt;

/// A fact about a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The code of the library that issued the card: some resources are licensed for one library.
    Library,
    /// Whether they are 16 or older: some resources are not for children.
    Adult,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Library, Self::Adult];

    /// The stable word for it, which is the scope that asks for it and the claim that has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Adult => "adult",
        }
    }

    /// The fact of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.as_str() == word)
    }

    /// Those of a text, in their order, each once; other words are left aside.
    pub(super) fn of(text: &str) -> Vec<Self> {
        let mut all: Vec<Self> = text.split_whitespace().filter_map(Self::from_word).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// As they are kept.
    pub(super) fn text(all: &[Self]) -> String {
        let words: Vec<&str> = all.iter().map(|told| told.as_str()).collect();
        words.join(" ")
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
