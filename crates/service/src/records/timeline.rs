//! Records read back: a reader's history, and a desk's day.

use std::collections::HashSet;

use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Outcome;
use super::tables::service_record;
use super::told::{Told, numbers_of, told};
use super::{CheckMethod, Presence};
use crate::kernel::{CardId, LibraryId, Op, ReaderId, Result, Right, ServiceName, ServicePointId};

/// One entry of a reader's history.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which service, by its stable word.
    pub service: String,
    /// The card it was about.
    pub card: Option<CardId>,
    /// `done` or `refused`.
    pub outcome: String,
    /// Where.
    pub library: LibraryId,
    /// Through which door.
    pub channel: String,
    /// How identity was checked.
    pub checked_how: Option<String>,
    /// Whether it belongs to a merge of records that was undone: it was done, and counts no more.
    pub undone: bool,
    /// Who did it, as [`crate::kernel::Who`] writes it: `staff:…`, `token:…`, `reader:…`, `system`.
    pub actor: String,
    /// Who came, where somebody was checked: `reader`, `guardian`, `agent`, or `phone` for the reader on the phone.
    pub came: Option<&'static str>,
    /// Why it was refused: codes of [`crate::kernel::Blocker`].
    pub reasons: Vec<String>,
    /// What was changed, why, and what it was about.
    pub told: Vec<Told>,
}

impl TimelineEntry {
    fn of(row: service_record::Model, detail: &serde_json::Value, told: Vec<Told>, undone: bool) -> Self {
        let reasons = detail["blockers"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            undone,
            told,
            at: row.at,
            service: row.service,
            card: row.card_id,
            outcome: row.outcome,
            library: row.library_id,
            channel: row.channel,
            came: came(row.checked_how.as_deref(), detail["who"].as_str()),
            checked_how: row.checked_how,
            actor: row.actor,
            reasons: reasons.iter().filter_map(|code| code.as_str().map(str::to_owned)).collect(),
        }
    }
}

/// Who came: a record names who it was when it was not the reader.
fn came(checked_how: Option<&str>, who: Option<&str>) -> Option<&'static str> {
    let how = checked_how?;
    if how == CheckMethod::Phone.as_str() {
        return Some("phone");
    }
    let who: Presence = who.and_then(|who| who.parse().ok()).unwrap_or(Presence::Reader);
    Some(who.as_str())
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
    op.require_at_desk_or_self(Right::FindReaders, reader)?;
    entries(op, reader, limit).await
}

/// The same, for whoever was asked before whether they may.
pub(crate) async fn entries(op: &Op, reader: ReaderId, limit: u64) -> Result<Vec<TimelineEntry>> {
    let all = with_merged(op, reader).await?;
    let rows = service_record::Entity::find()
        .filter(service_record::Column::ReaderId.is_in(all.clone()))
        .order_by_desc(service_record::Column::At)
        .order_by_desc(service_record::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    let merges: Vec<Option<String>> = rows.iter().map(merge_done).collect();
    let undone = match merges.iter().any(Option::is_some) {
        true => undone_merges(op, all).await?,
        false => HashSet::new(),
    };
    let rows: Vec<(service_record::Model, serde_json::Value)> = rows
        .into_iter()
        .map(|row| {
            let detail = serde_json::from_str(&row.detail).unwrap_or_default();
            (row, detail)
        })
        .collect();
    let numbers = numbers_of(op, &rows).await?;
    let entry = |((row, detail), merge): ((service_record::Model, serde_json::Value), Option<String>)| {
        let told = told(&row, &detail, &numbers);
        TimelineEntry::of(row, &detail, told, merge.is_some_and(|merge| undone.contains(&merge)))
    };
    Ok(rows.into_iter().zip(merges).map(entry).collect())
}

/// The merge that a record tells of, or that it belongs to, as the cancelling of the card that was not kept does.
fn merge_done(row: &service_record::Model) -> Option<String> {
    let of_a_merge =
        row.service == ServiceName::Merge.as_str() || row.service == ServiceName::Cancel.as_str();
    if of_a_merge && row.outcome == Outcome::Done.as_str() { merge_of(&row.detail) } else { None }
}

fn merge_of(detail: &str) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get("merge")?.as_str().map(str::to_owned)
}

/// The merges into these readers that were undone.
async fn undone_merges(op: &Op, readers: Vec<uuid::Uuid>) -> Result<HashSet<String>> {
    let details: Vec<String> = service_record::Entity::find()
        .select_only()
        .column(service_record::Column::Detail)
        .filter(service_record::Column::ReaderId.is_in(readers))
        .filter(service_record::Column::Service.eq(ServiceName::UndoMerge.as_str()))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(details.iter().filter_map(|detail| merge_of(detail)).collect())
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
