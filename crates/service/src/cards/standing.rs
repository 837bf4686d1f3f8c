//! What a reader has out and owes, as far as the circulation behind the cards tells.

use crate::kernel::{Known, Op, ReaderId, Result, Right, Told};

/// How a reader stands.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader.
pub async fn standing(op: &Op, reader: ReaderId) -> Result<Known> {
    op.require_or_self(Right::FindReaders, reader)?;
    op.circulation().standing(op, reader).await
}

/// What systems elsewhere tell of a reader: each by its name, with the items as far as it can name them.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader.
pub async fn loans_elsewhere(op: &Op, reader: ReaderId) -> Result<Vec<Told>> {
    op.require_or_self(Right::FindReaders, reader)?;
    op.circulation().loans_elsewhere(op, reader).await
}
