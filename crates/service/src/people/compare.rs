//! Two records side by side, before somebody says that they are one person's.

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

/// The two side by side with the values that differ; looking at them is logged.
///
/// # Errors
/// [`Right::MergeReaders`] is needed. [`Blocker::MergedAlready`] when one of them was merged.
pub async fn compare(op: &Op, first: ReaderId, second: ReaderId) -> Result<([Compared; 2], Vec<Taken>)> {
    op.require(Right::MergeReaders)?;
    if first == second {
        return Err(Error::field("loser", Problem::NotApplicable));
    }
    let (a, b) = (one(op, first).await?, one(op, second).await?);
    let differ = readers::differing(op, first, second).await?;
    Ok(([a, b], differ))
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
