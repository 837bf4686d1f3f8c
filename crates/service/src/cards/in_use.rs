//! Whether a reader has a card that works: one answer for all that is used by it without a gate or machine.

use super::{CardView, current_card};
use crate::kernel::{Blocker, Error, Op, ReaderId, Result};
use crate::readers;

/// The card that counts of a reader, if it works and nothing blocks its holder.
///
/// # Errors
/// [`Error::Refused`] when it is lost or cancelled, or its holder is blocked; [`Error::NotFound`] when there is none.
pub(crate) async fn card_in_use(op: &Op, reader: ReaderId) -> Result<CardView> {
    let card = current_card(op, reader).await?.ok_or(Error::NotFound("card"))?;
    if let Some(blocker) = card.state.against_use() {
        return Err(Error::refused(blocker));
    }
    if readers::is_blocked(op, reader).await?.is_some() {
        return Err(Error::refused(Blocker::ReaderBlocked));
    }
    Ok(card)
}
