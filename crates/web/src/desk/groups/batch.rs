//! One batch: how the list was read, what was found row by row, what is to do now, how far issuing is.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::groups::{self, Batch, BatchState, Counts, Decision, Finding, ROWS_PAGE, RowView};
use service::kernel::{AttachmentId, BatchId, Right};

use crate::form::Form;
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/groups/batch.html")]
struct One {
    t: Text,
    page: Page,
    batch: Batch,
    counts: Counts,
    library: String,
    point: String,
    rows: Vec<RowLine>,
    view: View,
    /// Where the next page of rows begins.
    next: Option<i64>,
    consents: Vec<AttachmentId>,
    form: Form,
    blockers: Vec<BlockerText>,
    done: String,
    may_confirm: bool,
    /// Whether a large list is being checked now.
    checking: bool,
}

/// A row with the words that it needs.
struct RowLine {
    row: RowView,
    library: String,
    faults: Vec<String>,
    sheet: String,
}

/// Which rows are shown.
#[derive(Debug, Default, Deserialize)]
pub struct View {
    #[serde(default)]
    finding: String,
    #[serde(default)]
    after: i64,
    #[serde(default)]
    done: String,
    checking: Option<String>,
}

impl One {
    fn before_confirmed(&self) -> bool {
        matches!(self.batch.state, BatchState::Draft | BatchState::Checked)
    }

    fn is(&self, state: &str) -> bool {
        self.batch.state.as_str() == state
    }

    /// Rows that were checked so far.
    fn checked(&self) -> u64 {
        self.counts.found.iter().map(|(_, count)| count).sum()
    }

    fn decides(&self) -> bool {
        self.batch.state == BatchState::Checked
    }

    /// Whether issuing goes on, or a list is being checked: then the page looks again by itself.
    fn moves(&self) -> bool {
        self.batch.progress.running || self.checking
    }

    /// Columns that are used, and those that are not, over all sheets.
    fn columns(&self, used: bool) -> Vec<String> {
        let Some(sheet) = &self.batch.sheet else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for column in sheet.columns.iter().flatten().filter(|column| column.field.is_some() == used) {
            let name = match column.field {
                Some(field) if used => format!("{} → {}", column.header, self.t.sheet_field(field)),
                _ => column.header.clone(),
            };
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The part of the rows that is dealt with, in hundredths.
    fn hundredths(&self) -> i64 {
        let progress = &self.batch.progress;
        if progress.of == 0 { 0 } else { progress.done * 100 / progress.of }
    }

    /// Whether somebody on the list is under 16, as far as can be seen.
    fn has_minors(&self) -> bool {
        self.counts.of(Finding::Held) > 0
            || self.batch.consent_at.is_some()
            || self.rows.iter().any(|line| line.row.minor)
    }

    /// Whether a clerk may decide about some of the rows that are shown.
    fn may_decide(&self) -> bool {
        self.decides() && self.rows.iter().any(RowLine::may_be_decided)
    }

    /// What is left out of those under 16 until the guardians' list is here.
    fn waits_for_consent(&self) -> bool {
        self.before_confirmed() && self.batch.consent_at.is_none() && self.counts.of(Finding::Held) > 0
    }

    /// What stands in the address for a filter.
    fn link(&self, finding: &str) -> String {
        if finding.is_empty() {
            format!("/desk/groups/batches/{}", self.batch.id)
        } else {
            format!("/desk/groups/batches/{}?finding={finding}", self.batch.id)
        }
    }

    fn counted(&self) -> Vec<(Finding, u64)> {
        self.counts.found.iter().copied().filter(|(_, count)| *count > 0).collect()
    }
}

impl RowLine {
    /// Whether a clerk may decide about it.
    fn may_be_decided(&self) -> bool {
        matches!(self.row.finding, Finding::Valid | Finding::Held | Finding::Possible)
    }

    /// What was found, as it counts now: who waited for the guardians' list does so no more once it is here.
    fn shown(&self) -> Finding {
        if self.row.goes && self.row.finding == Finding::Held { Finding::Valid } else { self.row.finding }
    }

    fn left_out(&self) -> bool {
        self.row.decided == Some(Decision::LeftOut)
    }

    fn not_same(&self) -> bool {
        self.row.decided == Some(Decision::NotSame)
    }
}

// locale-keys: group-done-*
fn done(t: Text, word: &str) -> String {
    match word {
        "consent" | "rows" | "held" | "resumed" | "handed_over" | "settings" | "moved" => {
            t.t(&format!("group-done-{word}"))
        }
        _ => String::new(),
    }
}

/// The page of a batch, with what is wrong with a form on it.
pub async fn page(
    me: &SignedIn,
    id: BatchId,
    view: View,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    refused(me, id, view, form, Vec::new(), status).await
}

/// The same, with what stands against what was wanted.
pub async fn refused(
    me: &SignedIn,
    id: BatchId,
    view: View,
    form: Form,
    blockers: Vec<BlockerText>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (finding, after) = (view.finding.parse::<Finding>().ok(), view.after.max(0));
    let (batch, counts, rows, consents) = me
        .write(async move |op| {
            let (batch, counts) = groups::batch(op, id).await?;
            let rows = groups::rows(op, id, finding, after).await?;
            Ok((batch, counts, rows, groups::consent_files(op, id).await?))
        })
        .await?;
    let (t, session) = (me.text(), me.session());
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == ROWS_PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.place);
    let sheets = batch.sheet.as_ref().map(|sheet| sheet.sheets.clone()).unwrap_or_default();
    let line = |row: RowView| RowLine {
        library: row.library.map(|library| t.library(&session.tree, library)).unwrap_or_default(),
        faults: t.row_faults(&row.faults),
        sheet: sheets
            .get(usize::try_from(row.sheet).unwrap_or_default())
            .filter(|_| sheets.len() > 1)
            .cloned()
            .unwrap_or_default(),
        row,
    };
    let point = session.tree.points_under(batch.library).find(|point| point.id == batch.service_point);
    let one = One {
        t,
        page: me.page(),
        library: t.library(&session.tree, batch.library),
        point: point.map(|point| point.name.clone()).unwrap_or_default(),
        rows: rows.into_iter().map(line).collect(),
        next,
        consents,
        form,
        blockers,
        done: done(t, &view.done),
        may_confirm: session.actor.may(Right::OpenCards),
        checking: view.checking.is_some() && batch.state == BatchState::Draft,
        counts,
        view,
        batch,
    };
    Ok(html_with(status, &one))
}

pub async fn show(me: SignedIn, Path(id): Path<BatchId>, Query(view): Query<View>) -> Answer {
    page(&me, id, view, Form::default(), StatusCode::OK).await
}
