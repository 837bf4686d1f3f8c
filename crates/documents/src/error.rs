//! What is wrong with a number, and what is merely odd about it.
//!
//! Neither ever holds the number: at most a place and the one character found there.

/// Why a number was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    /// Nothing was typed.
    #[error("the number is empty")]
    Empty,
    /// Too few or too many characters; spaces and dashes are not counted.
    #[error("the number should have {expected} characters, this has {found}")]
    Length {
        /// The lengths that would do, without words: `15, 18` or `4–20`.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A character that can't be where it is.
    #[error("character {position} of the number can't be {found:?}")]
    Character {
        /// Counted from 1 in the number without spaces.
        position: usize,
        /// The one character.
        found: char,
    },
    /// The digits for the birth date are no date.
    #[error("the birth date inside the number does not exist")]
    BirthDate,
    /// The birth date is after today.
    #[error("the birth date inside the number is in the future")]
    BirthInFuture,
    /// The last character does not agree with the others: a digit is mistyped somewhere.
    #[error("the check character does not agree with the rest: a character is mistyped")]
    CheckCharacter,
    /// A passport without the country that issued it.
    #[error("a passport needs the country that issued it")]
    CountryMissing,
    /// A country code that neither ISO 3166-1 nor ICAO 9303 has.
    #[error("this is no country code of three letters")]
    CountryUnknown,
    /// The number begins with something this kind of document never begins with.
    #[error("a number of this kind begins with {expected}")]
    Prefix {
        /// The beginnings that would do, without words: `H, M`.
        expected: &'static str,
    },
    /// The number is that of another kind of document.
    #[error("this is the number of another kind of document: {0}")]
    OtherKind(
        /// The kind that has such numbers.
        crate::DocumentKind,
    ),
}

impl DocumentError {
    /// Every code, for a test that all are translated.
    pub const CODES: [&'static str; 10] = [
        "empty",
        "length",
        "character",
        "birth_date",
        "birth_in_future",
        "check_character",
        "country_missing",
        "country_unknown",
        "prefix",
        "other_kind",
    ];

    /// A stable name for translation and for the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Length { .. } => "length",
            Self::Character { .. } => "character",
            Self::BirthDate => "birth_date",
            Self::BirthInFuture => "birth_in_future",
            Self::CheckCharacter => "check_character",
            Self::CountryMissing => "country_missing",
            Self::CountryUnknown => "country_unknown",
            Self::Prefix { .. } => "prefix",
            Self::OtherKind(_) => "other_kind",
        }
    }
}

/// Something a clerk should look at twice. It never refuses the document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum DocumentWarning {
    /// The area code is in no table we know. Real numbers have such codes.
    UnknownRegion,
    /// The country code inside the number is in no table we know.
    UnknownCountry,
    /// The check digit of the old permanent-resident card does not agree. Its rule is known
    /// from public code and one official example only, so it doesn't refuse.
    OldPermanentResidentCheck,
    /// Sequence 996 to 999, once kept for people over a hundred years old.
    CentenarianSequence,
    /// Born more than 130 years ago.
    VeryOld,
    /// Fifteen digits were typed: a first-generation card, not valid since 2013.
    FifteenDigits,
}

impl DocumentWarning {
    /// Every warning, for a test that all are translated.
    pub const ALL: [Self; 6] = [
        Self::UnknownRegion,
        Self::UnknownCountry,
        Self::OldPermanentResidentCheck,
        Self::CentenarianSequence,
        Self::VeryOld,
        Self::FifteenDigits,
    ];

    /// A stable name for translation and for the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownRegion => "unknown_region",
            Self::UnknownCountry => "unknown_country",
            Self::OldPermanentResidentCheck => "old_permanent_resident_check",
            Self::CentenarianSequence => "centenarian_sequence",
            Self::VeryOld => "very_old",
            Self::FifteenDigits => "fifteen_digits",
        }
    }
}
