//! Cards held back: for a group's batch (6.1.3), for a mobile card point (6.5).

use super::give_out::lowest;
use super::ledger::{Movement, Why, shift};
use super::place::{Place, Spot};
use super::range::{Range, as_typed, runs};
use crate::kernel::{Blocker, Error, LibraryId, Op, Problem, Result, Right};
use crate::libraries;

/// Moves `count` free cards of a library's store, lowest barcode first (from `first` on where it is given), to a batch or a mobile
/// point, which holds them back.
///
/// # Errors
/// [`Right::OpenCards`] or [`Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::NotEnoughCards`] when the
/// store has fewer; [`Error::Invalid`] at `first` when no such card lies free in the store.
pub async fn reserve(
    op: &Op,
    library: LibraryId,
    to: Place,
    count: u32,
    first: Option<&str>,
) -> Result<Vec<Range>> {
    require_either(op)?;
    if !libraries::tree(op).await?.covers(op.actor().scope, library) {
        return Err(Error::NotFound("library"));
    }
    if !matches!(to, Place::Batch(_) | Place::Point(_)) {
        return Err(Error::NotFound("place of the stock"));
    }
    let first = first.map(as_typed);
    let rows = lowest(op, Place::Library(library), count.into(), first.as_deref()).await?;
    // Whoever holds a box in their hands says its first card: another one instead, and the box and the book part ways.
    if let Some(first) = &first
        && rows.first().is_none_or(|row| row.barcode != *first)
    {
        return Err(Error::field("first", Problem::NotInStore));
    }
    let barcodes: Vec<String> = rows.into_iter().map(|row| row.barcode).collect();
    let there = u32::try_from(barcodes.len()).unwrap_or(u32::MAX);
    if there < count {
        return Err(Error::refused(Blocker::NotEnoughCards(there)));
    }
    shift(op, &barcodes, Spot::store(library), to.of(library), &Why::plain(Movement::Reserved)).await?;
    Ok(runs(&barcodes))
}

/// Gives what is left at a batch's or point's place back to the library's store; how many cards that were.
///
/// # Errors
/// [`Right::OpenCards`] or [`Right::ManageStock`] is needed.
pub async fn give_back(op: &Op, place: Place) -> Result<u32> {
    require_either(op)?;
    if !matches!(place, Place::Batch(_) | Place::Point(_)) {
        return Err(Error::NotFound("place of the stock"));
    }
    let rows = lowest(op, place, u64::from(u32::MAX), None).await?;
    let Some(row) = rows.first() else { return Ok(0) };
    let from = Spot::of_row(row)?;
    let barcodes: Vec<String> = rows.into_iter().map(|row| row.barcode).collect();
    shift(op, &barcodes, from, Spot::store(from.library), &Why::plain(Movement::GivenBack)).await?;
    Ok(u32::try_from(barcodes.len()).unwrap_or(u32::MAX))
}

fn require_either(op: &Op) -> Result<()> {
    if op.actor().may(Right::ManageStock) { Ok(()) } else { op.require(Right::OpenCards) }
}
