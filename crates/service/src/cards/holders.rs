//! All who hold a card: for the filter that a mobile card point takes along (6.5).

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::CardState;
use super::tables::card;
use crate::kernel::{Op, ReaderId, Result};

fn live() -> [&'static str; 2] {
    [CardState::Active.as_str(), CardState::Lost.as_str()]
}

/// How many readers hold a live card.
pub(crate) async fn count_holders(op: &Op) -> Result<u64> {
    Ok(card::Entity::find().filter(card::Column::State.is_in(live())).count(op.db()).await?)
}

/// The readers who hold a live card, in the order of their ids, after this one.
pub(crate) async fn holders_after(op: &Op, after: Option<ReaderId>, limit: u64) -> Result<Vec<ReaderId>> {
    let mut holders = card::Entity::find()
        .select_only()
        .column(card::Column::ReaderId)
        .filter(card::Column::State.is_in(live()))
        .order_by_asc(card::Column::ReaderId)
        .limit(limit);
    if let Some(after) = after {
        holders = holders.filter(card::Column::ReaderId.gt(after));
    }
    Ok(holders.into_tuple().all(op.db()).await?)
}
