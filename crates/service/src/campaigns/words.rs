//! What campaigns are, and how the ages of who came are told apart: in classes, so that a result tells of nobody.

use crate::readers::ADULT_FROM;

/// What a campaign is (6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CampaignKind {
    /// On the web, in the library's accounts.
    Online,
    /// A brochure that is handed out.
    Brochure,
    /// A temporary or travelling point.
    TemporaryPoint,
    /// At a school or another unit.
    School,
    /// An event.
    Event,
}

impl CampaignKind {
    /// All kinds, in the order in which a form lists them.
    pub const ALL: [Self; 5] =
        [Self::Online, Self::Brochure, Self::TemporaryPoint, Self::School, Self::Event];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Brochure => "brochure",
            Self::TemporaryPoint => "temporary_point",
            Self::School => "school",
            Self::Event => "event",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How old a reader was when the card was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AgeClass {
    /// Under 16, for whom a guardian signs.
    Child,
    /// 16 to 34.
    Young,
    /// 35 to 59.
    Middle,
    /// 60 and over.
    Senior,
}

impl AgeClass {
    /// All classes, youngest first.
    pub const ALL: [Self; 4] = [Self::Child, Self::Young, Self::Middle, Self::Senior];

    /// The class of an age in years.
    #[must_use]
    pub fn of(age: i32) -> Self {
        match age {
            ..ADULT_FROM => Self::Child,
            ..35 => Self::Young,
            ..60 => Self::Middle,
            _ => Self::Senior,
        }
    }

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Young => "young",
            Self::Middle => "middle",
            Self::Senior => "senior",
        }
    }

    /// The class of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_fall_into_classes_and_come_back_from_their_words() {
        let classes = [0, 15, 16, 34, 35, 59, 60, 101].map(AgeClass::of);
        let expected = [
            AgeClass::Child,
            AgeClass::Child,
            AgeClass::Young,
            AgeClass::Young,
            AgeClass::Middle,
            AgeClass::Middle,
            AgeClass::Senior,
            AgeClass::Senior,
        ];
        assert_eq!(classes, expected);
        for class in AgeClass::ALL {
            assert_eq!(AgeClass::from_word(class.as_str()), Some(class));
        }
        for kind in CampaignKind::ALL {
            assert_eq!(CampaignKind::from_word(kind.as_str()), Some(kind));
        }
    }
}
