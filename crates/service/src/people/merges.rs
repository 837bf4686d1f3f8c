//! Merges that were done, and where a record went.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::merge::{Moved, PLACE};
use super::tables::merge;
use super::undo_merge::UNDO_DAYS;
use crate::kernel::{Error, MergeId, Op, ReaderId, Result, Right};
use crate::readers;

/// A merge, for the list.
#[derive(Clone, Debug)]
pub struct MergeView {
    /// The merge.
    pub id: MergeId,
    /// Who stayed, and their name.
    pub winner: (ReaderId, String),
    /// Who went, and their name.
    pub loser: (ReaderId, String),
    /// When.
    pub at: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
    /// Until when it can be undone; none when it was, or the time is over.
    pub undo_until: Option<DateTime<Utc>>,
    /// Why it was done though the documents say that they are two people.
    pub reason: Option<String>,
}

/// The latest merges, newest first.
///
/// # Errors
/// [`Right::MergeReaders`] is needed.
pub async fn merges(op: &Op, limit: u64) -> Result<Vec<MergeView>> {
    op.require(Right::MergeReaders)?;
    let rows = merge::Entity::find()
        .order_by_desc(merge::Column::At)
        .order_by_desc(merge::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    let ids: Vec<ReaderId> = rows.iter().flat_map(|row| [row.winner_id, row.loser_id]).collect();
    let people = readers::views(op, &ids).await?;
    let named = |id: ReaderId| (id, people.get(&id).map(|reader| reader.name.clone()).unwrap_or_default());
    rows.into_iter()
        .map(|row| {
            let until = row.at + TimeDelta::days(UNDO_DAYS);
            Ok(MergeView {
                reason: opened(op, &row)?.reason,
                id: row.id,
                winner: named(row.winner_id),
                loser: named(row.loser_id),
                at: row.at,
                undo_until: Some(until).filter(|until| row.undone_at.is_none() && *until >= op.now()),
                undone_at: row.undone_at,
            })
        })
        .collect()
}

/// What was moved by a merge.
pub(super) fn opened(op: &Op, row: &merge::Model) -> Result<Moved> {
    let text = op.keys().open_sealed(PLACE, row.id.0, &row.moved)?;
    serde_json::from_str(&text).map_err(Error::internal)
}

/// The merge that has to be undone before this one: the last that took up what this one made, in the one who stayed or in whomever
/// they were merged into since.
pub(super) async fn undone_first(op: &Op, entry: &merge::Model) -> Result<Option<merge::Model>> {
    let (mut current, mut later) = (entry.clone(), None);
    loop {
        let stands = merge::Entity::find().filter(merge::Column::UndoneAt.is_null());
        let onward = stands.clone().filter(merge::Column::LoserId.eq(current.winner_id)).one(op.db()).await?;
        // Who was merged into another takes nobody up any more, so that was after all they did take up.
        if let Some(onward) = onward {
            later = Some(onward.clone());
            current = onward;
            continue;
        }
        let latest = stands
            .filter(merge::Column::WinnerId.eq(current.winner_id))
            .order_by_desc(merge::Column::At)
            .order_by_desc(merge::Column::Id)
            .one(op.db())
            .await?;
        return Ok(latest.filter(|latest| latest.id != current.id).or(later));
    }
}

/// The merge of these two that was done last.
pub(super) async fn latest(op: &Op, winner: ReaderId, loser: ReaderId) -> Result<MergeId> {
    let row = merge::Entity::find()
        .filter(merge::Column::WinnerId.eq(winner))
        .filter(merge::Column::LoserId.eq(loser))
        .order_by_desc(merge::Column::At)
        .order_by_desc(merge::Column::Id)
        .one(op.db())
        .await?;
    row.map(|row| row.id).ok_or(Error::NotFound("merge"))
}
