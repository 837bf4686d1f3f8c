//! Merges that were done, and where a record went.

use chrono::{DateTime, TimeDelta, Utc};
use documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::merge::{Moved, PLACE};
use super::tables::merge;
use super::undo_merge::UNDO_DAYS;
use crate::kernel::{Blocker, DocumentId, Error, MergeId, Op, ReaderId, Result, Right};
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
    /// The documents of the one who stayed and of the one who went, as far as these two have them now: kind and masked number.
    pub numbers: [Vec<(DocumentKind, String)>; 2],
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
    views(op, rows).await
}

async fn views(op: &Op, rows: Vec<merge::Model>) -> Result<Vec<MergeView>> {
    let ids: Vec<ReaderId> = rows.iter().flat_map(|row| [row.winner_id, row.loser_id]).collect();
    let people = readers::views(op, &ids).await?;
    let named = |id: ReaderId| (id, people.get(&id).map(|reader| reader.name.clone()).unwrap_or_default());
    // What was the other's stands with the one who stays until that is undone.
    let papers = |row: &merge::Model, went: &[DocumentId]| {
        let both = [row.winner_id, row.loser_id];
        let held = both.iter().filter_map(|id| people.get(id)).flat_map(|reader| &reader.documents);
        let (goes, stays): (Vec<_>, Vec<_>) = held.partition(|paper| went.contains(&paper.id));
        [stays, goes].map(|side| side.into_iter().map(|paper| (paper.kind, paper.number.clone())).collect())
    };
    rows.into_iter()
        .map(|row| {
            let until = row.at + TimeDelta::days(UNDO_DAYS);
            let moved = opened(op, &row)?;
            Ok(MergeView {
                numbers: papers(&row, moved.person.documents()),
                reason: moved.reason,
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

/// A merge, for the page that asks whether it is to be undone.
///
/// # Errors
/// [`Right::MergeReaders`] is needed; [`Blocker::UndoneAlready`] when it was undone, [`Blocker::TooLateToUnmerge`] when the time is
/// over; [`Error::NotFound`] when there is none.
pub async fn merge_to_undo(op: &Op, id: MergeId) -> Result<MergeView> {
    op.require(Right::MergeReaders)?;
    let row = merge::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("merge"))?;
    let view = views(op, vec![row]).await?.pop().ok_or(Error::NotFound("merge"))?;
    match (view.undone_at, view.undo_until) {
        (Some(_), _) => Err(Error::refused(Blocker::UndoneAlready)),
        (None, None) => Err(Error::refused(Blocker::TooLateToUnmerge)),
        (None, Some(_)) => Ok(view),
    }
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
