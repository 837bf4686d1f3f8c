//! Somebody at a kiosk asks for staff, and somebody comes. Nothing is kept of who it was.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::place::token_of;
use super::tables::call;
use crate::kernel::{Error, Op, Result, Right, ServicePointId};
use crate::libraries::{ServicePoint, tree};

/// After so long whoever called has gone.
const CALL: TimeDelta = TimeDelta::minutes(30);
/// So long after "I come" the kiosk says so, and another call is none.
const COMING: TimeDelta = TimeDelta::minutes(3);

/// A call that is not over.
#[derive(Clone, Debug)]
pub struct Call {
    /// The kiosk.
    pub point: ServicePoint,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Whether somebody said that they come.
    pub coming: bool,
}

/// Calls staff to the kiosk. Who calls again while a call stands calls no louder: the time of the first counts.
///
/// # Errors
/// [`Right::RunKiosk`] is needed.
pub async fn call_staff(op: &Op) -> Result<()> {
    token_of(op)?;
    if called(op).await?.is_some() {
        return Ok(());
    }
    let point = op.actor().service_point.ok_or(Error::NotFound("service point"))?;
    let row =
        call::ActiveModel { service_point_id: Set(point), called_at: Set(op.now()), coming_at: Set(None) };
    let again = OnConflict::column(call::Column::ServicePointId)
        .update_columns([call::Column::CalledAt, call::Column::ComingAt])
        .to_owned();
    call::Entity::insert(row).on_conflict(again).exec_without_returning(op.db()).await?;
    Ok(())
}

/// The call of the kiosk that asks: since when, and whether somebody comes.
///
/// # Errors
/// [`Right::RunKiosk`] is needed.
pub async fn called(op: &Op) -> Result<Option<(DateTime<Utc>, bool)>> {
    token_of(op)?;
    let point = op.actor().service_point.ok_or(Error::NotFound("service point"))?;
    let row = call::Entity::find_by_id(point).one(op.db()).await?;
    Ok(row.filter(|row| stands(op, row)).map(|row| (row.called_at, row.coming_at.is_some())))
}

fn stands(op: &Op, row: &call::Model) -> bool {
    match row.coming_at {
        Some(coming) => op.now() - coming < COMING,
        None => op.now() - row.called_at < CALL,
    }
}

/// The calls of kiosks of the caller's library, the longest first.
///
/// # Errors
/// [`Right::FindReaders`] is needed, at a desk.
pub async fn calls(op: &Op) -> Result<Vec<Call>> {
    op.require_at_desk(Right::FindReaders)?;
    let tree = tree(op).await?;
    let library = op.actor().library;
    let here: Vec<&ServicePoint> =
        tree.points_under(library).filter(|point| point.library == library).collect();
    let rows = call::Entity::find()
        .filter(call::Column::ServicePointId.is_in(here.iter().map(|point| point.id.0)))
        .order_by_asc(call::Column::CalledAt)
        .all(op.db())
        .await?;
    let told = |row: call::Model| {
        let point = here.iter().find(|point| point.id == row.service_point_id)?;
        let coming = row.coming_at.is_some();
        stands(op, &row).then(|| Call { point: (*point).clone(), since: row.called_at, coming })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

/// Somebody of the staff goes to the kiosk. Of two who say so one is enough.
///
/// # Errors
/// [`Right::FindReaders`] is needed, at a desk of the kiosk's library.
pub async fn come(op: &Op, point: ServicePointId) -> Result<()> {
    if !calls(op).await?.iter().any(|call| call.point.id == point) {
        return Ok(());
    }
    call::Entity::update_many()
        .col_expr(call::Column::ComingAt, Expr::value(op.now()))
        .filter(call::Column::ServicePointId.eq(point))
        .filter(call::Column::ComingAt.is_null())
        .exec(op.db())
        .await?;
    Ok(())
}
