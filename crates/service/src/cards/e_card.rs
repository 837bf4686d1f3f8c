//! The e-card of a reader at the portal (6.1.4.2): the code that their phone shows, for borrowing and entering.

use super::card_in_use;
use crate::ecard::{self, Issued};
use crate::kernel::{Error, Op, Result, Right, Who};

/// An e-card as it is shown.
pub type ECard = Issued;

/// A fresh code for the reader who is signed in. Nothing is written: a code is known once it is used.
///
/// # Errors
/// [`Error::Refused`] when the card is lost or cancelled, or its holder is blocked; [`Error::Forbidden`] for anybody but a reader.
pub async fn e_card(op: &Op) -> Result<ECard> {
    let Who::Reader(reader) = op.actor().who else { return Err(Error::Forbidden(Right::FindReaders)) };
    ecard::issue(op, card_in_use(op, reader).await?.id)
}
