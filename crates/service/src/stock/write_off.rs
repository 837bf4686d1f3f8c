//! Cards that nobody will get (5.2.1): spoiled in printing or at the desk, or void.

use serde_json::json;

use super::ledger::{Movement, Why, all_at, shift_all};
use super::order::short;
use super::place::{Spot, managed};
use super::range::{Range, told};
use crate::kernel::{Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, StockPlace};
use crate::records;

/// Why cards are taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waste {
    /// They are spoiled.
    Spoiled,
    /// They are void.
    Void,
}

impl Waste {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Spoiled, Self::Void];

    /// Where such cards are kept in the book.
    #[must_use]
    pub fn place(self) -> StockPlace {
        match self {
            Self::Spoiled => StockPlace::Spoiled,
            Self::Void => StockPlace::Void,
        }
    }

    fn movement(self) -> Movement {
        match self {
            Self::Spoiled => Movement::Spoiled,
            Self::Void => Movement::Voided,
        }
    }
}

/// Cards to write off.
#[derive(Clone, Debug)]
pub struct WriteOff {
    /// In whose book they are.
    pub library: LibraryId,
    /// Which.
    pub ranges: Vec<Range>,
    /// As what.
    pub waste: Waste,
    /// Why.
    pub reason: String,
}

/// Writes cards off, wherever in the library they lie.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`crate::kernel::Blocker::CardsNotThere`] for cards
/// that are not there to be given out.
pub async fn write_off(op: &Op, request: WriteOff) -> Result<()> {
    op.intend(ServiceName::WriteOffCards, None);
    op.require(Right::ManageStock)?;
    managed(op, request.library).await?;
    let mut invalid = Invalid::default();
    if request.ranges.is_empty() {
        invalid.add("stock.ranges", Problem::Missing);
    }
    let reason = short(&request.reason, "stock.reason", &mut invalid);
    if reason.is_empty() {
        invalid.add("stock.reason", Problem::Missing);
    }
    invalid.into_result()?;
    let here = |spot: &Spot| {
        spot.library == request.library && spot.place.is_live() && spot.place != StockPlace::Transit
    };
    let held = all_at(op, &request.ranges, here).await?;
    let to = Spot::end(request.library, request.waste.place());
    let why = Why { kind: request.waste.movement(), cause: None, reason: &reason };
    shift_all(op, held, to, &why).await?;
    let detail = json!({
        "library": request.library, "as": to.place.as_str(), "ranges": told(&request.ranges), "reason": reason,
    });
    records::keep_act(op, ServiceName::WriteOffCards, detail).await?;
    Ok(())
}
