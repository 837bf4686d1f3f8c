//! Cards come in: from a manufacturer, or those that were there when the stock began (5.2.1).

use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::form::fits;
use super::ledger::{Movement, Why, enter, held};
use super::order::{delivered, order_to_fill, planned_or_taken};
use super::place::{Spot, managed};
use super::range::{Range, told};
use super::tables::given_number;
use crate::kernel::{
    Blocker, Cards, DesignId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName,
    StockOrderId, StockPlace,
};
use crate::libraries::{self, Policy};
use crate::records;

/// Cards that came in.
#[derive(Clone, Debug)]
pub struct Receive {
    /// Whose store they go to.
    pub library: LibraryId,
    /// The order that they fill; none for those that were there before.
    pub order: Option<StockOrderId>,
    /// What they look like, where there is no order that says it.
    pub design: Option<DesignId>,
    /// Which.
    pub ranges: Vec<Range>,
    /// Which of them are spoiled.
    pub spoiled: Vec<Range>,
    /// What somebody noted.
    pub note: String,
}

/// What came in.
#[derive(Clone, Debug)]
pub struct Received {
    /// Cards that lie in the store now.
    pub good: u32,
    /// Cards that are spoiled.
    pub spoiled: u32,
}

/// Takes cards in.
///
/// # Errors
/// [`Right::ManageStock`] is needed, for a library under the caller's. [`Blocker::NumbersTaken`] for numbers that are in a stock, on a
/// reader's card, or on another order or run; [`Error::Invalid`] for barcodes of another form, or that were not ordered.
pub async fn receive(op: &Op, request: Receive) -> Result<Received> {
    op.intend(ServiceName::ReceiveCards, None);
    op.require(Right::ManageStock)?;
    managed(op, request.library).await?;
    let mut design = request.design;
    let mut invalid = Invalid::default();
    check_form(op, request.library, &request.ranges, "stock.ranges", &mut invalid).await?;
    let order = match request.order {
        Some(id) => Some(order_to_fill(op, id, request.library).await?),
        None => None,
    };
    if let Some(order) = &order {
        design = order.design.or(design);
        let ordered = |range: &Range| order.range.meets(range) && within(range, &order.range);
        if !request.ranges.iter().all(ordered) {
            invalid.add("stock.ranges", Problem::NotOrdered);
        }
    }
    let spoiled: Vec<String> = request.spoiled.iter().flat_map(Range::barcodes).collect();
    let all: Vec<String> = request.ranges.iter().flat_map(Range::barcodes).collect();
    if !spoiled.iter().all(|barcode| all.binary_search(barcode).is_ok()) {
        invalid.add("stock.spoiled", Problem::NotOrdered);
    }
    invalid.into_result()?;
    if let Some(taken) = planned_or_taken(op, &request.ranges, request.order).await? {
        return Err(Error::refused(taken));
    }
    let good: Vec<String> =
        all.iter().filter(|barcode| spoiled.binary_search(barcode).is_err()).cloned().collect();
    let cause = order.as_ref().map(|order| order.id.0);
    let why = |kind| Why { kind, cause, reason: request.note.trim() };
    enter(op, &good, design, Spot::store(request.library), &why(Movement::Received)).await?;
    let end = Spot::end(request.library, StockPlace::Spoiled);
    enter(op, &spoiled, design, end, &why(Movement::Spoiled)).await?;
    if let Some(order) = &order {
        delivered(op, order, all.len()).await?;
    }
    let detail = json!({
        "library": request.library, "order": request.order, "ranges": told(&request.ranges), "spoiled": spoiled.len(),
    });
    records::keep_act(op, ServiceName::ReceiveCards, detail).await?;
    Ok(Received { good: count(&good), spoiled: count(&spoiled) })
}

fn count(barcodes: &[String]) -> u32 {
    u32::try_from(barcodes.len()).unwrap_or(u32::MAX)
}

fn within(range: &Range, whole: &Range) -> bool {
    whole.first <= range.first && range.last <= whole.last
}

/// Whether the barcodes have the form that the library's policy gives.
pub(super) async fn check_form(
    op: &Op,
    library: LibraryId,
    ranges: &[Range],
    field: &'static str,
    invalid: &mut Invalid,
) -> Result<()> {
    if ranges.is_empty() {
        invalid.add(field, Problem::Missing);
    }
    let forms = libraries::policy(op, library, Policy::OneCardBarcode).await?.to_string();
    // What lies between two barcodes of a form is of it, since only digits at the end differ.
    let fits = |range: &Range| fits(&range.first, &forms) && fits(&range.last, &forms);
    if !ranges.iter().all(fits) {
        invalid.add(field, Problem::Barcode);
    }
    Ok(())
}

/// Why numbers can't come in: some are in a stock, or on a reader's card.
pub(super) async fn numbers_taken(op: &Op, ranges: &[Range]) -> Result<Option<Blocker>> {
    let mut taken: Vec<String> = held(op, ranges).await?.into_values().flatten().collect();
    for range in ranges {
        let length = i64::try_from(range.first.len()).unwrap_or_default();
        let given = given_number::Entity::find()
            .filter(given_number::Column::Number.gte(range.first.as_str()))
            .filter(given_number::Column::Number.lte(range.last.as_str()))
            .filter(Expr::expr(Func::char_length(Expr::col(given_number::Column::Number))).eq(length))
            .order_by_asc(given_number::Column::Number)
            .all(op.db())
            .await?;
        let ours = |number: &String| {
            within(&Range::one(number), range) && Range::between(&range.first, number).is_some()
        };
        taken.extend(given.into_iter().map(|row| row.number).filter(ours));
    }
    taken.sort();
    taken.dedup();
    let count = count(&taken);
    Ok(taken.into_iter().next().map(|first| Blocker::NumbersTaken(Cards { first, count })))
}
