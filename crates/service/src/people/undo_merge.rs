//! A merge is undone: everything stands where it stood.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::merge::{row, silent_circulation};
use super::merges::{opened, undone_first};
use super::tables::merge;
use crate::cards;
use crate::kernel::{Blocker, Error, MergeId, Op, ReaderId, Result, Right, ServiceName};
use crate::outbox;
use crate::partners;
use crate::readers;
use crate::records::{self, NewRecord};

/// Days within which a merge can be undone.
pub const UNDO_DAYS: i64 = 30;

/// Undoes a merge. What was changed or added since stays with the one who stayed. Gives both: who stayed, and who stands for
/// themselves again.
///
/// # Errors
/// [`Right::MergeReaders`] is needed. [`Blocker::UndoneAlready`] the second time; [`Blocker::TooLateToUnmerge`] after [`UNDO_DAYS`]; [`Blocker::ChangedSinceMerge`] when
/// another card was given out since; [`Blocker::UndoMergeFirst`] when the one who stayed was merged again since, and that was not
/// undone; [`Blocker::CirculationUnavailable`] when loans and charges can't be moved now.
pub async fn undo_merge(op: &Op, id: MergeId) -> Result<(ReaderId, ReaderId)> {
    op.require(Right::MergeReaders)?;
    let entry = merge::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("merge"))?;
    let (winner, loser) = (entry.winner_id, entry.loser_id);
    op.intend(ServiceName::UndoMerge, Some(winner));
    let digest = records::digest(op, &id)?;
    if records::find_answer(op, ServiceName::UndoMerge, &digest).await?.is_some() {
        return Ok((winner, loser));
    }
    if entry.undone_at.is_some() {
        return Err(Error::refused(Blocker::UndoneAlready));
    }
    let mut blockers = Vec::new();
    if entry.at + TimeDelta::days(UNDO_DAYS) < op.now() {
        blockers.push(Blocker::TooLateToUnmerge);
    }
    let (stays, gone) = (row(op, winner).await?, row(op, loser).await?);
    if let Some(later) = undone_first(op, &entry).await? {
        blockers.push(Blocker::UndoMergeFirst { merge: later.id, at: later.at });
    } else if stays.merged_into.is_some() || gone.merged_into != Some(winner) {
        blockers.push(Blocker::MergedAlready);
    }
    if let Some(system) = silent_circulation(op, [winner, loser]).await? {
        blockers.push(Blocker::CirculationUnavailable(system));
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let done = merge::Entity::update_many()
        .col_expr(merge::Column::UndoneAt, Expr::value(op.now()))
        .col_expr(merge::Column::UndoneBy, Expr::value(op.actor().who.to_string()))
        .filter(merge::Column::Id.eq(id))
        .filter(merge::Column::UndoneAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let moved = opened(op, &entry)?;
    // The person first: it claims both rows, so that nobody gives out a card meanwhile.
    readers::move_person_back(op, &stays, &gone, &moved.person).await?;
    if !cards::move_back(op, winner, loser, &moved.cards, moved.person.documents()).await? {
        return Err(Error::refused(Blocker::ChangedSinceMerge));
    }
    outbox::move_messages(op, &moved.messages, loser).await?;
    let standings = [cards::partner_standing(op, winner).await?, cards::partner_standing(op, loser).await?];
    partners::move_links_back(op, &moved.links, (winner, loser), standings).await?;
    op.circulation().unmerged(op, loser, winner).await?;
    let record = NewRecord {
        service: ServiceName::UndoMerge,
        reader: winner,
        card: None,
        channel: op.actor().channel,
        check: None,
        detail: json!({ "merge": id, "loser": loser }),
        digest,
    };
    records::keep(op, record).await?;
    Ok((winner, loser))
}
