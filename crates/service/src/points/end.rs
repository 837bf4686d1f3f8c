//! A point ends: it handed everything in, or nobody knows where it is (6.5).

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::OpeningState;
use super::list::reaches;
use super::pass::PointPass;
use super::tables::{opening, point};
use crate::cards::{self, CardKind};
use crate::kernel::{Blocker, Error, Op, PointId, Result, Right, ServiceName};
use crate::records;
use crate::stock::{self, Place};

/// For so many hours a point that ended may hand in after all, once somebody lets it.
pub const LATE_HOURS: i64 = 24;

/// What was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Virtual numbers that are nobody's now.
    pub numbers: u64,
    /// One-Cards that lie in the store again.
    pub one_cards: u32,
}

/// Revokes a laptop: it hands in nothing any more, its numbers are void. Its One-Cards stay held back until somebody says that they are
/// there: [`take_back_cards`].
///
/// # Errors
/// [`Right::ManagePoints`] is needed, at the library of the point; [`Error::NotFound`] where there is none that runs.
pub async fn end_point(op: &Op, id: PointId) -> Result<Ended> {
    op.intend(ServiceName::EndPoint, None);
    op.require(Right::ManagePoints)?;
    if !reaches(op, id).await? {
        return Err(Error::NotFound("point"));
    }
    end(op, id, true).await?;
    let numbers = cards::void_numbers(op, id.0).await?;
    let detail = json!({ "point": id, "revoked": true, "numbers": numbers });
    records::keep_act(op, ServiceName::EndPoint, detail).await?;
    Ok(Ended { numbers, one_cards: 0 })
}

/// A laptop that handed everything in says that it is done: what it did not use goes back. From one that was let in late nothing does.
///
/// # Errors
/// [`Error::NotFound`] where it ended already.
pub async fn hand_back(op: &Op, pass: &PointPass) -> Result<Ended> {
    op.intend(ServiceName::EndPoint, None);
    if pass.late {
        // It is over already, and its numbers are void: nothing is left to go back.
        return Ok(Ended { numbers: 0, one_cards: 0 });
    }
    end(op, pass.point, false).await?;
    let numbers = cards::void_numbers(op, pass.point.0).await?;
    // Cards that were given out in openings which nobody has settled are not in the box: the office gives the others back then.
    let one_cards = match cards_wait(op, pass.point).await? {
        true => 0,
        false => stock::give_back(op, Place::Point(pass.point.0)).await?,
    };
    let detail = json!({ "point": pass.point, "revoked": false, "numbers": numbers, "one_cards": one_cards });
    records::keep_act(op, ServiceName::EndPoint, detail).await?;
    Ok(Ended { numbers, one_cards })
}

async fn end(op: &Op, id: PointId, revoked: bool) -> Result<()> {
    let done = point::Entity::update_many()
        .col_expr(point::Column::EndedAt, Expr::value(op.now()))
        .col_expr(point::Column::EndedBy, Expr::value(op.actor().who.to_string()))
        .col_expr(point::Column::Revoked, Expr::value(revoked))
        .filter(point::Column::Id.eq(id))
        .filter(point::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound("point")) }
}

/// The One-Cards of a point that ended are there, and go back to the store. Gives how many.
///
/// # Errors
/// [`Right::ManagePoints`] is needed, at the library of the point; [`Error::NotFound`] where there is none that ended;
/// [`Error::Refused`] as long as openings with One-Cards wait to be settled.
pub async fn take_back_cards(op: &Op, id: PointId) -> Result<u32> {
    op.intend(ServiceName::EndPoint, None);
    op.require(Right::ManagePoints)?;
    let row = point::Entity::find_by_id(id).one(op.db()).await?.filter(|row| row.ended_at.is_some());
    if row.is_none() || !reaches(op, id).await? {
        return Err(Error::NotFound("point"));
    }
    if cards_wait(op, id).await? {
        return Err(Error::refused(Blocker::OpeningsWait));
    }
    let one_cards = stock::give_back(op, Place::Point(id.0)).await?;
    let detail = json!({ "point": id, "one_cards": one_cards });
    records::keep_act(op, ServiceName::EndPoint, detail).await?;
    Ok(one_cards)
}

/// Whether openings with One-Cards wait to be settled.
async fn cards_wait(op: &Op, id: PointId) -> Result<bool> {
    let waiting = opening::Entity::find()
        .filter(opening::Column::PointId.eq(id))
        .filter(opening::Column::Kind.eq(CardKind::OneCard.as_str()))
        .filter(opening::Column::State.eq(OpeningState::Conflict.as_str()));
    Ok(waiting.count(op.db()).await? > 0)
}

/// Lets the laptop of a point that ended hand in for [`LATE_HOURS`]: it was found, or something was left on it that is known to be right.
/// Nothing of it is opened by that: each opening waits to be settled by who manages points.
///
/// # Errors
/// [`Right::ManagePoints`] is needed, at the library of the point; [`Error::NotFound`] where there is none that ended.
pub async fn let_in_late(op: &Op, id: PointId) -> Result<()> {
    op.intend(ServiceName::EndPoint, None);
    op.require(Right::ManagePoints)?;
    let until = op.now() + TimeDelta::hours(LATE_HOURS);
    let done = point::Entity::update_many()
        .col_expr(point::Column::LateUntil, Expr::value(until))
        .filter(point::Column::Id.eq(id))
        .filter(point::Column::EndedAt.is_not_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 || !reaches(op, id).await? {
        return Err(Error::NotFound("point"));
    }
    let detail = json!({ "point": id, "late_until": until });
    records::keep_act(op, ServiceName::EndPoint, detail).await.map(|_| ())
}
