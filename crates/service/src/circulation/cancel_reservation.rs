//! Taking a reservation back, by the reader or because it was not picked up (A.3.2 e). A copy that was kept goes to whoever comes next.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::settle::end;
use super::tables::reservation;
use crate::kernel::{Error, Op, ReservationId, Result, Right, ServiceName, Who};
use crate::readers;
use crate::records::{self, NewRecord};

/// Takes a reservation back.
///
/// # Errors
/// [`Right::Lend`] is needed, or to be the reader; [`Error::NotFound`] when it has ended.
pub async fn cancel_reservation(op: &Op, id: ReservationId) -> Result<()> {
    const SERVICE: ServiceName = ServiceName::CancelReservation;
    op.intend(SERVICE, None);
    if !matches!(op.actor().who, Who::Reader(_)) {
        op.require(Right::Lend)?;
    }
    let row =
        reservation::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reservation"))?;
    let reader = readers::current(op, row.reader_id).await?;
    op.intend(SERVICE, Some(reader));
    // Another reader's is not told of.
    if matches!(op.actor().who, Who::Reader(_)) && !op.actor().is_reader(reader) {
        return Err(Error::NotFound("reservation"));
    }
    let digest = records::digest(op, &id)?;
    if records::find_answer(op, SERVICE, &digest).await?.is_some() {
        return Ok(());
    }
    if !["waiting", "ready"].contains(&row.state.as_str()) {
        return Err(Error::NotFound("reservation"));
    }
    end(op, &row, "cancelled", None).await?;
    let channel = op.actor().channel;
    let detail = json!({ "reservation": id });
    let record = NewRecord { service: SERVICE, reader, card: None, channel, check: None, detail, digest };
    records::keep(op, record).await.map(|_| ())
}

/// Ends reservations that were not picked up in time; gives how many, at most so many at once.
///
/// # Errors
/// [`Right::Lend`] is needed.
pub async fn expire_reservations(op: &Op, limit: u64) -> Result<usize> {
    op.require(Right::Lend)?;
    let rows = reservation::Entity::find()
        .filter(reservation::Column::State.eq("ready"))
        .filter(reservation::Column::Until.lt(op.today()))
        .order_by_asc(reservation::Column::Until)
        .limit(limit)
        .all(op.db())
        .await?;
    for row in &rows {
        end(op, row, "expired", None).await?;
    }
    Ok(rows.len())
}
