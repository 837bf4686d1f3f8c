//! The report of a batch, row by row (6.1.3.2): for the library with all that is known; for the unit who was left out and why, with no more
//! than it may know. That somebody holds a card is told once a clerk confirmed the list; by which library it was issued, or who may be
//! the same person, is not the unit's to know.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::fault::RowFault;
use super::rows::{RowView, views};
use super::tables::{batch, row};
use super::view::own;
use super::words::{BatchState, Decision, Finding, Outcome};
use crate::cards::CardKind;
use crate::kernel::{BatchId, LibraryId, Op, Result, Right};
use crate::records::{Access, Look, log_access};

/// How many rows one page of a report has.
pub const REPORT_PAGE: u64 = 500;

/// How a row ended, or stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The card was opened.
    Opened,
    /// It can be, or will be.
    Accepted,
    /// The person holds a card.
    Holder,
    /// An earlier row is the same person.
    Twice,
    /// Something of it can't be taken.
    Invalid,
    /// Under 16, and the guardians' list is not here.
    Held,
    /// Left out by the library.
    LeftOut,
    /// The library has to look at it; the person comes there.
    AskLibrary,
    /// There was no One-Card left.
    NoOneCard,
    /// Issuing was ended before.
    NotIssued,
}

impl Ended {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::Accepted,
        Self::Holder,
        Self::Twice,
        Self::Invalid,
        Self::Held,
        Self::LeftOut,
        Self::AskLibrary,
        Self::NoOneCard,
        Self::NotIssued,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Accepted => "accepted",
            Self::Holder => "holder",
            Self::Twice => "twice",
            Self::Invalid => "invalid",
            Self::Held => "held",
            Self::LeftOut => "left_out",
            Self::AskLibrary => "ask_library",
            Self::NoOneCard => "no_one_card",
            Self::NotIssued => "not_issued",
        }
    }
}

/// A row of a report. `Debug` shows where it stands and nothing of the person.
pub struct ReportRow {
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
    /// The number of the document, masked.
    pub number: String,
    /// How it ended, or stands.
    pub ended: Ended,
    /// Which card it is.
    pub kind: CardKind,
    /// The number of the card: for the unit that of a One-Card, which it gives on; a virtual number is the reader's to know.
    pub card: Option<String>,
    /// Which cells, and what is wrong.
    pub faults: Vec<RowFault>,
    /// The earlier row of the same person: its row in the file.
    pub same_as: Option<i64>,
    /// The library that issued the card they hold; for the library only.
    pub library: Option<LibraryId>,
    /// Codes of what stood against it; for the library only.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for ReportRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportRow")
            .field("place", &self.place)
            .field("ended", &self.ended)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// A page of the report, from the row after `after` on. For the unit it holds no more than that may know. Each page is logged as printed.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`crate::kernel::Error::NotFound`] when there is no such batch, or it is not of the caller's libraries.
pub async fn report_page(op: &Op, id: BatchId, after: i64, for_unit: bool) -> Result<Vec<ReportRow>> {
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let page = page_of(op, &row, after, for_unit).await?;
    let detail = json!({ "batch": id, "paper": "report", "rows": page.len(), "for_unit": for_unit });
    log_access(op, Access { look: Look::Printed, reader: None, detail, reason: None }).await?;
    Ok(page)
}

pub(super) async fn page_of(
    op: &Op,
    batch: &batch::Model,
    after: i64,
    for_unit: bool,
) -> Result<Vec<ReportRow>> {
    let found = row::Entity::find()
        .filter(row::Column::BatchId.eq(batch.id))
        .filter(row::Column::Place.gt(after))
        .order_by_asc(row::Column::Place)
        .limit(REPORT_PAGE)
        .all(op.db())
        .await?;
    let state = BatchState::kept(&batch.state)?;
    let consent = batch.consent_at.is_some();
    let views = views(op, batch.id, &found).await?;
    Ok(views.into_iter().map(|view| report_row(view, state, consent, for_unit)).collect())
}

fn report_row(view: RowView, state: BatchState, consent: bool, for_unit: bool) -> ReportRow {
    let ended = ended(&view, state);
    let confirmed = !matches!(state, BatchState::Draft | BatchState::Checked | BatchState::Withdrawn);
    // What a unit learns of people other than that its cells are in order waits for a clerk: until then whoever is known here reads as
    // somebody of their age who is not.
    let ended = match ended {
        Ended::Holder | Ended::AskLibrary | Ended::LeftOut if for_unit && !confirmed => {
            if view.minor && !consent { Ended::Held } else { Ended::Accepted }
        }
        other => other,
    };
    let number = view.outcome.as_ref().and_then(|outcome| outcome.number.clone());
    let told = !for_unit;
    let codes = view.outcome.map(|outcome| outcome.codes).unwrap_or_default();
    ReportRow {
        place: view.place,
        sheet: view.sheet,
        sheet_row: view.sheet_row,
        class: view.class,
        name: view.name,
        number: view.number,
        ended,
        kind: view.kind,
        card: number.filter(|_| told || view.kind == CardKind::OneCard),
        faults: if ended == Ended::Invalid || told { view.faults } else { Vec::new() },
        same_as: view.same_as.filter(|_| told || ended == Ended::Twice),
        library: view.library.filter(|_| told),
        codes: if told { codes } else { Vec::new() },
    }
}

fn ended(view: &RowView, state: BatchState) -> Ended {
    if let Some(outcome) = &view.outcome {
        return match outcome.outcome {
            Outcome::Opened => Ended::Opened,
            Outcome::Holder => Ended::Holder,
            Outcome::Refused => Ended::AskLibrary,
            Outcome::Invalid => Ended::Invalid,
            Outcome::NoOneCard => Ended::NoOneCard,
        };
    }
    if view.decided == Some(Decision::LeftOut) {
        return Ended::LeftOut;
    }
    let over = matches!(state, BatchState::Issued | BatchState::HandedOver | BatchState::Withdrawn);
    match view.finding {
        _ if view.goes && over => Ended::NotIssued,
        _ if view.goes => Ended::Accepted,
        Finding::Invalid => Ended::Invalid,
        Finding::Holder => Ended::Holder,
        Finding::Twice => Ended::Twice,
        Finding::Possible | Finding::Refused => Ended::AskLibrary,
        Finding::Valid | Finding::Held => Ended::Held,
    }
}
