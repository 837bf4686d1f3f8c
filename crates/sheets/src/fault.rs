//! What of a row could not be read.

use crate::{Field, list};

/// A cell that could not be read: where, and why. What stands there is not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands, counted from 0.
    pub column: u16,
    /// Its row as Excel counts.
    pub row: u32,
    /// What it should hold.
    pub field: Field,
    /// What is wrong.
    pub kind: FaultKind,
}

impl Fault {
    /// The cell as Excel names it: `C5`.
    #[must_use]
    pub fn cell(&self) -> String {
        list::cell_name(self.column, self.row)
    }
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A number of more than 15 digits that was kept as a number: its last digits are gone, and nobody can tell them. The
    /// column has to be formatted as text and the numbers entered again.
    RoundedNumber,
    /// Not a date that can be read.
    DateUnreadable,
    /// A day that no calendar has, as 30 February.
    DateImpossible,
    /// A date stands where a number or a name should be: Excel took what was typed for one.
    DateInstead,
    /// No kind of document that is known.
    UnknownDocumentKind,
    /// Neither 男 nor 女.
    UnknownSex,
    /// No kind of card that is known.
    UnknownCardKind,
    /// No country that is known.
    UnknownCountry,
    /// A formula that came to nothing: `#N/A`.
    CellError(&'static str),
    /// More characters than anything of the kind has.
    TooLong {
        /// How many there may be.
        limit: u16,
    },
}

impl FaultKind {
    /// Every code, for a test that all are translated.
    pub const CODES: [&'static str; 10] = [
        "rounded_number",
        "date_unreadable",
        "date_impossible",
        "date_instead",
        "unknown_document_kind",
        "unknown_sex",
        "unknown_card_kind",
        "unknown_country",
        "cell_error",
        "too_long",
    ];

    /// The stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RoundedNumber => "rounded_number",
            Self::DateUnreadable => "date_unreadable",
            Self::DateImpossible => "date_impossible",
            Self::DateInstead => "date_instead",
            Self::UnknownDocumentKind => "unknown_document_kind",
            Self::UnknownSex => "unknown_sex",
            Self::UnknownCardKind => "unknown_card_kind",
            Self::UnknownCountry => "unknown_country",
            Self::CellError(_) => "cell_error",
            Self::TooLong { .. } => "too_long",
        }
    }
}
