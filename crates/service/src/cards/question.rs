//! What a system elsewhere is asked about a reader: by all the numbers that their cards have and had.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::tables::card_number;
use super::view::{all_cards, current_card};
use crate::kernel::{AskedNumber, Op, Question, ReaderId, Result, Wanted};
use crate::libraries::tree;

/// The question about a reader, for a [`Circulation`](crate::kernel::Circulation) elsewhere. Whether the caller may know the answer
/// was settled by the service that asks.
///
/// # Errors
/// When the database can't be asked.
pub async fn question(op: &Op, reader: ReaderId, wanted: Wanted) -> Result<Question> {
    let issued_at: HashMap<_, _> =
        all_cards(op, reader).await?.into_iter().map(|card| (card.id, card.issuing_library)).collect();
    let current = current_card(op, reader).await?.map(|card| card.number);
    let tree = tree(op).await?;
    let registered = card_number::Entity::find()
        .filter(card_number::Column::ReaderId.eq(reader))
        .order_by_asc(card_number::Column::Number)
        .all(op.db())
        .await?;
    let mut numbers: Vec<AskedNumber> = registered
        .into_iter()
        .map(|entry| {
            let upwards = issued_at.get(&entry.card_id).into_iter().flat_map(|id| tree.upwards(*id));
            let libraries = upwards.map(|library| library.code.clone()).collect();
            AskedNumber { number: entry.number, libraries }
        })
        .collect();
    // Stable: the others stay in their order.
    numbers.sort_by_key(|asked| current.as_deref() != Some(asked.number.as_str()));
    Ok(Question { reader, numbers, wanted })
}
