//! The machine-readable zone of travel documents (ICAO 9303): TD3, two lines of 44, as in passports; TD1,
//! three lines of 30, as on cards, and the layout of the mainland travel permits. Desk readers type it.
//!
//! Sources: ICAO Doc 9303 parts 3, 4 and 5, whose specimens are in the tests; the permits' layout from the public
//! code of a passport-reader kit (DAC8811/QinLin_PassportReader).

mod permit;
mod read;
mod write;

use std::fmt;

use chrono::NaiveDate;

use crate::{DocumentError, DocumentKind, IdentityDocument, Sex, mask};

pub use read::{is_part_of_mrz, looks_like_mrz};

/// The size of the document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MrzFormat {
    /// A card: three lines of 30 characters.
    Td1,
    /// The travel permits that China issues to residents of Hong Kong, Macao (since 2013) and Taiwan (since 2015):
    /// three lines of 30 characters in a layout of their own. It is known from one piece of public code only; its
    /// five check digits tell whether it was understood.
    Permit,
    /// A passport: two lines of 44 characters.
    Td3,
}

/// What a machine-readable zone says. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// The size.
    pub format: MrzFormat,
    /// One or two characters: `P`, `PO`, `CR`.
    pub document_code: String,
    /// Three letters; `D` has become `DEU`.
    pub issuing_country: String,
    /// The surname, in Latin letters.
    pub surname: String,
    /// The other names; empty for people with one name.
    pub given_names: String,
    /// The document's number.
    pub number: String,
    /// Three letters; `D` has become `DEU`.
    pub nationality: String,
    /// The birth date, unless a part of it is unknown: the latest that is not after today.
    pub birth_date: Option<NaiveDate>,
    /// The sex, unless not stated.
    pub sex: Option<Sex>,
    /// The last day of validity.
    pub valid_until: Option<NaiveDate>,
    /// What the country adds: on TD3 a personal number, on TD1 two fields with a space between, on permits the
    /// number of the identity card of Hong Kong, Macao or Taiwan.
    pub optional: String,
    /// How often the permit was issued: two digits, on permits only.
    pub issue_count: Option<String>,
}

/// Why a zone can't be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MrzError {
    /// Neither 2 × 44 nor 3 × 30 characters.
    #[error("a machine-readable zone has 2 × 44 or 3 × 30 characters, this has {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that can't be where it is.
    #[error("character {position} can't be {found:?}")]
    Character {
        /// Counted from 1, through all lines.
        position: usize,
        /// The one character.
        found: char,
    },
    /// A check digit does not agree: it was misread.
    #[error("the check digit of the {0} does not agree: it was misread")]
    CheckDigit(
        /// What it checks.
        MrzField,
    ),
    /// A date that does not exist.
    #[error("the {0} does not exist")]
    Date(
        /// Which.
        MrzField,
    ),
    /// No number.
    #[error("there is no document number")]
    Number,
}

/// A part of the zone that has a check digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MrzField {
    /// The document's number.
    Number,
    /// The birth date.
    BirthDate,
    /// The date of expiry.
    ValidUntil,
    /// The personal number (TD3).
    PersonalNumber,
    /// How often it was issued (permits).
    IssueCount,
    /// All of it.
    Composite,
}

impl fmt::Display for MrzField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::BirthDate => "birth date",
            Self::ValidUntil => "date of expiry",
            Self::PersonalNumber => "personal number",
            Self::IssueCount => "issue count",
            Self::Composite => "whole zone",
        })
    }
}

impl MrzError {
    /// Every code, for a test that all are translated.
    pub const CODES: [&'static str; 5] =
        ["mrz_length", "mrz_character", "mrz_check_digit", "mrz_date", "mrz_number"];

    /// A stable name for translation and for the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "mrz_length",
            Self::Character { .. } => "mrz_character",
            Self::CheckDigit(_) => "mrz_check_digit",
            Self::Date(_) => "mrz_date",
            Self::Number => "mrz_number",
        }
    }
}

impl Mrz {
    /// Reads a zone as a wedge types it: with or without line breaks, lower case, full-width, with spaces for
    /// fillers. `today` tells the century of the birth date.
    ///
    /// # Errors
    /// When it is no zone or a check digit does not agree.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, MrzError> {
        read::parse(text, today)
    }

    /// The zone, lines separated by a line feed: for simulators and tests. What doesn't fit is cut.
    #[must_use]
    pub fn encode(&self) -> String {
        write::encode(self)
    }

    /// Surname and other names, with a space between.
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.given_names.is_empty() {
            self.surname.clone()
        } else {
            format!("{} {}", self.surname, self.given_names)
        }
    }

    /// The kind of document.
    #[must_use]
    pub fn document_kind(&self) -> DocumentKind {
        match self.format {
            MrzFormat::Permit if self.number.starts_with(['H', 'M']) => DocumentKind::HkMacaoPermit,
            MrzFormat::Permit => DocumentKind::TaiwanPermit,
            _ if self.document_code.starts_with('P') => DocumentKind::Passport,
            _ => DocumentKind::Other,
        }
    }

    /// The document, checked.
    ///
    /// # Errors
    /// As [`IdentityDocument::parse`].
    pub fn identity_document(&self, today: NaiveDate) -> Result<IdentityDocument, DocumentError> {
        IdentityDocument::parse(self.document_kind(), &self.number, Some(&self.issuing_country), today)
    }
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mrz")
            .field("document_code", &self.document_code)
            .field("issuing_country", &self.issuing_country)
            .field("number", &mask(self.document_kind(), &self.number))
            .field("valid_until", &self.valid_until)
            .finish_non_exhaustive()
    }
}
