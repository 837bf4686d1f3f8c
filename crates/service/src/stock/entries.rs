//! The ledger as pages show it.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::ledger::Movement;
use super::place::{Spot, managed};
use super::tables::movement;
use crate::kernel::{Error, LibraryId, MovementId, Op, Result, StockPlace};

/// A row of the ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: MovementId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why the cards moved.
    pub kind: Movement,
    /// The first and the last of them.
    pub cards: (String, String),
    /// How many.
    pub count: i64,
    /// From where; none for what came from outside.
    pub from: Option<Spot>,
    /// To where.
    pub to: Spot,
    /// What somebody wrote.
    pub reason: String,
    /// Who did it.
    pub actor: String,
}

impl Entry {
    /// What it changes of the cards that a library can still give out: more, less, or nothing.
    #[must_use]
    pub fn change_for(&self, library: LibraryId) -> i64 {
        let live = |spot: &Spot| spot.library == library && spot.place.is_live();
        let came = if live(&self.to) { self.count } else { 0 };
        let went = if self.from.as_ref().is_some_and(live) { self.count } else { 0 };
        came - went
    }

    pub(super) fn of_row(row: movement::Model) -> Result<Self> {
        let spot = |library: LibraryId, place: &str, id: Uuid| -> Result<Spot> {
            let place: StockPlace =
                place.parse().map_err(|_| Error::internal("unknown place in the ledger"))?;
            Ok(Spot { library, place, id })
        };
        let from = match (row.from_library, &row.from_place, row.from_id) {
            (Some(library), Some(place), Some(id)) => Some(spot(library, place, id)?),
            _ => None,
        };
        Ok(Self {
            id: row.id,
            at: row.at,
            kind: row.kind.parse().map_err(|_| Error::internal("unknown movement in the ledger"))?,
            cards: (row.first_number, row.last_number),
            count: row.count,
            from,
            to: spot(row.to_library, &row.to_place, row.to_id)?,
            reason: row.reason,
            actor: row.actor,
        })
    }
}

/// The ledger of one library, the latest row first: so many rows before a row, or the last ones.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn ledger(
    op: &Op,
    library: LibraryId,
    before: Option<MovementId>,
    count: u64,
) -> Result<Vec<Entry>> {
    managed(op, library).await?;
    let mut wanted = movement::Entity::find().filter(
        Condition::any()
            .add(movement::Column::FromLibrary.eq(library))
            .add(movement::Column::ToLibrary.eq(library)),
    );
    if let Some(before) = before {
        wanted = wanted.filter(movement::Column::Id.lt(before));
    }
    let rows = wanted.order_by_desc(movement::Column::Id).limit(count).all(op.db()).await?;
    rows.into_iter().map(Entry::of_row).collect()
}
