//! Batches as they are shown, and whose they are.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::check::CheckReport;
use super::tables::{batch, outcome, row, unit};
use super::words::{BatchState, Finding, Outcome, Source};
use crate::cards::CardKind;
use crate::kernel::{BatchId, Error, LibraryId, Op, Result, ServicePointId, UnitId};
use crate::libraries;

/// A batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Whose list it is.
    pub unit: UnitId,
    /// What the unit is called.
    pub unit_name: String,
    /// The library that issues the cards.
    pub library: LibraryId,
    /// Where.
    pub service_point: ServicePointId,
    /// What the batch is called: 2026 秋季新生.
    pub name: String,
    /// How far it is.
    pub state: BatchState,
    /// Where the list came from.
    pub source: Source,
    /// Which card those under 16 get who may choose (Table A1, note).
    pub minors_kind: CardKind,
    /// Whether readers are told of their cards by SMS and e-mail.
    pub tells_readers: bool,
    /// How the file was read.
    pub sheet: Option<CheckReport>,
    /// How many people the list has.
    pub rows: i64,
    /// Since when the guardians' signed list is here.
    pub consent_at: Option<DateTime<Utc>>,
    /// How far issuing is.
    pub progress: Progress,
    /// When a clerk confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When all rows were dealt with.
    pub issued_at: Option<DateTime<Utc>>,
    /// Whether issuing was ended before that.
    pub stopped: bool,
    /// When the unit got its cards.
    pub handed_over_at: Option<DateTime<Utc>>,
    /// Who took them.
    pub receiver: Option<String>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why.
    pub withdrawn_why: Option<String>,
    /// When the list was taken out (5.3).
    pub forgotten_at: Option<DateTime<Utc>>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// By whom, as [`crate::kernel::Who`] writes it.
    pub created_by: String,
    /// Whoever changes it says which version they saw.
    pub version: i64,
}

/// How far issuing is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Rows that were confirmed.
    pub of: i64,
    /// Rows that were dealt with.
    pub done: i64,
    /// Cards.
    pub opened: i64,
    /// Whether it goes on now.
    pub running: bool,
    /// Rows in a second, since it goes on without a pause; none before the first portion.
    pub per_second: Option<f64>,
    /// Seconds that are left at this pace.
    pub seconds_left: Option<u64>,
}

impl Progress {
    fn of(op: &Op, row: &batch::Model) -> Self {
        let running = row.state == BatchState::Confirmed.as_str() && row.paused_at.is_none();
        // While it goes on, the clock counts; after that, the last portion.
        let until = if running { Some(op.now()) } else { row.worked_at };
        let span = row.running_since.zip(until).map(|(since, until)| until - since);
        let per_second = span.and_then(|span| {
            let seconds = f64::from(i32::try_from(span.num_milliseconds()).unwrap_or(i32::MAX)) / 1000.0;
            let done = f64::from(i32::try_from(row.done - row.done_before).unwrap_or(i32::MAX));
            (seconds > 0.0 && done > 0.0).then(|| done / seconds)
        });
        let left = f64::from(i32::try_from(row.to_issue - row.done).unwrap_or_default().max(0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds, rounded up")]
        let seconds_left = per_second.filter(|_| running).map(|pace| (left / pace).ceil() as u64);
        Self { of: row.to_issue, done: row.done, opened: row.opened, running, per_second, seconds_left }
    }
}

/// How many rows there are of each finding, and of each outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// What was found, in the order of [`Finding::ALL`].
    pub found: Vec<(Finding, u64)>,
    /// Rows that a card is issued for.
    pub go: u64,
    /// What became of the rows whose turn came, in the order of [`Outcome::ALL`].
    pub outcomes: Vec<(Outcome, u64)>,
}

impl Counts {
    /// How many rows of a finding.
    #[must_use]
    pub fn of(&self, finding: Finding) -> u64 {
        self.found.iter().find(|(found, _)| *found == finding).map_or(0, |(_, count)| *count)
    }

    /// How many rows of an outcome.
    #[must_use]
    pub fn ended(&self, wanted: Outcome) -> u64 {
        self.outcomes.iter().find(|(outcome, _)| *outcome == wanted).map_or(0, |(_, count)| *count)
    }
}

pub(super) async fn counts(op: &Op, batch: BatchId) -> Result<Counts> {
    let by_finding: Vec<(String, bool, i64)> = row::Entity::find()
        .select_only()
        .columns([row::Column::Finding, row::Column::Goes])
        .column_as(row::Column::Place.count(), "count")
        .filter(row::Column::BatchId.eq(batch))
        .group_by(row::Column::Finding)
        .group_by(row::Column::Goes)
        .into_tuple()
        .all(op.db())
        .await?;
    let by_outcome: Vec<(String, i64)> = outcome::Entity::find()
        .select_only()
        .column(outcome::Column::Outcome)
        .column_as(outcome::Column::Place.count(), "count")
        .filter(outcome::Column::BatchId.eq(batch))
        .group_by(outcome::Column::Outcome)
        .into_tuple()
        .all(op.db())
        .await?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let found = Finding::ALL.iter().map(|finding| {
        let of = by_finding.iter().filter(|(word, ..)| word == finding.as_str());
        (*finding, of.map(|(.., count)| number(*count)).sum())
    });
    let outcomes = Outcome::ALL.iter().map(|outcome| {
        let of = by_outcome.iter().find(|(word, _)| word == outcome.as_str());
        (*outcome, of.map_or(0, |(_, count)| number(*count)))
    });
    Ok(Counts {
        found: found.collect(),
        go: by_finding.iter().filter(|(_, goes, _)| *goes).map(|(.., count)| number(*count)).sum(),
        outcomes: outcomes.collect(),
    })
}

impl Batch {
    pub(super) fn of(op: &Op, row: &batch::Model, unit: &unit::Model) -> Result<Self> {
        let receiver = row.receiver.as_ref();
        Ok(Self {
            id: row.id,
            unit: row.unit_id,
            unit_name: unit.name.clone(),
            library: row.library_id,
            service_point: row.service_point_id,
            name: row.name.clone(),
            state: BatchState::kept(&row.state)?,
            source: Source::kept(&row.source)?,
            minors_kind: row.minors_kind.parse()?,
            tells_readers: row.tells_readers,
            sheet: row.sheet.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?,
            rows: row.row_count,
            consent_at: row.consent_at,
            progress: Progress::of(op, row),
            confirmed_at: row.confirmed_at,
            issued_at: row.issued_at,
            stopped: row.stopped,
            handed_over_at: row.handed_over_at,
            receiver: receiver
                .map(|sealed| op.keys().open_sealed("group_batches.receiver", row.id.0, sealed))
                .transpose()?,
            withdrawn_at: row.withdrawn_at,
            withdrawn_why: row.withdrawn_why.clone(),
            forgotten_at: row.forgotten_at,
            created_at: row.created_at,
            created_by: row.created_by.clone(),
            version: row.version,
        })
    }
}

/// The libraries whose units and batches the caller sees.
pub(super) async fn our_libraries(op: &Op) -> Result<Vec<LibraryId>> {
    Ok(libraries::tree(op).await?.ours(op.actor()).collect())
}

/// A batch of the caller's libraries.
pub(super) async fn own(op: &Op, id: BatchId) -> Result<batch::Model> {
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    let ours = libraries::tree(op).await?.is_ours(op.actor(), row.library_id);
    if ours { Ok(row) } else { Err(Error::NotFound("batch")) }
}
