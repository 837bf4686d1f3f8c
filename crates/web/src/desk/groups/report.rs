//! The report of a batch (6.1.3.2): as a workbook, for the unit or for the library, and as a page to print that names who was left out and
//! why.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::groups::{self, Batch, Ended, REPORT_PAGE, ReportRow};
use service::kernel::{BatchId, Error};
use service::libraries::Tree;
use sheets::TableWriter;

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::problem::Failure;
use crate::session::SignedIn;

/// For whom.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default, rename = "for")]
    whom: String,
}

impl Wanted {
    fn for_unit(&self) -> bool {
        self.whom != "library"
    }
}

/// A workbook to be saved.
pub fn workbook(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let place = format!("attachment; filename=\"{name}.xlsx\"");
    if let Ok(place) = HeaderValue::from_str(&place) {
        headers.insert(header::CONTENT_DISPOSITION, place);
    }
    response
}

/// The workbook of a report, row after row.
pub struct Report {
    table: TableWriter,
    t: Text,
    for_unit: bool,
}

impl Report {
    /// Begins it, with lines above the table.
    pub fn new(t: Text, above: &[String], for_unit: bool) -> Result<Self, Error> {
        let mut columns = vec![
            (t.t("group-row"), 8),
            (t.t("sheet-field-class"), 16),
            (t.t("name"), 14),
            (t.t("document-number"), 24),
            (t.t("group-result"), 14),
            (t.t("group-why"), 56),
            (t.t("card-kind-one_card"), 18),
        ];
        if !for_unit {
            columns.push((t.t("issuing-library"), 20));
        }
        let table = TableWriter::new(&t.t("group-report"), above, &columns).map_err(Error::internal)?;
        Ok(Self { table, t, for_unit })
    }

    /// Adds rows.
    pub fn add(&mut self, rows: &[ReportRow], library: impl Fn(&ReportRow) -> String) -> Result<(), Error> {
        for row in rows {
            let mut cells = vec![
                row.sheet_row.to_string(),
                row.class.clone(),
                row.name.clone().unwrap_or_default(),
                row.number.clone(),
                self.t.ended(row.ended),
                self.t.report_note(row),
                row.card.clone().unwrap_or_default(),
            ];
            if !self.for_unit {
                cells.push(library(row));
            }
            self.table.row(&cells).map_err(Error::internal)?;
        }
        Ok(())
    }

    /// Ends it.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.table.finish().map_err(Error::internal)
    }
}

/// Where the next page of a report begins; none after the last.
pub fn next(rows: &[ReportRow]) -> Option<i64> {
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == REPORT_PAGE);
    rows.last().filter(|_| full).map(|row| row.place)
}

fn library_of(t: Text, tree: &Tree, row: &ReportRow) -> String {
    row.library.map(|library| t.library(tree, library)).unwrap_or_default()
}

/// What stands above the table.
fn above(t: Text, batch: &Batch, library: &str) -> Vec<String> {
    vec![
        t.t("group-report-title"),
        format!("{} · {}", batch.unit_name, batch.name),
        format!("{library} · {}", t.batch_state(batch.state)),
    ]
}

pub async fn xlsx(me: SignedIn, Path(id): Path<BatchId>, Query(wanted): Query<Wanted>) -> Answer {
    let t = me.text();
    let for_unit = wanted.for_unit();
    let (batch, _) = me.read(async move |op| groups::batch(op, id).await).await?;
    let library = t.library(&me.session().tree, batch.library);
    let mut report =
        Report::new(t, &above(t, &batch, &library), for_unit).map_err(|error| me.failure(error))?;
    let mut after = Some(0);
    while let Some(from) = after {
        let rows = me.write(async move |op| groups::report_page(op, id, from, for_unit).await).await?;
        let tree = &me.session().tree;
        report.add(&rows, |row| library_of(t, tree, row)).map_err(|error| me.failure(error))?;
        after = next(&rows);
    }
    let bytes = report.finish().map_err(|error| me.failure(error))?;
    Ok(workbook("group-report", bytes))
}

#[derive(Template)]
#[template(path = "desk/groups/report.html")]
struct Printed {
    t: Text,
    page: Page,
    batch: Batch,
    library: String,
    counts: Vec<(Ended, u64)>,
    rows: Vec<ReportRow>,
    /// Whether there are more than paper should hold: the workbook has them all.
    cut: bool,
    now: String,
    sheets: Vec<String>,
}

/// So many rows are printed.
const PRINTED: usize = 1000;

impl Printed {
    fn sheet(&self, row: &ReportRow) -> &str {
        let sheet = usize::try_from(row.sheet).ok().and_then(|at| self.sheets.get(at));
        sheet.filter(|_| self.sheets.len() > 1).map_or("", String::as_str)
    }
}

/// What a report adds up to: how many rows ended how, and those that somebody has to look at, as many as are shown.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<usize, u64>,
    pub rows: Vec<ReportRow>,
    /// Whether there are more than are shown.
    pub more: bool,
}

impl Tally {
    /// Takes a page of a report; of its rows no more than `most` are shown in all.
    pub fn take(&mut self, page: Vec<ReportRow>, most: usize) {
        for row in page {
            let place = Ended::ALL.iter().position(|ended| *ended == row.ended);
            *self.counts.entry(place.unwrap_or_default()).or_default() += 1;
            if matches!(row.ended, Ended::Opened | Ended::Accepted) {
                continue;
            }
            if self.rows.len() < most { self.rows.push(row) } else { self.more = true }
        }
    }

    /// How many ended how, in the order of [`Ended::ALL`]; what there is none of is left out.
    pub fn counts(&self) -> Vec<(Ended, u64)> {
        self.counts.iter().filter_map(|(place, count)| Some((*Ended::ALL.get(*place)?, *count))).collect()
    }
}

async fn gather(me: &SignedIn, id: BatchId) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut after = Some(0);
    while let Some(from) = after {
        let found = me.write(async move |op| groups::report_page(op, id, from, true).await).await?;
        after = next(&found);
        tally.take(found, PRINTED);
    }
    Ok(tally)
}

pub async fn page(me: SignedIn, Path(id): Path<BatchId>) -> Answer {
    let (batch, _) = me.read(async move |op| groups::batch(op, id).await).await?;
    let tally = gather(&me, id).await?;
    let t = me.text();
    Ok(html(&Printed {
        t,
        page: me.page(),
        library: t.library(&me.session().tree, batch.library),
        counts: tally.counts(),
        rows: tally.rows,
        cut: tally.more,
        now: t.time(me.app().service.clock().now()),
        sheets: batch.sheet.as_ref().map(|sheet| sheet.sheets.clone()).unwrap_or_default(),
        batch,
    }))
}
