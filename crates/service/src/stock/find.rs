//! Where a card is, and how it came there.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::entries::Entry;
use super::place::{Spot, managed};
use super::range::{Range, as_typed};
use super::tables::{movement, stock_card};
use crate::kernel::{DesignId, Error, Op, Result, Right};

/// A card of the stock.
#[derive(Clone, Debug)]
pub struct StockCard {
    /// Its barcode.
    pub barcode: String,
    /// Where it is.
    pub spot: Spot,
    /// What it looks like.
    pub design: Option<DesignId>,
    /// How it came there, the last step first.
    pub way: Vec<Entry>,
}

/// Finds a card by its barcode.
///
/// # Errors
/// [`Right::ManageStock`] is needed; [`Error::NotFound`] for what no stock knows, or one that is not under the caller's
/// library.
pub async fn find_card(op: &Op, barcode: &str) -> Result<StockCard> {
    op.require(Right::ManageStock)?;
    let barcode = as_typed(barcode);
    let row = stock_card::Entity::find_by_id(barcode.as_str()).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("card of the stock"))?;
    managed(op, row.library_id).await?;
    let rows = movement::Entity::find()
        .filter(movement::Column::FirstNumber.lte(barcode.as_str()))
        .filter(movement::Column::LastNumber.gte(barcode.as_str()))
        .order_by_desc(movement::Column::Id)
        .all(op.db())
        .await?;
    let about = |row: &movement::Model| {
        Range::between(&row.first_number, &row.last_number)
            .is_some_and(|range| range.meets(&Range::one(&barcode)))
    };
    let way = rows.into_iter().filter(about).map(Entry::of_row).collect::<Result<_>>()?;
    Ok(StockCard { spot: Spot::of_row(&row)?, design: row.design_id, barcode, way })
}
