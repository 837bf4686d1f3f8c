//! Giving cards out: what stands against a barcode here, and that it is used up.

use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ledger::{AT_ONCE, Held, Movement, Why, shift};
use super::place::{Place, Spot};
use super::tables::stock_card;
use crate::kernel::{Blocker, Error, Op, Result, Right, StockPlace};
use crate::libraries::{self, Policy};

/// What stands against opening a card with this barcode here. Nothing does where the card lies in the library's store or at one of its
/// desks; nor, unless the library's policy requires stock, where the stock does not know it.
pub(crate) async fn against_use(op: &Op, barcode: &str) -> Result<Vec<Blocker>> {
    let Some(row) = stock_card::Entity::find_by_id(barcode).one(op.db()).await? else {
        return Ok(if is_required(op).await? { vec![Blocker::NotInStock] } else { Vec::new() });
    };
    let Spot { library, place, .. } = Spot::of_row(&row)?;
    let here = library == op.actor().library && matches!(place, StockPlace::Store | StockPlace::Desk);
    if here || op.has_drawn(barcode) {
        return Ok(Vec::new());
    }
    let tree = libraries::tree(op).await?;
    let named = tree.library(library);
    let names = named.map_or_else(Default::default, |library| {
        [library.name.clone(), library.name_hant.clone(), library.name_en.clone()]
    });
    Ok(vec![Blocker::InStockElsewhere { place, library, names }])
}

async fn is_required(op: &Op) -> Result<bool> {
    let policy = Policy::StockRequired;
    Ok(libraries::is_set_anywhere(op, policy).await?
        && libraries::policy(op, op.actor().library, policy).await?.number() == 1)
}

/// Marks barcodes used. Those that the stock does not know are passed over: whether they may be given out was asked by
/// [`against_use`].
pub(crate) async fn use_up(op: &Op, barcodes: &[String]) -> Result<()> {
    mark_used(op, barcodes, true).await
}

/// Marks barcodes used that another system gave out, wherever the stock believed them to be.
pub(crate) async fn used_before(op: &Op, barcodes: &[String]) -> Result<()> {
    mark_used(op, barcodes, false).await
}

async fn mark_used(op: &Op, barcodes: &[String], strict: bool) -> Result<()> {
    let mut held = Held::new();
    // What this operation drew is used up already.
    let barcodes: Vec<&str> =
        barcodes.iter().filter(|barcode| !op.has_drawn(barcode)).map(String::as_str).collect();
    for chunk in barcodes.chunks(AT_ONCE) {
        let rows = stock_card::Entity::find()
            .filter(stock_card::Column::Barcode.is_in(chunk.iter().copied()))
            .order_by_asc(stock_card::Column::Barcode)
            .all(op.db())
            .await?;
        for row in rows {
            let spot = Spot::of_row(&row)?;
            match spot.place.is_live() {
                true => held.entry(spot).or_default().push(row.barcode),
                // Since it was asked, somebody else was first.
                false if strict => return Err(Error::Raced),
                false => {}
            }
        }
    }
    for (from, mut barcodes) in held {
        barcodes.sort();
        shift(op, &barcodes, from, Spot::end(from.library, StockPlace::Used), &Why::plain(Movement::Used))
            .await?;
    }
    Ok(())
}

/// The next free cards at a place, lowest first, marked used; fewer than `count` where there are not that many. Opening cards with
/// them in the same operation is not refused.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn draw(op: &Op, place: Place, count: u32) -> Result<Vec<String>> {
    op.require(Right::OpenCards)?;
    let rows = lowest(op, place, count.into(), None).await?;
    draw_rows(op, rows).await
}

/// The same for cards that are named: those of them that are at the place.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn draw_these(op: &Op, place: Place, barcodes: &[String]) -> Result<Vec<String>> {
    op.require(Right::OpenCards)?;
    let mut rows = Vec::new();
    for chunk in barcodes.chunks(AT_ONCE) {
        rows.extend(
            at_place(place)
                .filter(stock_card::Column::Barcode.is_in(chunk.iter().map(String::as_str)))
                .all(op.db())
                .await?,
        );
    }
    rows.sort_by(|one, other| one.barcode.cmp(&other.barcode));
    draw_rows(op, rows).await
}

async fn draw_rows(op: &Op, rows: Vec<stock_card::Model>) -> Result<Vec<String>> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let from = Spot::of_row(first)?;
    let barcodes: Vec<String> = rows.into_iter().map(|row| row.barcode).collect();
    shift(op, &barcodes, from, Spot::end(from.library, StockPlace::Used), &Why::plain(Movement::Used))
        .await?;
    op.draw_cards(&barcodes);
    Ok(barcodes)
}

/// The lowest cards at a place, from a barcode on where one is given. On PostgreSQL those that another transaction is taking are left
/// to it: two that draw at once need not wait for each other.
pub(super) async fn lowest(
    op: &Op,
    place: Place,
    count: u64,
    first: Option<&str>,
) -> Result<Vec<stock_card::Model>> {
    let mut wanted = at_place(place);
    if let Some(first) = first {
        wanted = wanted.filter(stock_card::Column::Barcode.gte(first));
    }
    Ok(wanted
        .order_by_asc(stock_card::Column::Barcode)
        .limit(count)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(op.db())
        .await?)
}

fn at_place(place: Place) -> sea_orm::Select<stock_card::Entity> {
    stock_card::Entity::find()
        .filter(stock_card::Column::PlaceId.eq(place.id()))
        .filter(stock_card::Column::Place.eq(place.kind().as_str()))
}
