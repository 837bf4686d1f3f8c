//! What lies where: by counting the cards, and by adding up the ledger; the two are the same.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::place::{Spot, managed};
use super::tables::{movement, stock_card};
use crate::kernel::{Error, LibraryId, Op, Result, StockPlace};

/// Cards at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lying {
    /// Where.
    pub spot: Spot,
    /// How many.
    pub count: i64,
}

/// What lies where in the books of a library and of those under it, counted.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn lying(op: &Op, library: LibraryId) -> Result<Vec<Lying>> {
    let under = managed(op, library).await?.under(library);
    let rows: Vec<(LibraryId, String, Uuid, i64)> = stock_card::Entity::find()
        .select_only()
        .column(stock_card::Column::LibraryId)
        .column(stock_card::Column::Place)
        .column(stock_card::Column::PlaceId)
        .column_as(stock_card::Column::Barcode.count(), "count")
        .filter(stock_card::Column::LibraryId.is_in(under))
        .group_by(stock_card::Column::LibraryId)
        .group_by(stock_card::Column::Place)
        .group_by(stock_card::Column::PlaceId)
        .into_tuple()
        .all(op.db())
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (library, place, id, count) in rows {
        found.push(Lying { spot: Spot { library, place: word(&place)?, id }, count });
    }
    found.sort_by_key(|lying| lying.spot);
    Ok(found)
}

/// The same by the ledger: what went into each place less what left it; places where nothing is left are not named.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn by_ledger(op: &Op, library: LibraryId) -> Result<Vec<Lying>> {
    let under = managed(op, library).await?.under(library);
    let mut sums: BTreeMap<Spot, i64> = BTreeMap::new();
    let sum = || Expr::col(movement::Column::Count).sum().cast_as("bigint");
    let to: Vec<(LibraryId, String, Uuid, i64)> = movement::Entity::find()
        .select_only()
        .column(movement::Column::ToLibrary)
        .column(movement::Column::ToPlace)
        .column(movement::Column::ToId)
        .column_as(sum(), "count")
        .filter(movement::Column::ToLibrary.is_in(under.clone()))
        .group_by(movement::Column::ToLibrary)
        .group_by(movement::Column::ToPlace)
        .group_by(movement::Column::ToId)
        .into_tuple()
        .all(op.db())
        .await?;
    let from: Vec<(LibraryId, String, Uuid, i64)> = movement::Entity::find()
        .select_only()
        .column(movement::Column::FromLibrary)
        .column(movement::Column::FromPlace)
        .column(movement::Column::FromId)
        .column_as(sum(), "count")
        .filter(movement::Column::FromLibrary.is_in(under))
        .group_by(movement::Column::FromLibrary)
        .group_by(movement::Column::FromPlace)
        .group_by(movement::Column::FromId)
        .into_tuple()
        .all(op.db())
        .await?;
    for (library, place, id, count) in to {
        *sums.entry(Spot { library, place: word(&place)?, id }).or_default() += count;
    }
    for (library, place, id, count) in from {
        *sums.entry(Spot { library, place: word(&place)?, id }).or_default() -= count;
    }
    Ok(sums.into_iter().filter(|(_, count)| *count != 0).map(|(spot, count)| Lying { spot, count }).collect())
}

fn word(place: &str) -> Result<StockPlace> {
    place.parse().map_err(|_| Error::internal("unknown place in the stock"))
}
