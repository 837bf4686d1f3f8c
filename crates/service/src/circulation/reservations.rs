//! Who waits for what (A.3.2 e): a reader's reservations, and what staff of a library fetch from the shelves.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::loans::owners;
use super::tables::{item, reservation, title};
use super::titles::may_be_lent;
use crate::kernel::{Error, ItemState, LibraryId, Op, ReaderId, ReservationId, Result, Right, TitleId};

/// How far a reservation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReservationState {
    /// In the queue, or its copy is on its way.
    Waiting,
    /// A copy lies ready.
    Ready,
    /// The reader got it.
    Fulfilled,
    /// It was taken back.
    Cancelled,
    /// It was not picked up in time.
    Expired,
}

impl ReservationState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Ready, Self::Fulfilled, Self::Cancelled, Self::Expired];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Fulfilled => "fulfilled",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// A reservation.
#[derive(Clone, Debug)]
pub struct ReservationView {
    /// The reservation.
    pub id: ReservationId,
    /// Who waits.
    pub reader: ReaderId,
    /// For what.
    pub title_id: TitleId,
    /// What it is called.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// Where it is picked up.
    pub library: LibraryId,
    /// How far it is.
    pub state: ReservationState,
    /// The barcode of the copy that is kept for it.
    pub barcode: Option<String>,
    /// The place in the queue, from 1; none when a copy is kept for it or it has ended.
    pub place: Option<u64>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// The last day to pick it up.
    pub until: Option<NaiveDate>,
}

/// What a reader waits for, the oldest first.
///
/// # Errors
/// [`Right::FindReaders`] or [`Right::Lend`] is needed, or to be the reader.
pub async fn reservations(op: &Op, reader: ReaderId) -> Result<Vec<ReservationView>> {
    if !op.actor().may(Right::Lend) {
        op.require_or_self(Right::FindReaders, reader)?;
    }
    let rows = reservation::Entity::find()
        .filter(reservation::Column::ReaderId.is_in(owners(op, reader).await?))
        .filter(reservation::Column::State.is_in(["waiting", "ready"]))
        .order_by_asc(reservation::Column::CreatedAt)
        .all(op.db())
        .await?;
    views(op, rows).await
}

/// All that a reader ever waited for.
pub(super) async fn all_reservations(op: &Op, whose: &[uuid::Uuid]) -> Result<Vec<ReservationView>> {
    let rows = reservation::Entity::find()
        .filter(reservation::Column::ReaderId.is_in(whose.iter().copied()))
        .order_by_asc(reservation::Column::CreatedAt)
        .all(op.db())
        .await?;
    views(op, rows).await
}

/// Titles that readers wait for and of which this library has a copy on its shelf: barcode, call number and title of one for each. To
/// be fetched, and scanned where items are taken back.
///
/// # Errors
/// [`Right::Lend`] is needed.
pub async fn waiting_here(op: &Op, limit: u64) -> Result<Vec<(String, String, String)>> {
    op.require(Right::Lend)?;
    let queue: Vec<TitleId> = reservation::Entity::find()
        .select_only()
        .column(reservation::Column::TitleId)
        .filter(reservation::Column::State.eq("waiting"))
        .filter(reservation::Column::ItemId.is_null())
        .order_by_asc(reservation::Column::CreatedAt)
        .limit(limit)
        .into_tuple()
        .all(op.db())
        .await?;
    let copies = item::Entity::find()
        .filter(item::Column::TitleId.is_in(queue.iter().map(|id| id.0)))
        .filter(item::Column::LibraryId.eq(op.actor().library))
        .filter(item::Column::State.eq(ItemState::Available.as_str()))
        .order_by_asc(item::Column::CallNumber)
        .all(op.db())
        .await?;
    let titles: HashMap<TitleId, String> = title::Entity::find()
        .filter(title::Column::Id.is_in(queue.iter().map(|id| id.0)))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row.title))
        .collect();
    let mut wanted: HashMap<TitleId, usize> = HashMap::new();
    for title in queue {
        *wanted.entry(title).or_insert(0) += 1;
    }
    let mut lines = Vec::new();
    for copy in copies.into_iter().filter(may_be_lent) {
        let left = wanted.entry(copy.title_id).or_insert(0);
        if *left > 0 {
            *left -= 1;
            let title = titles.get(&copy.title_id).cloned().unwrap_or_default();
            lines.push((copy.barcode, copy.call_number, title));
        }
    }
    Ok(lines)
}

pub(super) async fn view(op: &Op, id: ReservationId) -> Result<ReservationView> {
    let row =
        reservation::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reservation"))?;
    views(op, vec![row]).await?.pop().ok_or(Error::NotFound("reservation"))
}

async fn views(op: &Op, rows: Vec<reservation::Model>) -> Result<Vec<ReservationView>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let titles: HashMap<TitleId, title::Model> = title::Entity::find()
        .filter(title::Column::Id.is_in(rows.iter().map(|row| row.title_id.0)))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let copies: HashMap<_, _> = item::Entity::find()
        .filter(item::Column::Id.is_in(rows.iter().filter_map(|row| row.item_id).map(|id| id.0)))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row.barcode))
        .collect();
    let queue = reservation::Entity::find()
        .filter(reservation::Column::TitleId.is_in(rows.iter().map(|row| row.title_id.0)))
        .filter(reservation::Column::State.eq("waiting"))
        .filter(reservation::Column::ItemId.is_null())
        .order_by_asc(reservation::Column::CreatedAt)
        .order_by_asc(reservation::Column::Id)
        .all(op.db())
        .await?;
    let place = |row: &reservation::Model| {
        let ahead = queue.iter().filter(|other| other.title_id == row.title_id);
        ahead.zip(1..).find(|(other, _)| other.id == row.id).map(|(_, place)| place)
    };
    rows.into_iter()
        .map(|row| {
            let state = ReservationState::ALL.into_iter().find(|state| state.as_str() == row.state);
            let about = titles.get(&row.title_id);
            Ok(ReservationView {
                state: state.ok_or_else(|| Error::internal("unknown state of a reservation"))?,
                place: place(&row),
                barcode: row.item_id.and_then(|id| copies.get(&id).cloned()),
                title: about.map(|about| about.title.clone()).unwrap_or_default(),
                author: about.map(|about| about.author.clone()).unwrap_or_default(),
                id: row.id,
                reader: row.reader_id,
                title_id: row.title_id,
                library: row.library_id,
                created_at: row.created_at,
                until: row.until,
            })
        })
        .collect()
}
