//! The change of one reader, through the operation of a desk, and what is kept of it so that it can be undone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::change::ReaderChange;
use super::check::find;
use super::words::{Finding, Outcome};
use crate::cards;
use crate::kernel::{Blocker, Error, Op, ReaderId, Result};
use crate::readers;

/// What became of a row.
pub(super) struct Applied {
    pub outcome: Outcome,
    pub codes: Vec<&'static str>,
    /// The note or block that was made, the card that was moved.
    pub made: Option<Uuid>,
    /// What stood there, as JSON.
    pub before: Option<String>,
}

/// A block that was lifted.
#[derive(Serialize, Deserialize)]
pub(super) struct Lifted {
    pub note: Option<String>,
    pub until: Option<NaiveDate>,
}

impl Applied {
    fn left(outcome: Outcome, codes: Vec<&'static str>) -> Self {
        Self { outcome, codes, made: None, before: None }
    }

    fn changed(made: Option<Uuid>, before: Option<String>) -> Self {
        Self { outcome: Outcome::Changed, codes: Vec::new(), made, before }
    }
}

/// Changes a reader, unless that was done meanwhile or something stands against it.
pub(super) async fn apply(op: &Op, change: &ReaderChange, reader: ReaderId) -> Result<Applied> {
    let card = cards::current_card(op, reader).await?;
    match find(op, change, reader, card.as_ref()).await? {
        (Finding::Goes, _) => {}
        (Finding::Same, codes) => return Ok(Applied::left(Outcome::Same, codes)),
        (Finding::Elsewhere, _) => {
            return Ok(Applied::left(Outcome::Refused, vec![Finding::Elsewhere.as_str()]));
        }
        (_, codes) => return Ok(Applied::left(Outcome::Refused, codes)),
    }
    match write(op, change, reader, card).await {
        // Operations look at all that stands against them before they write.
        Err(Error::Refused(blockers)) => {
            Ok(Applied::left(Outcome::Refused, blockers.iter().map(Blocker::code).collect()))
        }
        // The last day of a note or block passed since the dry run.
        Err(Error::Invalid(invalid)) => {
            let codes = invalid.0.iter().map(|error| error.problem.code()).collect();
            Ok(Applied::left(Outcome::Refused, codes))
        }
        other => other,
    }
}

async fn write(
    op: &Op,
    change: &ReaderChange,
    reader: ReaderId,
    card: Option<cards::CardView>,
) -> Result<Applied> {
    match change {
        ReaderChange::Note { .. } => {
            let note = change.note(reader).ok_or_else(|| Error::internal("a note without its parts"))?;
            Ok(Applied::changed(Some(readers::add_note(op, note).await?.0), None))
        }
        ReaderChange::Block { .. } => {
            let block = change.block(reader).ok_or_else(|| Error::internal("a block without its parts"))?;
            Ok(Applied::changed(Some(readers::block(op, block).await?.0), None))
        }
        ReaderChange::Unblock { reason } => {
            let mut lifted = Vec::new();
            for block in readers::blocks(op, reader).await? {
                if block.ours && block.reason.as_str() == reason {
                    readers::unblock(op, reader, block.id).await?;
                    lifted.push(Lifted { note: block.note, until: block.until });
                }
            }
            Ok(Applied::changed(None, Some(json(&lifted)?)))
        }
        ReaderChange::Workplace { workplace } => {
            let before = readers::workplace(op, reader).await?;
            readers::set_workplace(op, reader, workplace).await?;
            Ok(Applied::changed(None, Some(json(&before)?)))
        }
        ReaderChange::Library { library } => {
            let card = card.ok_or(Error::NotFound("card"))?;
            cards::move_to_library(op, card.id, *library).await?;
            Ok(Applied::changed(Some(card.id.0), Some(json(&card.issuing_library)?)))
        }
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
