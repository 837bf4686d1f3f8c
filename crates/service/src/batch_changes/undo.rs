//! Undoing the change of one reader: what stood there before stands there again, unless somebody changed it since.

use uuid::Uuid;

use super::apply::Lifted;
use super::change::ReaderChange;
use super::words::Undo;
use crate::cards;
use crate::kernel::{BlockId, CardId, Error, LibraryId, NoteId, Op, ReaderId, Result};
use crate::readers::{self, NewBlock};

/// What is kept of a change.
pub(super) struct Kept {
    pub made: Option<Uuid>,
    pub before: Option<String>,
}

impl Kept {
    fn made(&self) -> Result<Uuid> {
        self.made.ok_or_else(|| Error::internal("a change that made nothing"))
    }

    fn before<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let text = self.before.as_deref().ok_or_else(|| Error::internal("a change that kept nothing"))?;
        serde_json::from_str(text).map_err(Error::internal)
    }
}

/// Restores a reader.
pub(super) async fn restore(op: &Op, change: &ReaderChange, reader: ReaderId, kept: &Kept) -> Result<Undo> {
    match write(op, change, reader, kept).await {
        // Taken away, lifted, merged or cancelled meanwhile, or looked after by others: the operations of a desk say so.
        Err(Error::NotFound(_) | Error::Refused(_) | Error::Invalid(_)) => Ok(Undo::ChangedSince),
        other => other,
    }
}

async fn write(op: &Op, change: &ReaderChange, reader: ReaderId, kept: &Kept) -> Result<Undo> {
    match change {
        ReaderChange::Note { .. } => readers::remove_note(op, reader, NoteId(kept.made()?)).await?,
        ReaderChange::Block { .. } => readers::unblock(op, reader, BlockId(kept.made()?)).await?,
        ReaderChange::Unblock { reason } => {
            let blocks = readers::blocks(op, reader).await?;
            if blocks.iter().any(|block| block.ours && block.reason.as_str() == reason) {
                return Ok(Undo::ChangedSince);
            }
            for lifted in kept.before::<Vec<Lifted>>()? {
                // One whose last day passed meanwhile would be over by now.
                if lifted.until.is_none_or(|until| until >= op.today()) {
                    let block = NewBlock {
                        reader,
                        reason: reason.clone(),
                        note: lifted.note.unwrap_or_default(),
                        until: lifted.until.map(|day| day.to_string()).unwrap_or_default(),
                    };
                    readers::block(op, block).await?;
                }
            }
        }
        ReaderChange::Workplace { workplace } => {
            if readers::workplace(op, reader).await?.unwrap_or_default() != *workplace {
                return Ok(Undo::ChangedSince);
            }
            let before: Option<String> = kept.before()?;
            readers::set_workplace(op, reader, &before.unwrap_or_default()).await?;
        }
        ReaderChange::Library { library } => {
            let id = CardId(kept.made()?);
            let now = cards::view_of(op, id).await?.map(|card| card.issuing_library);
            if now != Some(*library) {
                return Ok(Undo::ChangedSince);
            }
            cards::move_to_library(op, id, kept.before::<LibraryId>()?).await?;
        }
    }
    Ok(Undo::Restored)
}
