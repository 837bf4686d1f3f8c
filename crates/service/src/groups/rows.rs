//! The rows of a batch as a clerk sees them, and the slips for each reader (6.1.3).

use std::collections::HashMap;

use documents::DocumentKind;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use sheets::Field;

use super::entry::Entry;
use super::fault::RowFault;
use super::tables::{outcome, row};
use super::view::own;
use super::words::{Decision, Finding, Outcome};
use crate::cards::CardKind;
use crate::kernel::{BatchId, CardId, Error, LibraryId, Op, ReaderId, Result, Right, masks};
use crate::records::{Access, Look, log_access};

/// How many rows a page has.
pub const ROWS_PAGE: u64 = 100;

/// A row of a batch. `Debug` shows where it stands and nothing of the person.
pub struct RowView {
    /// Its place in the list, from 1.
    pub place: i64,
    /// Which sheet of the file, from 0.
    pub sheet: i64,
    /// Its row there, as a spreadsheet shows it.
    pub sheet_row: i64,
    /// The class or department.
    pub class: String,
    /// The name; none once the list was taken out.
    pub name: Option<String>,
    /// The kind of document, where it is known.
    pub document_kind: Option<DocumentKind>,
    /// Its number, masked.
    pub number: String,
    /// The phone, masked.
    pub phone: String,
    /// Which card the row asks for.
    pub kind: CardKind,
    /// Whether the person was under 16 when the list was checked.
    pub minor: bool,
    /// What was found.
    pub finding: Finding,
    /// Whether a card is issued when it is the row's turn.
    pub goes: bool,
    /// What a clerk decided.
    pub decided: Option<Decision>,
    /// Which cells, and what is wrong.
    pub faults: Vec<RowFault>,
    /// The earlier row of the same person, or of who may be: its row in the file.
    pub same_as: Option<i64>,
    /// Whose record it is, or may be.
    pub reader: Option<ReaderId>,
    /// The library that issued the card they hold.
    pub library: Option<LibraryId>,
    /// What became of it.
    pub outcome: Option<RowOutcome>,
}

impl std::fmt::Debug for RowView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowView")
            .field("place", &self.place)
            .field("finding", &self.finding)
            .field("goes", &self.goes)
            .field("decided", &self.decided)
            .field("faults", &self.faults)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct RowOutcome {
    /// How it ended.
    pub outcome: Outcome,
    /// Why no card was opened: codes of blockers or problems.
    pub codes: Vec<String>,
    /// The card.
    pub card: Option<CardId>,
    /// Its number.
    pub number: Option<String>,
}

impl RowOutcome {
    pub(super) fn of(row: &outcome::Model) -> Result<Self> {
        Ok(Self {
            outcome: Outcome::kept(&row.outcome)?,
            codes: serde_json::from_str(&row.codes).map_err(Error::internal)?,
            card: row.card_id,
            number: row.number.clone(),
        })
    }
}

/// The rows of a batch after a place, those of one finding only where one is given; the look is logged.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when there is no such batch, or it is not of the caller's libraries.
pub async fn rows(op: &Op, id: BatchId, finding: Option<Finding>, after: i64) -> Result<Vec<RowView>> {
    op.require_at_desk(Right::IssueGroups)?;
    own(op, id).await?;
    let mut query = row::Entity::find()
        .filter(row::Column::BatchId.eq(id))
        .filter(row::Column::Place.gt(after))
        .order_by_asc(row::Column::Place)
        .limit(ROWS_PAGE);
    if let Some(finding) = finding {
        query = query.filter(row::Column::Finding.eq(finding.as_str()));
    }
    let found = query.all(op.db()).await?;
    let detail = json!({ "batch": id, "rows": found.len() });
    log_access(op, Access { look: Look::Viewed, reader: None, detail, reason: None }).await?;
    views(op, id, &found).await
}

pub(super) async fn views(op: &Op, id: BatchId, rows: &[row::Model]) -> Result<Vec<RowView>> {
    let places = rows.iter().map(|row| row.place);
    let outcomes = outcome::Entity::find()
        .filter(outcome::Column::BatchId.eq(id))
        .filter(outcome::Column::Place.is_in(places))
        .all(op.db())
        .await?;
    let outcomes: HashMap<i64, outcome::Model> =
        outcomes.into_iter().map(|outcome| (outcome.place, outcome)).collect();
    let earlier: Vec<i64> = rows.iter().filter_map(|row| row.same_as).collect();
    let earlier: HashMap<i64, i64> = if earlier.is_empty() {
        HashMap::new()
    } else {
        let rows: Vec<(i64, i64)> = row::Entity::find()
            .select_only()
            .columns([row::Column::Place, row::Column::SheetRow])
            .filter(row::Column::BatchId.eq(id))
            .filter(row::Column::Place.is_in(earlier))
            .into_tuple()
            .all(op.db())
            .await?;
        rows.into_iter().collect()
    };
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let entry = Entry::open(op, row)?;
        let field = |field| entry.as_ref().map(|entry| entry.get(field).to_owned()).unwrap_or_default();
        let kind: Option<DocumentKind> = entry.as_ref().and_then(|entry| entry.document_kind(op.today()));
        let number = field(Field::DocumentNumber);
        views.push(RowView {
            place: row.place,
            sheet: row.sheet,
            sheet_row: row.sheet_row,
            class: row.class.clone(),
            name: entry.as_ref().map(|entry| entry.get(Field::Name).to_owned()),
            document_kind: kind,
            number: documents::mask(kind.unwrap_or(DocumentKind::Other), &number),
            phone: masks::phone(&field(Field::Phone)),
            kind: row.kind.parse()?,
            minor: row.minor,
            finding: Finding::kept(&row.finding)?,
            goes: row.goes,
            decided: row.decided.as_deref().map(Decision::kept).transpose()?,
            faults: serde_json::from_str(&row.faults).map_err(Error::internal)?,
            same_as: row.same_as.and_then(|place| earlier.get(&place)).copied(),
            reader: row.reader_id,
            library: row.library_id,
            outcome: outcomes.get(&row.place).map(RowOutcome::of).transpose()?,
        });
    }
    Ok(views)
}

/// A slip for a reader, to be cut out and given on by the unit. `Debug` shows nothing of the person.
pub struct Slip {
    /// The class or department.
    pub class: String,
    /// The name.
    pub name: String,
    /// Which card it is.
    pub kind: CardKind,
    /// Its number.
    pub number: String,
}

impl std::fmt::Debug for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Slip({})", self.kind)
    }
}

/// The classes of a batch that cards were opened for, and how many, by name.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn classes(op: &Op, id: BatchId) -> Result<Vec<(String, u64)>> {
    op.require_at_desk(Right::IssueGroups)?;
    own(op, id).await?;
    let rows: Vec<(String, i64)> = row::Entity::find()
        .select_only()
        .column(row::Column::Class)
        .column_as(row::Column::Place.count(), "count")
        .filter(row::Column::BatchId.eq(id))
        .filter(was_opened(id))
        .group_by(row::Column::Class)
        .order_by_asc(row::Column::Class)
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(|(class, count)| (class, u64::try_from(count).unwrap_or_default())).collect())
}

/// The slips of one class, or of all without one, in the order of the list, after a place. Printing is logged.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn slips(op: &Op, id: BatchId, class: &str, after: i64, most: u64) -> Result<Vec<(i64, Slip)>> {
    op.require_at_desk(Right::IssueGroups)?;
    own(op, id).await?;
    let found = row::Entity::find()
        .filter(row::Column::BatchId.eq(id))
        .filter(row::Column::Class.eq(class))
        .filter(row::Column::Place.gt(after))
        .filter(was_opened(id))
        .order_by_asc(row::Column::Place)
        .limit(most)
        .all(op.db())
        .await?;
    let detail = json!({ "batch": id, "paper": "slips", "rows": found.len() });
    log_access(op, Access { look: Look::Printed, reader: None, detail, reason: None }).await?;
    let views = views(op, id, &found).await?;
    let slip = |view: RowView| {
        let number = view.outcome.and_then(|outcome| outcome.number)?;
        let name = view.name?;
        Some((view.place, Slip { class: view.class, name, kind: view.kind, number }))
    };
    Ok(views.into_iter().filter_map(slip).collect())
}

fn was_opened(id: BatchId) -> sea_orm::sea_query::SimpleExpr {
    use sea_orm::QueryTrait;
    let opened = outcome::Entity::find()
        .select_only()
        .column(outcome::Column::Place)
        .filter(outcome::Column::BatchId.eq(id))
        .filter(outcome::Column::Outcome.eq(Outcome::Opened.as_str()))
        .into_query();
    Expr::col(row::Column::Place).in_subquery(opened)
}
