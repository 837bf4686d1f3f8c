//! An item by its barcode: what it is, where it stands, and who may have it.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use super::tables::{item, loan, reservation, title};
use crate::kernel::{
    Error, ItemId, ItemKind, ItemState, LibraryId, LoanId, Op, Problem, Result, Right, TitleId, local_date,
};

/// One copy, as pages, machines and programs show it.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// The item.
    pub id: ItemId,
    /// Its barcode.
    pub barcode: String,
    /// What it is a copy of.
    pub title_id: TitleId,
    /// Its title.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// Its ISBN, where known.
    pub isbn: Option<String>,
    /// Where it stands on the shelves; may be empty.
    pub call_number: String,
    /// What it is.
    pub kind: ItemKind,
    /// Where it stands.
    pub state: ItemState,
    /// The library that owns it.
    pub owner: LibraryId,
    /// The library where it is, or that lent it.
    pub library: LibraryId,
    /// Where it goes, while in transit.
    pub destination: Option<LibraryId>,
    /// Its price in fen, where known.
    pub price: Option<i64>,
    /// The loan it is on.
    pub loan: Option<LoanId>,
    /// The day on which it was lent, while on loan.
    pub lent_on: Option<NaiveDate>,
    /// Its last day, while on loan.
    pub due: Option<NaiveDate>,
    /// How many readers wait for the title.
    pub waiting: u64,
}

/// An item by its barcode.
///
/// # Errors
/// [`Right::Lend`] or [`Right::FindReaders`] is needed; [`Error::Invalid`] for a barcode that no item has.
pub async fn item(op: &Op, barcode: &str) -> Result<ItemView> {
    if !op.actor().may(Right::FindReaders) {
        op.require(Right::Lend)?;
    }
    let row = by_barcode(op, barcode, false).await?;
    view(op, row).await
}

pub(super) async fn view(op: &Op, row: item::Model) -> Result<ItemView> {
    let id = row.id;
    items(op, vec![row]).await?.remove(&id).ok_or(Error::NotFound("item"))
}

/// Several items with their titles, loans and queues.
pub(super) async fn items(op: &Op, rows: Vec<item::Model>) -> Result<HashMap<ItemId, ItemView>> {
    let titles: Vec<uuid::Uuid> = rows.iter().map(|row| row.title_id.0).collect();
    let known: HashMap<TitleId, title::Model> = title::Entity::find()
        .filter(title::Column::Id.is_in(titles.clone()))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let open: HashMap<ItemId, (LoanId, NaiveDate, NaiveDate)> = loan::Entity::find()
        .filter(loan::Column::ItemId.is_in(rows.iter().map(|row| row.id.0)))
        .filter(loan::Column::ReturnedAt.is_null())
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.item_id, (row.id, local_date(row.lent_at), row.due)))
        .collect();
    let waiting = waiting(op, titles).await?;
    rows.into_iter()
        .map(|row| {
            let about = known.get(&row.title_id).ok_or_else(|| Error::internal("an item without a title"))?;
            let on_loan = open.get(&row.id).copied();
            let view = ItemView {
                id: row.id,
                title_id: row.title_id,
                title: about.title.clone(),
                author: about.author.clone(),
                isbn: about.isbn.clone(),
                kind: row.kind.parse()?,
                state: row.state.parse()?,
                barcode: row.barcode,
                call_number: row.call_number,
                owner: row.owner_id,
                library: row.library_id,
                destination: row.destination_id,
                price: row.price,
                loan: on_loan.map(|(loan, _, _)| loan),
                lent_on: on_loan.map(|(_, lent, _)| lent),
                due: on_loan.map(|(_, _, due)| due),
                waiting: waiting.get(&row.title_id).copied().unwrap_or_default(),
            };
            Ok((row.id, view))
        })
        .collect()
}

/// How many readers wait for each of these titles and have no copy kept for them.
pub(super) async fn waiting(op: &Op, titles: Vec<uuid::Uuid>) -> Result<HashMap<TitleId, u64>> {
    waiting_besides(op, titles, &[]).await
}

/// The same, without these readers.
pub(super) async fn waiting_besides(
    op: &Op,
    titles: Vec<uuid::Uuid>,
    readers: &[uuid::Uuid],
) -> Result<HashMap<TitleId, u64>> {
    let rows: Vec<TitleId> = reservation::Entity::find()
        .select_only()
        .column(reservation::Column::TitleId)
        .filter(reservation::Column::TitleId.is_in(titles))
        .filter(reservation::Column::ReaderId.is_not_in(readers.iter().copied()))
        .filter(reservation::Column::State.eq("waiting"))
        .filter(reservation::Column::ItemId.is_null())
        .into_tuple()
        .all(op.db())
        .await?;
    let mut counts = HashMap::new();
    for title in rows {
        *counts.entry(title).or_insert(0) += 1;
    }
    Ok(counts)
}

/// A barcode as scanners and people type it.
pub(super) fn as_scanned(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(64).collect::<String>().to_uppercase()
}

/// The item of a barcode; locked, when something is to be done with it.
pub(super) async fn by_barcode(op: &Op, barcode: &str, lock: bool) -> Result<item::Model> {
    let barcode = as_scanned(barcode);
    if barcode.is_empty() {
        return Err(Error::field("item.barcode", Problem::Missing));
    }
    let mut query = item::Entity::find().filter(item::Column::Barcode.eq(barcode));
    if lock {
        query = query.lock_exclusive();
    }
    query.one(op.db()).await?.ok_or_else(|| Error::field("item.barcode", Problem::UnknownBarcode))
}

pub(super) async fn locked(op: &Op, id: ItemId) -> Result<item::Model> {
    let row = item::Entity::find_by_id(id).lock_exclusive().one(op.db()).await?;
    row.ok_or(Error::NotFound("item"))
}

/// Changes an item that is still as it was read.
pub(super) async fn change(op: &Op, row: &item::Model, set: item::ActiveModel) -> Result<()> {
    let done = item::Entity::update_many()
        .set(set)
        .col_expr(item::Column::Version, Expr::col(item::Column::Version).add(1))
        .filter(item::Column::Id.eq(row.id))
        .filter(item::Column::State.eq(row.state.as_str()))
        .filter(item::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
