//! The cards of a guardian's children, for the guardian's own pages (Table A1, note; A.4.1): by name and state, nothing else.

use serde_json::json;

use super::{CardView, current_cards};
use crate::kernel::{Error, Op, ReaderId, Result};
use crate::readers;
use crate::records::{Access, Look, log_access};

/// A child whose guardian somebody is.
#[derive(Clone, Debug)]
pub struct Child {
    /// The child.
    pub reader: ReaderId,
    /// The name; pages show it masked.
    pub name: String,
    /// The card that counts; none when there is none.
    pub card: Option<CardView>,
}

/// The children under 16 whose guardian a reader is now. That they were looked at is logged with each.
///
/// # Errors
/// [`Error::NotFound`] for anybody but this reader.
pub async fn children(op: &Op, guardian: ReaderId) -> Result<Vec<Child>> {
    only_oneself(op, guardian)?;
    let found = readers::children_of(op, guardian).await?;
    let ids: Vec<ReaderId> = found.iter().map(|(id, _)| *id).collect();
    let mut cards = current_cards(op, &ids).await?;
    let mut children = Vec::with_capacity(found.len());
    for (reader, name) in found {
        let detail = json!({ "page": "guardian" });
        log_access(op, Access { look: Look::Viewed, reader: Some(reader), detail, reason: None }).await?;
        children.push(Child { reader, name, card: cards.remove(&reader) });
    }
    Ok(children)
}

/// Whether a reader is anybody's guardian now; of whom is told by [`children`].
///
/// # Errors
/// [`Error::NotFound`] for anybody but this reader.
pub async fn is_guardian(op: &Op, reader: ReaderId) -> Result<bool> {
    only_oneself(op, reader)?;
    readers::has_children(op, reader).await
}

fn only_oneself(op: &Op, reader: ReaderId) -> Result<()> {
    if op.actor().is_reader(reader) { Ok(()) } else { Err(Error::NotFound("reader")) }
}
