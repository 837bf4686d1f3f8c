//! What a reader has out and owes, as far as the circulation behind the cards tells.

use crate::kernel::{Known, Op, ReaderId, Result, Right};

/// How a reader stands.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader.
pub async fn standing(op: &Op, reader: ReaderId) -> Result<Known> {
    op.require_or_self(Right::FindReaders, reader)?;
    op.circulation().standing(op, reader).await
}
