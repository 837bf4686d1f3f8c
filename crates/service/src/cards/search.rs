//! Readers by what is known of their cards, for changes of many at once.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::barcode::as_printed;
use super::tables::{card, card_number};
use crate::kernel::{CardState, Channel, LibraryId, Op, ReaderId, Result};

/// Which cards.
#[derive(Clone, Debug, Default)]
pub(crate) struct CardsWhere {
    /// Issued by these libraries.
    pub libraries: Vec<LibraryId>,
    /// In this state; any that is not cancelled where none is given.
    pub state: Option<CardState>,
    /// Opened through this door.
    pub channel: Option<Channel>,
    /// Opened at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Opened before this moment.
    pub before: Option<DateTime<Utc>>,
}

/// The holders of such cards, each once, in the order of their cards; `most` cards are looked at.
pub(crate) async fn holders_where(op: &Op, cards: &CardsWhere, most: u64) -> Result<Vec<ReaderId>> {
    let mut query = card::Entity::find()
        .select_only()
        .column(card::Column::ReaderId)
        .filter(card::Column::IssuingLibraryId.is_in(cards.libraries.iter().map(|id| id.0)))
        .order_by_asc(card::Column::Id)
        .limit(most);
    query = match cards.state {
        Some(state) => query.filter(card::Column::State.eq(state.as_str())),
        None => query.filter(card::Column::State.ne(CardState::Cancelled.as_str())),
    };
    if let Some(channel) = cards.channel {
        query = query.filter(card::Column::Channel.eq(channel.as_str()));
    }
    if let Some(from) = cards.from {
        query = query.filter(card::Column::OpenedAt.gte(from));
    }
    if let Some(before) = cards.before {
        query = query.filter(card::Column::OpenedAt.lt(before));
    }
    let ids: Vec<ReaderId> = query.into_tuple().all(op.db()).await?;
    let mut seen = HashSet::new();
    Ok(ids.into_iter().filter(|id| seen.insert(*id)).collect())
}

/// Who holds the cards of these numbers, current or old, by the number as it was typed.
pub(crate) async fn holders_of_numbers(op: &Op, typed: &[String]) -> Result<HashMap<String, ReaderId>> {
    let mut found = HashMap::new();
    for some in typed.chunks(500) {
        let printed: Vec<String> = some.iter().map(|typed| as_printed(typed)).collect();
        let rows = card_number::Entity::find()
            .filter(card_number::Column::Number.is_in(printed.iter().map(String::as_str)))
            .all(op.db())
            .await?;
        let holders: HashMap<&str, ReaderId> =
            rows.iter().map(|row| (row.number.as_str(), row.reader_id)).collect();
        for (typed, printed) in some.iter().zip(&printed) {
            if let Some(holder) = holders.get(printed.as_str()) {
                found.insert(typed.clone(), *holder);
            }
        }
    }
    Ok(found)
}
