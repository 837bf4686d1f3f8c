//! An opening as a laptop keeps it and hands it in. One shape for both: JSON as the API takes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cards::{CardKind, OpenCard};
use crate::kernel::{OpeningId, StaffId};
use crate::readers::{DocumentForm, GuardianForm, ReaderForm};
use crate::records::{CheckMethod, IdentityCheck};

/// A card that was handed out without network.
#[derive(Clone, Serialize, Deserialize)]
pub struct Opening {
    /// Its name for good: the same one handed in twice is one.
    pub id: OpeningId,
    /// When it was opened, by the laptop's clock.
    pub at: DateTime<Utc>,
    /// By whom.
    pub staff: StaffId,
    /// The virtual number, or the barcode.
    pub number: String,
    /// Whether the filter said that they may hold a card.
    pub may_hold: bool,
    request: Request,
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opening({})", self.id)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Request {
    kind: String,
    barcode: String,
    reader: ReaderForm,
    documents: Vec<DocumentForm>,
    guardian: Option<GuardianForm>,
    identity_check: Check,
    duplicates_seen: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Check {
    method: String,
}

impl Opening {
    /// An opening of this request.
    #[must_use]
    pub fn new(
        id: OpeningId,
        at: DateTime<Utc>,
        staff: StaffId,
        number: String,
        may_hold: bool,
        request: &OpenCard,
    ) -> Self {
        let request = Request {
            kind: request.kind.as_str().to_owned(),
            barcode: request.barcode.clone(),
            reader: request.reader.clone(),
            documents: request.documents.clone(),
            guardian: request.guardian.clone(),
            identity_check: Check { method: request.check.method.as_str().to_owned() },
            duplicates_seen: request.duplicates_seen,
        };
        Self { id, at, staff, number, may_hold, request }
    }

    /// The request as the house takes it: at a mobile point the person stands there.
    #[must_use]
    pub fn request(&self) -> OpenCard {
        let request = &self.request;
        let method = request.identity_check.method.parse().unwrap_or(CheckMethod::ByEye);
        OpenCard {
            kind: request.kind.parse().unwrap_or(CardKind::Document),
            barcode: request.barcode.clone(),
            channel: None,
            reader: request.reader.clone(),
            documents: request.documents.clone(),
            guardian: request.guardian.clone(),
            check: IdentityCheck::of_the_person(method),
            duplicates_seen: request.duplicates_seen,
            campaign: None,
        }
    }

    /// The name of the reader.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.request.reader.name
    }
}

/// What the house said to an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningState {
    /// The card works.
    Accepted,
    /// Something stands against it: somebody has to settle it.
    Conflict,
    /// Somebody did.
    Settled,
}

impl OpeningState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Conflict, Self::Settled];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Conflict => "conflict",
            Self::Settled => "settled",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// The answer to an opening, the same however often it is handed in, until somebody settles it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which opening.
    pub id: OpeningId,
    /// What became of it.
    pub state: OpeningState,
    /// Codes of what stands against it.
    pub reasons: Vec<String>,
    /// `stands`, `updated`, `opened` or `dropped`, once it is settled; or nothing.
    pub settlement: String,
}
