//! Two records side by side, before somebody says that they are one person's.

use ::documents::{DocumentKind, IdentityDocument, Sex};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::merge::row;
use crate::cards::{self, CardView};
use crate::kernel::{Blocker, DocumentId, Error, Known, LibraryId, Op, Problem, ReaderId, Result, Right};
use crate::libraries;
use crate::readers::{self, BlockView, NoteView, ReaderView, Taken};
use crate::records::{self, Access, Look, log_access};

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
    /// What they have out and owe.
    pub standing: Known,
    /// When a service was rendered to them last, beside that somebody looked.
    pub last_service: Option<DateTime<Utc>>,
    /// Those of their documents whose number the other has too, compared in full.
    pub shared: Vec<DocumentId>,
    /// Whether the caller may cancel their live card, should the other's stay (6.3.3).
    pub may_cancel: bool,
}

/// What says that two records are of two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Their citizen numbers are of people of another birth date or sex.
    CitizenNumber,
    /// Their birth dates differ.
    BirthDate,
    /// Their names differ, however they are spelt.
    Name,
}

impl Doubt {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CitizenNumber, Self::BirthDate, Self::Name];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CitizenNumber => "citizen_number",
            Self::BirthDate => "birth_date",
            Self::Name => "name",
        }
    }
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
    /// What says that they are two people: whoever merges them all the same has to say why.
    pub doubts: Vec<Doubt>,
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
    let (mut a, mut b) = (one(op, first).await?, one(op, second).await?);
    let (of_a, of_b) = (numbers(op, first).await?, numbers(op, second).await?);
    a.shared = shared(&of_a, &of_b);
    b.shared = shared(&of_b, &of_a);
    let differ = readers::differing(op, first, second).await?;
    let doubts = doubts(op, first, second).await?;
    Ok(Comparison { sides: [a, b], differ, doubts })
}

async fn one(op: &Op, id: ReaderId) -> Result<Compared> {
    let reader = readers::view(op, id).await?;
    if reader.merged_into.is_some() {
        return Err(Error::refused(Blocker::MergedAlready));
    }
    let detail = json!({ "page": "compare" });
    log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
    let cards = cards::cards_of(op, id).await?;
    let may_cancel = match cards.iter().find(|card| card.state.is_live()) {
        Some(card) => may_cancel_at(op, card.issuing_library).await?,
        None => true,
    };
    Ok(Compared {
        cards,
        may_cancel,
        standing: op.circulation().standing(op, id).await?,
        last_service: records::last_service(op, id).await?,
        shared: Vec::new(),
        notes: readers::notes(op, id).await?,
        blocks: readers::blocks(op, id).await?,
        reader,
    })
}

/// Whether the caller may have a merge cancel a card of this library: it is the issuing library (6.3.3), or the caller manages it.
pub(super) async fn may_cancel_at(op: &Op, issuing: LibraryId) -> Result<bool> {
    let tree = libraries::tree(op).await?;
    Ok(tree.stands_for(op.actor().library, issuing) || tree.covers(op.actor().scope, issuing))
}

/// The full numbers of somebody's documents, in one form for all spellings.
async fn numbers(op: &Op, id: ReaderId) -> Result<Vec<(DocumentId, String)>> {
    let mut numbers = Vec::new();
    for row in readers::documents_in_use(op, id).await? {
        let number = match readers::as_document(op, &row)? {
            Some(document) => document.bare_number(),
            None => ::documents::bare_number(&readers::full_number(op, &row)?),
        };
        numbers.push((row.id, number));
    }
    Ok(numbers)
}

fn shared(these: &[(DocumentId, String)], those: &[(DocumentId, String)]) -> Vec<DocumentId> {
    let known = |number: &String| those.iter().any(|(_, other)| other == number);
    these.iter().filter(|(_, number)| known(number)).map(|(id, _)| *id).collect()
}

/// What says that these are two people.
pub(super) async fn doubts(op: &Op, first: ReaderId, second: ReaderId) -> Result<Vec<Doubt>> {
    let (a, b) = (row(op, first).await?, row(op, second).await?);
    let mut doubts = Vec::new();
    if plainly_different(op, first, second).await? {
        doubts.push(Doubt::CitizenNumber);
    }
    if a.birth_date != b.birth_date {
        doubts.push(Doubt::BirthDate);
    }
    if !readers::same_name(&a.name, &b.name) {
        doubts.push(Doubt::Name);
    }
    Ok(doubts)
}

/// Whether both have a citizen number, not the same one, and the numbers say that they were born on another day or are of another sex.
/// A number that was mistyped fails its check character, so these were read from two documents.
async fn plainly_different(op: &Op, first: ReaderId, second: ReaderId) -> Result<bool> {
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
