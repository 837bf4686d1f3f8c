//! Counting visits: once for each reader and library within the interval that the library has set.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::{visit, visitor};
use crate::kernel::{Error, LibraryId, Op, ReaderId, Result, Right, local_date};
use crate::libraries::{self, Policy, tree};
use crate::records::with_merged;

/// Counts a visit to the caller's library; false when the reader came a short while before or after.
pub(super) async fn count(op: &Op, reader: ReaderId, at: DateTime<Utc>, shown: &str) -> Result<bool> {
    let library = op.actor().library;
    // Where nobody has set it, which is usual, the tree of libraries need not be read for it.
    let minutes = match libraries::is_set_anywhere(op, Policy::VisitMinutes).await? {
        true => libraries::policy(op, library, Policy::VisitMinutes).await?.number(),
        false => Policy::VisitMinutes.default_value().number(),
    };
    let interval = TimeDelta::minutes(minutes);
    let records = with_merged(op, reader).await?;
    if came_near(op, library, &records, at, interval).await? {
        return Ok(false);
    }
    // Looked at again once the reader's row is held: another gate may have counted in between.
    claim(op, library, reader).await?;
    if came_near(op, library, &records, at, interval).await? {
        return Ok(false);
    }
    let row = visit::ActiveModel {
        id: Set(op.new_id()?),
        library_id: Set(library),
        service_point_id: Set(op.actor().service_point),
        reader_id: Set(Some(reader)),
        at: Set(at),
        day: Set(local_date(at)),
        noted_at: Set(op.now()),
        shown: Set(shown.to_owned()),
    };
    visit::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(true)
}

/// Whether a visit of the reader is known within the interval around a moment, under whatever record: who came in with the card of a
/// record that was merged since came.
async fn came_near(
    op: &Op,
    library: LibraryId,
    records: &[uuid::Uuid],
    at: DateTime<Utc>,
    interval: TimeDelta,
) -> Result<bool> {
    let near = visit::Entity::find()
        .filter(visit::Column::ReaderId.is_in(records.iter().copied()))
        .filter(visit::Column::LibraryId.eq(library))
        .filter(visit::Column::At.gt(at - interval))
        .filter(visit::Column::At.lt(at + interval));
    Ok(near.one(op.db()).await?.is_some())
}

/// Of two gates that count the same reader at once, one loses here, runs again, and finds the visit.
async fn claim(op: &Op, library: LibraryId, reader: ReaderId) -> Result<()> {
    let Some(row) = visitor::Entity::find_by_id((library, reader)).one(op.db()).await? else {
        let row = visitor::ActiveModel {
            library_id: Set(library),
            reader_id: Set(reader),
            version: Set(1),
            noted_at: Set(op.now()),
        };
        visitor::Entity::insert(row).exec_without_returning(op.db()).await?;
        return Ok(());
    };
    let done = visitor::Entity::update_many()
        .col_expr(visitor::Column::Version, Expr::value(row.version + 1))
        .col_expr(visitor::Column::NotedAt, Expr::value(op.now()))
        .filter(visitor::Column::LibraryId.eq(library))
        .filter(visitor::Column::ReaderId.eq(reader))
        .filter(visitor::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// The visits of a library on a day of Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfVisits {
    /// The library.
    pub library: LibraryId,
    /// The day.
    pub day: NaiveDate,
    /// How many.
    pub visits: u64,
}

/// The visits of the caller's library and all under it, from a day on, by day.
///
/// # Errors
/// [`Right::SetPolicies`] or [`Right::Audit`] is needed.
pub async fn by_day(op: &Op, since: NaiveDate) -> Result<Vec<DayOfVisits>> {
    if !op.actor().may(Right::Audit) {
        op.require(Right::SetPolicies)?;
    }
    let under = tree(op).await?.under(op.actor().scope);
    let rows: Vec<(LibraryId, NaiveDate, i64)> = visit::Entity::find()
        .filter(visit::Column::LibraryId.is_in(under.iter().map(|id| id.0)))
        .filter(visit::Column::Day.gte(since))
        .select_only()
        .columns([visit::Column::LibraryId, visit::Column::Day])
        .column_as(visit::Column::Id.count(), "visits")
        .group_by(visit::Column::Day)
        .group_by(visit::Column::LibraryId)
        .order_by_asc(visit::Column::Day)
        .order_by_asc(visit::Column::LibraryId)
        .into_tuple()
        .all(op.db())
        .await?;
    let day = |(library, day, visits)| DayOfVisits {
        library,
        day,
        visits: u64::try_from(visits).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(day).collect())
}
