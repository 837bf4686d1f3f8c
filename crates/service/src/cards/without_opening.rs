//! Cards that nobody can say of how they came to be (4.1): put in past the program, or robbed of their record.

use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::tables::card;
use crate::kernel::{CardId, Op, Result, Right, ServiceName};
use crate::records;

/// The cards that have no record of having been opened, or of having come in the place of another.
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn without_opening(op: &Op) -> Result<Vec<CardId>> {
    op.require(Right::Audit)?;
    let opened = records::cards_of_services(op, &[ServiceName::OpenCard, ServiceName::Replace]).await?;
    let cards: Vec<CardId> = card::Entity::find()
        .select_only()
        .column(card::Column::Id)
        .order_by_asc(card::Column::Id)
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(cards.into_iter().filter(|card| !opened.contains(card)).collect())
}
