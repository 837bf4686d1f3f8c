//! What programs send and are told of batches.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::groups::{Batch, Counts, Ended, ReportRow, RowFault, RowView, Unit};
use service::kernel::{BatchId, Problem, ReaderId, UnitId};
use service::libraries::Tree;
use sheets::{Field, List, Mapping, Options, ReadError, Wanted};
use utoipa::ToSchema;

use crate::api::caller::Speech;
use crate::api::shapes::{LibraryBody, file_of, local};

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitBody {
    #[schema(value_type = uuid::Uuid)]
    id: UnitId,
    #[schema(example = "禅城实验小学")]
    name: String,
    /// `school`, `kindergarten`, `company`, `authority`, `community` or `other`.
    #[schema(example = "school")]
    kind: &'static str,
    library: LibraryBody,
    /// Since when it is closed: no lists are taken of it.
    closed_at: Option<DateTime<FixedOffset>>,
}

impl UnitBody {
    pub fn of(speech: &Speech, tree: &Tree, unit: Unit) -> Self {
        Self {
            id: unit.id,
            name: unit.name,
            kind: unit.kind.as_str(),
            library: LibraryBody::of(speech.t, tree, unit.library),
            closed_at: unit.closed_at.map(local),
        }
    }
}

/// A list, and how it is to be read.
#[derive(Deserialize, ToSchema)]
pub struct ListRequest {
    /// The file in base64: .xlsx, .xls, or text in UTF-8, GB18030 or UTF-16.
    #[schema(required = true)]
    pub list: Option<String>,
    /// What columns hold, by their headings (`[C]` for a column without one): a word for a field, or null for none. What is left out is found
    /// by the headings themselves.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"证照": "document_number"}))]
    pub columns: BTreeMap<String, Option<String>>,
    /// Which sheets; left out, the first that is a list.
    #[serde(default)]
    pub sheets: Vec<String>,
}

/// A batch to begin.
#[derive(Deserialize, ToSchema)]
pub struct BatchRequest {
    /// Whose list it is.
    #[schema(required = true, value_type = Option<uuid::Uuid>)]
    pub unit: Option<String>,
    /// What it is called; the day, where it is left out.
    #[serde(default)]
    #[schema(example = "2026 秋季新生")]
    pub name: String,
    /// Which card those under 16 get who may choose: `document` or `one_card`.
    #[schema(required = true, example = "one_card")]
    pub minors_kind: Option<String>,
    /// Whether readers are told of their cards.
    #[serde(default)]
    pub tells_readers: bool,
    #[serde(flatten)]
    pub list: ListRequest,
}

/// A list that was read, or why not.
pub type ReadList = Result<List, ReadError>;

impl ListRequest {
    /// The file and how to read it.
    pub fn into_parts(
        self,
        known: Mapping,
        problems: &mut Vec<(&'static str, Problem)>,
    ) -> Option<(Vec<u8>, Options)> {
        let before = problems.len();
        let file = file_of("list", self.list.as_deref(), problems);
        if file.is_none() && problems.len() == before {
            problems.push(("list", Problem::Missing));
        }
        let mut mapping = known;
        for (heading, word) in &self.columns {
            let field = word.as_deref().map(str::parse::<Field>).transpose();
            match field {
                Ok(field) => mapping.set(heading, field),
                Err(_) => problems.push(("columns", Problem::UnknownWord)),
            }
        }
        let wanted = if self.sheets.is_empty() { Wanted::First } else { Wanted::Named(self.sheets) };
        file.map(|file| (file.0, Options { mapping, wanted, ..Options::default() }))
    }
}

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchBody {
    #[schema(value_type = uuid::Uuid)]
    id: BatchId,
    #[schema(value_type = uuid::Uuid)]
    unit: UnitId,
    unit_name: String,
    name: String,
    library: LibraryBody,
    /// `draft`, `checked`, `confirmed`, `issued`, `handed_over` or `withdrawn`.
    #[schema(example = "checked")]
    state: &'static str,
    /// People on the list.
    people: i64,
    /// Rows by what was found: `valid`, `invalid`, `holder`, `twice`, `possible`, `held`, `refused`; in lists of batches left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<BTreeMap<&'static str, u64>>,
    /// Rows that a card is issued for once it is confirmed; in lists of batches left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    go: Option<u64>,
    /// Whether somebody has to say what the columns hold.
    needs_columns: bool,
    progress: ProgressBody,
    /// Since when the guardians' signed list is here.
    consent_at: Option<DateTime<FixedOffset>>,
    created_at: DateTime<FixedOffset>,
    confirmed_at: Option<DateTime<FixedOffset>>,
    issued_at: Option<DateTime<FixedOffset>>,
    handed_over_at: Option<DateTime<FixedOffset>>,
    /// To be given back with what changes it: `version`.
    version: i64,
}

/// How far issuing is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressBody {
    /// Rows that were confirmed.
    of: i64,
    /// Rows that were dealt with.
    done: i64,
    /// Cards.
    opened: i64,
    /// Whether it goes on now.
    running: bool,
    /// Rows in a second.
    per_second: Option<f64>,
    /// Seconds that are left at this pace.
    seconds_left: Option<u64>,
}

impl BatchBody {
    pub fn of(speech: &Speech, tree: &Tree, batch: Batch, counts: Option<Counts>) -> Self {
        let progress = batch.progress;
        Self {
            id: batch.id,
            unit: batch.unit,
            unit_name: batch.unit_name,
            name: batch.name,
            library: LibraryBody::of(speech.t, tree, batch.library),
            state: batch.state.as_str(),
            people: batch.rows,
            go: counts.as_ref().map(|counts| counts.go),
            found: counts.map(|counts| {
                counts.found.iter().map(|(finding, count)| (finding.as_str(), *count)).collect()
            }),
            needs_columns: batch.sheet.is_some_and(|sheet| sheet.needs_mapping),
            progress: ProgressBody {
                of: progress.of,
                done: progress.done,
                opened: progress.opened,
                running: progress.running,
                per_second: progress.per_second,
                seconds_left: progress.seconds_left,
            },
            consent_at: batch.consent_at.map(local),
            created_at: local(batch.created_at),
            confirmed_at: batch.confirmed_at.map(local),
            issued_at: batch.issued_at.map(local),
            handed_over_at: batch.handed_over_at.map(local),
            version: batch.version,
        }
    }

    /// What counts its changes.
    pub fn version(&self) -> i64 {
        self.version
    }
}

/// Something wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// The cell: `C5`; none where nothing stands there.
    #[schema(example = "C5")]
    cell: Option<String>,
    /// What it should hold.
    #[schema(example = "document_number")]
    field: Option<&'static str>,
    /// A stable word.
    #[schema(example = "rounded_number")]
    code: String,
    /// In the language that the caller accepts.
    message: String,
}

impl FaultBody {
    fn of(speech: &Speech, fault: &RowFault) -> Self {
        Self {
            cell: fault.cell.clone(),
            field: fault.field.map(Field::as_str),
            code: fault.code.clone(),
            message: speech.t.row_fault(fault),
        }
    }
}

/// A row of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowBody {
    /// Its place in the list, from 1.
    place: i64,
    /// Its row in the file.
    row: i64,
    name: Option<String>,
    /// Masked.
    document_number: String,
    class: String,
    /// `document` or `one_card`.
    kind: &'static str,
    finding: &'static str,
    /// Whether a card is issued when it is the row's turn.
    goes: bool,
    /// `not_same` or `left_out`.
    decided: Option<&'static str>,
    faults: Vec<FaultBody>,
    /// The row of the same person, or of who may be.
    same_as_row: Option<i64>,
    /// Whose record it is, or may be.
    #[schema(value_type = Option<uuid::Uuid>)]
    reader: Option<ReaderId>,
    /// The library that issued the card they hold.
    library: Option<LibraryBody>,
    /// What became of it: `opened`, `holder`, `refused`, `invalid` or `no_one_card`.
    outcome: Option<&'static str>,
    /// The number of the card.
    card: Option<String>,
}

impl RowBody {
    pub fn of(speech: &Speech, tree: &Tree, row: RowView) -> Self {
        let outcome = row.outcome;
        Self {
            place: row.place,
            row: row.sheet_row,
            name: row.name,
            document_number: row.number,
            class: row.class,
            kind: row.kind.as_str(),
            finding: row.finding.as_str(),
            goes: row.goes,
            decided: row.decided.map(|decision| decision.as_str()),
            faults: row.faults.iter().map(|fault| FaultBody::of(speech, fault)).collect(),
            same_as_row: row.same_as,
            reader: row.reader,
            library: row.library.map(|library| LibraryBody::of(speech.t, tree, library)),
            outcome: outcome.as_ref().map(|outcome| outcome.outcome.as_str()),
            card: outcome.and_then(|outcome| outcome.number),
        }
    }
}

/// A row of the report that the unit gets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportRowBody {
    place: i64,
    row: i64,
    name: Option<String>,
    /// Masked.
    document_number: String,
    class: String,
    /// `opened`, `accepted`, `holder`, `twice`, `invalid`, `held`, `left_out`, `ask_library`, `no_one_card` or `not_issued`.
    ended: &'static str,
    /// In words; nothing where there is nothing to say.
    note: String,
    /// The number of a One-Card.
    card: Option<String>,
}

impl ReportRowBody {
    pub fn of(speech: &Speech, row: ReportRow) -> Self {
        let ended: Ended = row.ended;
        Self {
            note: speech.t.report_note(&row),
            place: row.place,
            row: row.sheet_row,
            name: row.name,
            document_number: row.number,
            class: row.class,
            ended: ended.as_str(),
            card: row.card,
        }
    }
}
