//! What a code leads to that is shown at a machine or gate (6.1.4.2): a card that works, or why not. Nothing in the answer names
//! anybody; the look is logged.

use serde_json::json;

use super::reader_of;
use crate::cards::{self, CardView};
use crate::kernel::{Blocker, Error, Op, Result};
use crate::readers;
use crate::records::{Access, Look, log_access};

/// What a code leads to.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The card that counts.
    pub card: CardView,
    /// Why its holder may not borrow and enter now; nothing: they may.
    pub blockers: Vec<Blocker>,
}

/// What a code leads to.
///
/// # Errors
/// [`Error::NotFound`] when it leads to nobody, or to somebody without a card.
pub async fn resolve(op: &Op, code: &str) -> Result<Resolved> {
    let reader = reader_of(op, code).await?;
    let card = cards::current_card(op, reader).await?;
    let card = card.ok_or(Error::NotFound("card"))?;
    let mut blockers = Vec::from_iter(card.state.against_use());
    if readers::is_blocked(op, reader).await?.is_some() {
        blockers.push(Blocker::ReaderBlocked);
    }
    let detail = json!({ "by": "partner code" });
    log_access(op, Access { look: Look::Viewed, reader: Some(reader), detail, reason: None }).await?;
    Ok(Resolved { card, blockers })
}
