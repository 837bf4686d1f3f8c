//! The text record of second-generation ID readers: 256 bytes of UTF-16LE in four layouts.
//!
//! Sources: for the citizen's card many public programs, among them a demonstration for Android with the reader's
//! protocol (qiwenmingshiwo, CSDN 50698927) and DAC8811/QinLin_PassportReader; for `J`, `I` and `Y` the structures in
//! Johann356/readinfo and the facts this project gathered elsewhere, which agree. `Y` stays provisional: the two may
//! have one origin, the notice of 2023.

mod ethnicity;
mod frame;
mod layout;
mod text;

use std::fmt;

use chrono::NaiveDate;

pub use ethnicity::Ethnicity;

use crate::{DocumentError, DocumentKind, IdentityDocument, Sex, mask};

/// Which card the record is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum ChipVariant {
    /// 居民身份证.
    Citizen,
    /// 港澳台居民居住证 (`J`).
    HmtPermit,
    /// 外国人永久居留身份证 of 2017 (`I`).
    PermanentResident2017,
    /// 外国人永久居留身份证 of 2023 (`Y`). Nobody here has read a real one: provisional.
    PermanentResident2023,
}

impl ChipVariant {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::HmtPermit => "hmt_permit",
            Self::PermanentResident2017 => "permanent_resident_2017",
            Self::PermanentResident2023 => "permanent_resident_2023",
        }
    }
}

/// Until when a card is valid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Validity {
    /// Its last day.
    Date(NaiveDate),
    /// 长期: the cards of people over 46.
    LongTerm,
    /// Blank, or no date.
    Unknown,
}

/// What a card says of its holder. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct ChipRecord {
    /// Which card.
    pub variant: ChipVariant,
    /// The name; the English one where a foreigner's card has no Chinese one.
    pub name: String,
    /// The English name on permanent-resident cards.
    pub english_name: Option<String>,
    /// The sex, unless unknown or not stated.
    pub sex: Option<Sex>,
    /// The ethnicity on citizens' cards (GB/T 3304).
    pub ethnicity: Option<Ethnicity>,
    /// The birth date.
    pub birth_date: NaiveDate,
    /// The address on citizens' cards and `J`.
    pub address: Option<String>,
    /// The numbers on it, as they are: kind, number, who issued it. The card's own first, then on `J` the
    /// travel permit's. Not checked: see [`identity_documents`](Self::identity_documents).
    pub documents: Vec<(DocumentKind, String, Option<String>)>,
    /// Who issued it; a four-digit code on `I`.
    pub authority: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_until: Validity,
    /// The holder's nationality on permanent-resident cards: three letters, as far as it is known.
    pub country: Option<String>,
    /// How often the document was issued (`J`, `Y`).
    pub issue_count: Option<String>,
    /// The card's version (`I`).
    pub card_version: Option<String>,
    /// Three characters from which the number of before 2023 can be concluded (`Y`). How is not public; most
    /// likely they are the two digits of the area and the one for the sex that the new number lacks. Link the numbers
    /// by asking the holder.
    pub old_number_link: Option<String>,
}

/// Why a record can't be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChipError {
    /// Neither 256 bytes nor a frame around them.
    #[error("a record has 256 bytes, this has {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// The drivers' frame is cut or contradicts itself.
    #[error("the reader's frame is damaged")]
    Frame,
    /// The reader reports that it read no card.
    #[error("the reader read no card")]
    NoCard,
    /// The text is neither hexadecimal nor base64.
    #[error("the text is neither hexadecimal nor base64")]
    Encoding,
    /// The kind at byte 248 is none we know.
    #[error("a card of an unknown kind")]
    UnknownVariant,
    /// No name.
    #[error("the card has no name")]
    Name,
    /// The birth date is none.
    #[error("the birth date on the card does not exist")]
    BirthDate,
    /// No number.
    #[error("the card has no number")]
    Number,
}

impl ChipError {
    /// Every code, for a test that all are translated.
    pub const CODES: [&'static str; 8] = [
        "chip_length",
        "chip_frame",
        "chip_no_card",
        "chip_encoding",
        "chip_unknown_variant",
        "chip_name",
        "chip_birth_date",
        "chip_number",
    ];

    /// A stable name for translation and for the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "chip_length",
            Self::Frame => "chip_frame",
            Self::NoCard => "chip_no_card",
            Self::Encoding => "chip_encoding",
            Self::UnknownVariant => "chip_unknown_variant",
            Self::Name => "chip_name",
            Self::BirthDate => "chip_birth_date",
            Self::Number => "chip_number",
        }
    }
}

impl ChipRecord {
    /// Reads a record: 256 bytes, 257 as some drivers return, 258 with a byte order mark, or the drivers' frame.
    ///
    /// # Errors
    /// When it is no record, or has no name, number or birth date.
    pub fn parse(bytes: &[u8]) -> Result<Self, ChipError> {
        layout::read(frame::record(bytes)?)
    }

    /// Reads a record that was typed by a keyboard wedge or posted in a form: hexadecimal or base64.
    ///
    /// # Errors
    /// When it is neither, or as [`parse`](Self::parse).
    pub fn parse_text(text: &str) -> Result<Self, ChipError> {
        Self::parse(&text::decode(text).ok_or(ChipError::Encoding)?)
    }

    /// The record as a card holds it, padded with spaces; what doesn't fit is cut.
    #[must_use]
    pub fn encode(&self) -> [u8; 256] {
        layout::write(self)
    }

    /// Whether the layout was never tried on a real card: show what was read and let the clerk compare.
    #[must_use]
    pub const fn provisional(&self) -> bool {
        matches!(self.variant, ChipVariant::PermanentResident2023)
    }

    /// The documents, checked.
    pub fn identity_documents(
        &self,
        today: NaiveDate,
    ) -> impl Iterator<Item = Result<IdentityDocument, DocumentError>> + '_ {
        self.documents.iter().map(move |(kind, number, country)| {
            IdentityDocument::parse(*kind, number, country.as_deref(), today)
        })
    }
}

impl fmt::Debug for ChipRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents: Vec<_> =
            self.documents.iter().map(|(kind, number, _)| (kind, mask(*kind, number))).collect();
        f.debug_struct("ChipRecord")
            .field("variant", &self.variant)
            .field("documents", &documents)
            .field("valid_from", &self.valid_from)
            .field("valid_until", &self.valid_until)
            .finish_non_exhaustive()
    }
}
