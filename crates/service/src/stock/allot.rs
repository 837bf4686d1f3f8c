//! Allotment (5.2.1): cards go from the store to a desk, or back.

use serde_json::json;

use super::give_out::lowest;
use super::ledger::{Held, Movement, Why, all_at, shift_all};
use super::place::{Place, in_library, managed};
use super::range::{Range, runs, told};
use crate::kernel::{Blocker, Error, LibraryId, Op, Problem, Result, Right, ServiceName};
use crate::records;

/// Cards to move within a library.
#[derive(Clone, Debug)]
pub struct Allot {
    /// Which library.
    pub library: LibraryId,
    /// From its store, or one of its desks.
    pub from: Place,
    /// To its store, or one of its desks.
    pub to: Place,
    /// Which cards; none for the lowest ones.
    pub ranges: Vec<Range>,
    /// How many of the lowest.
    pub count: u32,
}

/// Moves cards between the store and the desks of a library; which they were.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::CardsNotThere`] or
/// [`Blocker::NotEnoughCards`] for what is not at the place they come from.
pub async fn allot(op: &Op, request: Allot) -> Result<Vec<Range>> {
    op.intend(ServiceName::AllotCards, None);
    op.require(Right::ManageStock)?;
    let tree = managed(op, request.library).await?;
    let from = in_library(&tree, request.library, request.from)?;
    let to = in_library(&tree, request.library, request.to)?;
    if from == to {
        return Err(Error::field("stock.to", Problem::NotApplicable));
    }
    let held: Held = if request.ranges.is_empty() {
        if request.count == 0 {
            return Err(Error::field("stock.ranges", Problem::Missing));
        }
        let rows = lowest(op, request.from, request.count.into(), None).await?;
        let there = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if there < request.count {
            return Err(Error::refused(Blocker::NotEnoughCards(there)));
        }
        Held::from([(from, rows.into_iter().map(|row| row.barcode).collect())])
    } else {
        all_at(op, &request.ranges, |spot| *spot == from).await?
    };
    let moved: Vec<Range> = held.values().flat_map(|barcodes| runs(barcodes)).collect();
    shift_all(op, held, to, &Why::plain(Movement::Allotted)).await?;
    let detail = json!({
        "library": request.library, "from": from.place.as_str(), "to": to.place.as_str(), "ranges": told(&moved),
    });
    records::keep_act(op, ServiceName::AllotCards, detail).await?;
    Ok(moved)
}
