//! Whether the person whose document lies on the desk is known, and holds a card (6.1.3.2, A.1): asked before the form is filled in.

use chrono::NaiveDate;
use documents::IdentityDocument;

use super::CardView;
use super::view::all_cards;
use crate::kernel::{Op, Result, Right};
use crate::readers::{Recognised, recognise};

/// Who it may be, and the live card that they hold.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn known(
    op: &Op,
    documents: &[IdentityDocument],
    name_and_birth: Option<(&str, NaiveDate)>,
) -> Result<(Recognised, Option<CardView>)> {
    op.require(Right::OpenCards)?;
    let known = recognise(op, documents, name_and_birth).await?;
    let mut held = None;
    for reader in &known.exact {
        held = held.or(all_cards(op, *reader).await?.into_iter().find(|card| card.state.is_live()));
    }
    Ok((known, held))
}
