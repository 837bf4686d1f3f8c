//! When something was last done with a card.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::Outcome;
use super::tables::service_record;
use crate::kernel::{CardId, Op, Result, Right, ServiceName};

/// The moment of the latest record of a service on this very card: a reader may have held others.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn last_done(op: &Op, card: CardId, service: ServiceName) -> Result<Option<DateTime<Utc>>> {
    op.require(Right::FindReaders)?;
    let row = service_record::Entity::find()
        .filter(service_record::Column::CardId.eq(card))
        .filter(service_record::Column::Service.eq(service.as_str()))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .order_by_desc(service_record::Column::At)
        .order_by_desc(service_record::Column::Id)
        .one(op.db())
        .await?;
    Ok(row.map(|row| row.at))
}
