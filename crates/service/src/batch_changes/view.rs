//! Changes of many as pages, programs and the command line show them: how far they are, and the report row by row.

use chrono::{DateTime, Utc};
use documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::change::ReaderChange;
use super::tables::{batch, row};
use super::words::{ChangeState, Finding, Outcome, Undo};
use crate::kernel::{BatchChangeId, Error, LibraryId, Op, ReaderId, Result, Right};
use crate::libraries;

/// How many changes the list shows.
pub const PAGE: u64 = 50;
/// How many rows a page of the report has.
pub const ROWS_PAGE: u64 = 200;

/// A change of many.
#[derive(Clone, Debug)]
pub struct BatchChange {
    /// Its id.
    pub id: BatchChangeId,
    /// The library that began it.
    pub library: LibraryId,
    /// What is changed.
    pub change: ReaderChange,
    /// How far it is.
    pub state: ChangeState,
    /// Rows of the list, or readers found.
    pub rows: i64,
    /// Rows that would be changed when it was looked at.
    pub goes: i64,
    /// Rows dealt with.
    pub done: i64,
    /// Rows changed.
    pub changed: i64,
    /// Rows restored.
    pub restored: i64,
    /// When it was looked at.
    pub created_at: DateTime<Utc>,
    /// When it was run.
    pub run_at: Option<DateTime<Utc>>,
    /// When all rows were dealt with.
    pub done_at: Option<DateTime<Utc>>,
    /// When all rows were undone.
    pub undone_at: Option<DateTime<Utc>>,
    /// Grows with every change; to run and undo it with.
    pub version: i64,
}

impl BatchChange {
    pub(super) fn of(op: &Op, row: &batch::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            library: row.library_id,
            change: content(op, row)?,
            state: ChangeState::kept(&row.state)?,
            rows: row.rows,
            goes: row.goes,
            done: row.done,
            changed: row.changed,
            restored: row.restored,
            created_at: row.created_at,
            run_at: row.run_at,
            done_at: row.done_at,
            undone_at: row.undone_at,
            version: row.version,
        })
    }
}

pub(super) fn content(op: &Op, row: &batch::Model) -> Result<ReaderChange> {
    let text = op.keys().open_sealed("batch_changes.content", row.id.0, &row.content)?;
    serde_json::from_str(&text).map_err(Error::internal)
}

/// A row of a change: nothing of the person but the number of their card.
#[derive(Clone, Debug)]
pub struct RowView {
    /// Where it stands, from 1.
    pub place: i64,
    /// The number that led to nobody, masked.
    pub given: Option<String>,
    /// Who it is.
    pub reader: Option<ReaderId>,
    /// The number of their card, as it was looked at.
    pub number: Option<String>,
    /// What was found.
    pub finding: Finding,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// What became of it when the change was undone.
    pub undo: Option<Undo>,
    /// Codes of what stood against it.
    pub codes: Vec<String>,
}

/// How many rows there are of each finding, each outcome, and each undoing; those of which there are none are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// What was found.
    pub found: Vec<(Finding, u64)>,
    /// What became of them.
    pub outcomes: Vec<(Outcome, u64)>,
    /// What became of them when the change was undone.
    pub undone: Vec<(Undo, u64)>,
}

/// The latest changes of the caller's libraries.
///
/// # Errors
/// [`Right::ChangeInBatch`] is needed.
pub async fn batch_changes(op: &Op) -> Result<Vec<BatchChange>> {
    op.require_at_desk(Right::ChangeInBatch)?;
    let ours = libraries::tree(op).await?.under(op.actor().scope);
    let rows = batch::Entity::find()
        .filter(batch::Column::LibraryId.is_in(ours.iter().map(|id| id.0)))
        .order_by_desc(batch::Column::CreatedAt)
        .limit(PAGE)
        .all(op.db())
        .await?;
    rows.iter().map(|row| BatchChange::of(op, row)).collect()
}

/// A change, and what there is of each finding and outcome.
///
/// # Errors
/// [`Right::ChangeInBatch`] is needed; [`Error::NotFound`] for one of a library that the caller's rights do not reach.
pub async fn batch_change(op: &Op, id: BatchChangeId) -> Result<BatchChange> {
    op.require_at_desk(Right::ChangeInBatch)?;
    BatchChange::of(op, &own(op, id).await?)
}

/// How many rows there are of what.
///
/// # Errors
/// As [`batch_change`].
pub async fn counts(op: &Op, id: BatchChangeId) -> Result<Counts> {
    op.require_at_desk(Right::ChangeInBatch)?;
    own(op, id).await?;
    let counted: Vec<(String, Option<String>, Option<String>, i64)> = row::Entity::find()
        .select_only()
        .columns([row::Column::Finding, row::Column::Outcome, row::Column::Undo])
        .column_as(row::Column::Place.count(), "count")
        .filter(row::Column::BatchId.eq(id))
        .group_by(row::Column::Finding)
        .group_by(row::Column::Outcome)
        .group_by(row::Column::Undo)
        .into_tuple()
        .all(op.db())
        .await?;
    let counted: Vec<([Option<String>; 3], i64)> = counted
        .into_iter()
        .map(|(found, outcome, undone, count)| ([Some(found), outcome, undone], count))
        .collect();
    let sum = |column: usize, word: &str| {
        let is =
            |words: &[Option<String>; 3]| words.get(column).is_some_and(|own| own.as_deref() == Some(word));
        let fitting = counted.iter().filter(|(words, _)| is(words));
        u64::try_from(fitting.map(|(_, count)| count).sum::<i64>()).unwrap_or_default()
    };
    let mut counts = Counts {
        found: Finding::ALL.iter().map(|word| (*word, sum(0, word.as_str()))).collect(),
        outcomes: Outcome::ALL.iter().map(|word| (*word, sum(1, word.as_str()))).collect(),
        undone: Undo::ALL.iter().map(|word| (*word, sum(2, word.as_str()))).collect(),
    };
    counts.found.retain(|(_, count)| *count > 0);
    counts.outcomes.retain(|(_, count)| *count > 0);
    counts.undone.retain(|(_, count)| *count > 0);
    Ok(counts)
}

/// Rows of a change after a place, [`ROWS_PAGE`] of them: the dry run, and the report.
///
/// # Errors
/// As [`batch_change`].
pub async fn rows(op: &Op, id: BatchChangeId, after: i64) -> Result<Vec<RowView>> {
    op.require_at_desk(Right::ChangeInBatch)?;
    own(op, id).await?;
    let rows = row::Entity::find()
        .filter(row::Column::BatchId.eq(id))
        .filter(row::Column::Place.gt(after))
        .order_by_asc(row::Column::Place)
        .limit(ROWS_PAGE)
        .all(op.db())
        .await?;
    let view = |row: row::Model| {
        let given = row.given.as_ref();
        let given = given.map(|sealed| op.keys().open_sealed("batch_change_rows.given", row.id.0, sealed));
        Ok(RowView {
            place: row.place,
            given: given.transpose()?.map(|number| documents::mask(DocumentKind::Other, &number)),
            reader: row.reader_id,
            number: row.number,
            finding: Finding::kept(&row.finding)?,
            outcome: row.outcome.as_deref().map(Outcome::kept).transpose()?,
            undo: row.undo.as_deref().map(Undo::kept).transpose()?,
            codes: row.codes.split_whitespace().map(str::to_owned).collect(),
        })
    };
    rows.into_iter().map(view).collect()
}

/// A change of a library that the caller's rights reach.
pub(super) async fn own(op: &Op, id: BatchChangeId) -> Result<batch::Model> {
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("change"))?;
    let reaches = libraries::tree(op).await?.covers(op.actor().scope, row.library_id);
    if reaches { Ok(row) } else { Err(Error::NotFound("change")) }
}
