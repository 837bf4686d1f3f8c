//! Batches: a unit's list, from its arrival on.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::{batch, row, unit};
use super::units::{self, one_line};
use super::view::{Batch, Counts, counts, our_libraries, own};
use super::words::{BatchState, Source};
use crate::cards::CardKind;
use crate::kernel::{
    BatchId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServicePointId, UnitId, Who, local_time,
};
use crate::libraries;

/// A batch to begin.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Whose list it is.
    pub unit: UnitId,
    /// What it is called; day and time, where nothing is given.
    pub name: String,
    /// Which card those under 16 get who may choose (Table A1, note).
    pub minors_kind: CardKind,
    /// Whether readers are told of their cards by SMS and e-mail.
    pub tells_readers: bool,
    /// Where the cards are issued: a point of the caller's library; none for where the caller stands.
    pub service_point: Option<ServicePointId>,
}

/// Which batches a list shows.
#[derive(Clone, Debug, Default)]
pub struct BatchFilter {
    /// Those in this state only.
    pub state: Option<BatchState>,
    /// Those of this unit only.
    pub unit: Option<UnitId>,
    /// Those begun before this moment, for paging.
    pub before: Option<DateTime<Utc>>,
}

/// How many batches a page of the list has.
pub const PAGE: u64 = 50;

/// Begins a batch. It stays a draft until a list is checked.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] for a unit of others, or one that is closed; [`Error::Invalid`] names what can't
/// be taken.
pub async fn new_batch(op: &Op, new: &NewBatch) -> Result<BatchId> {
    op.require_at_desk(Right::IssueGroups)?;
    let unit = units::own(op, new.unit).await?;
    let source = if matches!(op.actor().who, Who::Staff(_)) { Source::File } else { Source::Program };
    let point = new.service_point.or(op.actor().service_point).ok_or(Error::NotFound("service point"))?;
    begin(op, new, &unit, source, (op.actor().library, point)).await
}

pub(super) async fn begin(
    op: &Op,
    new: &NewBatch,
    unit: &unit::Model,
    source: Source,
    (library, point): (LibraryId, ServicePointId),
) -> Result<BatchId> {
    let mut invalid = Invalid::default();
    let mut name = one_line(&new.name, "name", 60, &mut invalid);
    if name.is_empty() {
        name = local_time(op.now());
    }
    if unit.closed_at.is_some() {
        invalid.add("unit", Problem::NotApplicable);
    }
    if libraries::service_point(op, point).await?.library != library {
        invalid.add("service_point", Problem::NotApplicable);
    }
    invalid.into_result()?;
    let id: BatchId = op.new_id()?;
    let row = batch::ActiveModel {
        id: Set(id),
        unit_id: Set(unit.id),
        library_id: Set(library),
        service_point_id: Set(point),
        name: Set(name),
        state: Set(BatchState::Draft.as_str().to_owned()),
        source: Set(source.as_str().to_owned()),
        minors_kind: Set(new.minors_kind.as_str().to_owned()),
        tells_readers: Set(new.tells_readers),
        sheet: Set(None),
        check_run: Set(None),
        row_count: Set(0),
        consent_at: Set(None),
        consent_by: Set(None),
        to_issue: Set(0),
        last_place: Set(0),
        done: Set(0),
        opened: Set(0),
        confirmed_at: Set(None),
        confirmed_by: Set(None),
        running_since: Set(None),
        done_before: Set(0),
        worked_at: Set(None),
        paused_at: Set(None),
        issued_at: Set(None),
        stopped: Set(false),
        handed_over_at: Set(None),
        handed_over_by: Set(None),
        receiver: Set(None),
        withdrawn_at: Set(None),
        withdrawn_by: Set(None),
        withdrawn_why: Set(None),
        forgotten_at: Set(None),
        created_at: Set(op.now()),
        created_by: Set(op.actor().who.to_string()),
        version: Set(1),
    };
    batch::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// Changes how a batch is issued, before it is confirmed. Another kind of card for those under 16 needs the list to be checked again.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when somebody else changed it meanwhile, or it was confirmed.
pub async fn set_batch(op: &Op, id: BatchId, version: i64, name: &str, tells_readers: bool) -> Result<()> {
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let mut invalid = Invalid::default();
    let name = one_line(name, "name", 60, &mut invalid);
    if name.is_empty() {
        invalid.add("name", Problem::Missing);
    }
    invalid.into_result()?;
    let before = [BatchState::Draft.as_str(), BatchState::Checked.as_str()];
    if !before.contains(&row.state.as_str()) {
        return Err(Error::Stale);
    }
    let set = batch::ActiveModel { name: Set(name), tells_readers: Set(tells_readers), ..Default::default() };
    change(op, &row, version, set).await
}

/// Changes a batch that is still as it was seen.
pub(super) async fn change(op: &Op, row: &batch::Model, version: i64, set: batch::ActiveModel) -> Result<()> {
    let done = batch::Entity::update_many()
        .set(set)
        .col_expr(batch::Column::Version, Expr::col(batch::Column::Version).add(1))
        .filter(batch::Column::Id.eq(row.id))
        .filter(batch::Column::State.eq(row.state.as_str()))
        .filter(batch::Column::Version.eq(version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// A batch, and how many rows there are of each kind.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when there is none, or it is not of the caller's libraries.
pub async fn batch(op: &Op, id: BatchId) -> Result<(Batch, Counts)> {
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let unit = units::named(op, row.unit_id).await?;
    Ok((Batch::of(op, &row, &unit)?, counts(op, id).await?))
}

/// A batch, and how many rows of its list were looked at: for a page that looks again every moment while that goes on.
///
/// # Errors
/// As [`batch`].
pub async fn progress(op: &Op, id: BatchId) -> Result<(Batch, u64)> {
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let unit = units::named(op, row.unit_id).await?;
    let checked = if row.state == BatchState::Draft.as_str() {
        row::Entity::find().filter(row::Column::BatchId.eq(id)).count(op.db()).await?
    } else {
        u64::try_from(row.row_count).unwrap_or_default()
    };
    Ok((Batch::of(op, &row, &unit)?, checked))
}

/// The batches of the caller's libraries, the latest first.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn batches(op: &Op, filter: &BatchFilter) -> Result<Vec<Batch>> {
    op.require_at_desk(Right::IssueGroups)?;
    let ours = our_libraries(op).await?;
    let mut query = batch::Entity::find()
        .filter(batch::Column::LibraryId.is_in(ours.iter().map(|id| id.0)))
        .order_by_desc(batch::Column::CreatedAt)
        .limit(PAGE);
    if let Some(state) = filter.state {
        query = query.filter(batch::Column::State.eq(state.as_str()));
    }
    if let Some(unit) = filter.unit {
        query = query.filter(batch::Column::UnitId.eq(unit));
    }
    if let Some(before) = filter.before {
        query = query.filter(batch::Column::CreatedAt.lt(before));
    }
    let rows = query.all(op.db()).await?;
    let units = unit::Entity::find()
        .filter(unit::Column::Id.is_in(rows.iter().map(|row| row.unit_id.0)))
        .all(op.db())
        .await?;
    let of = |row: &batch::Model| {
        let unit = units.iter().find(|unit| unit.id == row.unit_id).ok_or(Error::NotFound("unit"))?;
        Batch::of(op, row, unit)
    };
    rows.iter().map(of).collect()
}
