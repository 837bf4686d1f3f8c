//! What would become of a reader: the dry run, and the last look before the change itself.

use super::change::ReaderChange;
use super::words::Finding;
use crate::cards::{CardState, CardView};
use crate::kernel::{Blocker, Op, ReaderId, Result};
use crate::libraries;
use crate::readers;

/// What was found, and the codes of what stands against it.
pub(super) type Found = (Finding, Vec<&'static str>);

/// What the change would do to a reader whose card this is.
pub(super) async fn find(
    op: &Op,
    change: &ReaderChange,
    reader: ReaderId,
    card: Option<&CardView>,
) -> Result<Found> {
    let tree = libraries::tree(op).await?;
    let Some(card) = card.filter(|card| tree.covers(op.actor().scope, card.issuing_library)) else {
        return Ok((Finding::Elsewhere, Vec::new()));
    };
    let plain = |same: bool| (if same { Finding::Same } else { Finding::Goes }, Vec::new());
    let refused = |blocker: Blocker| (Finding::Refused, vec![blocker.code()]);
    Ok(match change {
        ReaderChange::Note { text, .. } => {
            let notes = readers::notes(op, reader).await?;
            plain(notes.iter().any(|note| note.ours && note.text == text.trim()))
        }
        ReaderChange::Block { reason, .. } => {
            let blocks = readers::blocks(op, reader).await?;
            plain(blocks.iter().any(|block| block.ours && block.reason.as_str() == reason))
        }
        ReaderChange::Unblock { reason } => {
            let blocks = readers::blocks(op, reader).await?;
            let mut meant = blocks.iter().filter(|block| block.reason.as_str() == reason).peekable();
            if meant.peek().is_some() && !meant.any(|block| block.ours) {
                refused(Blocker::AddedByAnotherLibrary)
            } else {
                plain(!blocks.iter().any(|block| block.ours && block.reason.as_str() == reason))
            }
        }
        ReaderChange::Workplace { workplace } => {
            plain(readers::workplace(op, reader).await?.unwrap_or_default() == *workplace)
        }
        ReaderChange::Library { .. } if card.state == CardState::Cancelled => refused(Blocker::CardCancelled),
        ReaderChange::Library { library } => plain(card.issuing_library == *library),
    })
}
