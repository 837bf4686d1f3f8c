//! Why a service can't be rendered: typed, with the clause it comes from, so that every face can say what to do instead.

use chrono::{DateTime, Utc};

use super::{CardId, CardKind, CardState, LibraryId, ReaderId};

/// A reason that keeps a service from being rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// This person holds a live card already.
    AlreadyHoldsCard {
        /// The person.
        reader: ReaderId,
        /// The card held.
        card: CardId,
        /// Its kind.
        kind: CardKind,
        /// Its state: active or lost.
        state: CardState,
        /// The original issuing library.
        issuing_library: LibraryId,
        /// When it was opened.
        opened_at: DateTime<Utc>,
    },
    /// The documents shown belong to two different records, which must be merged first.
    DocumentsOfTwoReaders,
    /// Readers of the same name and birth date exist; somebody has to look at them first.
    PossibleDuplicate(Vec<Duplicate>),
    /// With this document the reader gets a One-Card, not a document card.
    DocumentCannotBeCard,
    /// From 16 on, with this document, the document is the card.
    DocumentIsTheCard,
    /// A One-Card is given out by staff only.
    OneCardAtDeskOnly,
    /// Under 16: the guardian has to come to a desk and sign.
    MinorAtDeskOnly,
    /// The barcode is on a card that was given out before.
    BarcodeInUse,
}

/// A reader who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The reader.
    pub reader: ReaderId,
}

impl Blocker {
    /// The stable word for it, in messages and in the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyHoldsCard { .. } => "already_holds_card",
            Self::DocumentsOfTwoReaders => "documents_of_two_readers",
            Self::PossibleDuplicate(_) => "possible_duplicate",
            Self::DocumentCannotBeCard => "document_cannot_be_card",
            Self::DocumentIsTheCard => "document_is_the_card",
            Self::OneCardAtDeskOnly => "one_card_at_desk_only",
            Self::MinorAtDeskOnly => "minor_at_desk_only",
            Self::BarcodeInUse => "barcode_in_use",
        }
    }

    /// The clause it comes from.
    #[must_use]
    pub fn clause(&self) -> &'static str {
        match self {
            Self::AlreadyHoldsCard { .. } | Self::DocumentsOfTwoReaders | Self::PossibleDuplicate(_) => {
                "6.1.3.2"
            }
            Self::DocumentCannotBeCard | Self::DocumentIsTheCard => "A.1",
            Self::OneCardAtDeskOnly => "6.1.2.1",
            Self::MinorAtDeskOnly => "A.1",
            Self::BarcodeInUse => "5.2.2",
        }
    }
}
