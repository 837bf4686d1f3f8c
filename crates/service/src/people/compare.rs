//! Two records side by side, before somebody says that they are one person's.

use ::documents::{DocumentKind, IdentityDocument, Sex};
use chrono::NaiveDate;
use serde_json::json;

use crate::cards::{self, CardView};
use crate::kernel::{Blocker, Error, Op, Problem, ReaderId, Result, Right};
use crate::readers::{self, BlockView, NoteView, ReaderView, Taken};
use crate::records::{Access, Look, log_access};

/// One of the two.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The reader, masked.
    pub reader: ReaderView,
    /// Their cards, the latest first.
    pub cards: Vec<CardView>,
    /// Notes about them.
    pub notes: Vec<NoteView>,
    /// Blocks on them.
    pub blocks: Vec<BlockView>,
}

impl Compared {
    /// The card that works or is lost.
    #[must_use]
    pub fn live_card(&self) -> Option<&CardView> {
        self.cards.iter().find(|card| card.state.is_live())
    }
}

/// Two records side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The two, in the order in which they were named.
    pub sides: [Compared; 2],
    /// The values that differ.
    pub differ: Vec<Taken>,
    /// Whether their documents say that they are two people: whoever merges them has to say why.
    pub plainly_different: bool,
}

/// The two side by side with the values that differ; looking at them is logged.
///
/// # Errors
/// [`Right::MergeReaders`] is needed. [`Blocker::MergedAlready`] when one of them was merged.
pub async fn compare(op: &Op, first: ReaderId, second: ReaderId) -> Result<Comparison> {
    op.require(Right::MergeReaders)?;
    if first == second {
        return Err(Error::field("loser", Problem::NotApplicable));
    }
    let (a, b) = (one(op, first).await?, one(op, second).await?);
    let differ = readers::differing(op, first, second).await?;
    let plainly_different = plainly_different(op, first, second).await?;
    Ok(Comparison { sides: [a, b], differ, plainly_different })
}

async fn one(op: &Op, id: ReaderId) -> Result<Compared> {
    let reader = readers::view(op, id).await?;
    if reader.merged_into.is_some() {
        return Err(Error::refused(Blocker::MergedAlready));
    }
    let detail = json!({ "page": "compare" });
    log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
    Ok(Compared {
        cards: cards::cards_of(op, id).await?,
        notes: readers::notes(op, id).await?,
        blocks: readers::blocks(op, id).await?,
        reader,
    })
}

/// Whether both have a citizen number, not the same one, and the numbers say that they were born on another day or are of another sex.
/// A number that was mistyped fails its check character, so these were read from two documents.
pub(super) async fn plainly_different(op: &Op, first: ReaderId, second: ReaderId) -> Result<bool> {
    let (a, b) = (citizens(op, first).await?, citizens(op, second).await?);
    let strangers = |a: &Citizen, b: &Citizen| a.number != b.number && (a.born, a.sex) != (b.born, b.sex);
    Ok(!a.is_empty() && !b.is_empty() && a.iter().all(|a| b.iter().all(|b| strangers(a, b))))
}

/// What a citizen number says of its holder.
struct Citizen {
    number: String,
    born: Option<NaiveDate>,
    sex: Option<Sex>,
}

async fn citizens(op: &Op, id: ReaderId) -> Result<Vec<Citizen>> {
    let mut citizens = Vec::new();
    for row in readers::documents_in_use(op, id).await? {
        citizens.extend(readers::as_document(op, &row)?.filter(has_citizen_number).map(|document| Citizen {
            number: document.number().to_owned(),
            born: document.birth_date(),
            sex: document.sex(),
        }));
    }
    Ok(citizens)
}

fn has_citizen_number(document: &IdentityDocument) -> bool {
    use DocumentKind::{HouseholdRegister, ResidencePermit, ResidentId};
    matches!(document.kind(), ResidentId | ResidencePermit | HouseholdRegister)
}
