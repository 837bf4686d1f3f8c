//! Records read back: a reader's history, and a desk's day.

use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::service_record;
use crate::kernel::{LibraryId, Op, ReaderId, Result, Right, ServicePointId};

/// One entry of a reader's history.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which service, by its stable word.
    pub service: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Where.
    pub library: LibraryId,
    /// Through which door.
    pub channel: String,
    /// How identity was checked.
    pub checked_how: Option<String>,
}

/// A reader and the records that were merged into theirs: rows that are sealed stay where they were written, so a history is read
/// from all of them.
pub(crate) async fn with_merged(op: &Op, reader: ReaderId) -> Result<Vec<uuid::Uuid>> {
    let query = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("readers"))
        .and_where(Expr::col(Alias::new("merged_into")).eq(reader.0))
        .to_owned();
    let rows = op.db().query_all(&query).await?;
    let merged = rows.iter().map(|row| row.try_get::<uuid::Uuid>("", "id"));
    let mut all = merged.collect::<std::result::Result<Vec<_>, _>>()?;
    all.push(reader.0);
    Ok(all)
}

/// What was done for a reader, newest first; what was done under a record that was merged into theirs, too.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader.
pub async fn timeline(op: &Op, reader: ReaderId, limit: u64) -> Result<Vec<TimelineEntry>> {
    op.require_or_self(Right::FindReaders, reader)?;
    entries(op, reader, limit).await
}

/// The same, for whoever was asked before whether they may.
pub(crate) async fn entries(op: &Op, reader: ReaderId, limit: u64) -> Result<Vec<TimelineEntry>> {
    let all = with_merged(op, reader).await?;
    let rows = service_record::Entity::find()
        .filter(service_record::Column::ReaderId.is_in(all))
        .order_by_desc(service_record::Column::At)
        .order_by_desc(service_record::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| TimelineEntry {
            at: row.at,
            service: row.service,
            outcome: row.outcome,
            library: row.library_id,
            channel: row.channel,
            checked_how: row.checked_how,
        })
        .collect())
}

/// What was done at a desk today.
#[derive(Clone, Debug, Default)]
pub struct DeskDay {
    /// Cards opened.
    pub opened: usize,
    /// Requests refused.
    pub refused: usize,
    /// The latest services, newest first.
    pub latest: Vec<DeskEntry>,
}

/// One line of a desk's day.
#[derive(Clone, Debug)]
pub struct DeskEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which service.
    pub service: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// For whom, where known.
    pub reader: Option<ReaderId>,
}

/// Today's work at a service point; the day is that of Asia/Shanghai.
///
/// # Errors
/// When the database can't be asked.
pub async fn desk_day(op: &Op, point: ServicePointId) -> Result<DeskDay> {
    let midnight = op.today().and_time(NaiveTime::MIN);
    let since =
        Shanghai.from_local_datetime(&midnight).earliest().map_or(op.now(), |at| at.with_timezone(&Utc));
    let rows = service_record::Entity::find()
        .filter(service_record::Column::ServicePointId.eq(point))
        .filter(service_record::Column::At.gte(since))
        .order_by_desc(service_record::Column::At)
        .order_by_desc(service_record::Column::Id)
        .all(op.db())
        .await?;
    let opened = rows.iter().filter(|row| row.service == "open_card" && row.outcome == "done").count();
    let refused = rows.iter().filter(|row| row.outcome == "refused").count();
    let latest = rows
        .into_iter()
        .take(8)
        .map(|row| DeskEntry {
            at: row.at,
            service: row.service,
            outcome: row.outcome,
            reader: row.reader_id,
        })
        .collect();
    Ok(DeskDay { opened, refused, latest })
}
