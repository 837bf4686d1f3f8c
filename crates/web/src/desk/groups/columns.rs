//! What the columns of a list hold, where headings do not say so by themselves, and which sheets are meant where there are several. What is
//! chosen is remembered for the unit's next list.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::groups::{self, Batch};
use service::kernel::BatchId;
use sheets::{Field, FoundBy, List, OtherSheet};

use super::given::{Given, asks, check};
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "desk/groups/columns.html")]
struct Columns {
    t: Text,
    page: Page,
    batch: Batch,
    asked: Asked,
    /// Where the answer goes.
    action: String,
}

/// What is asked about a list.
pub struct Asked {
    /// The file, carried along.
    pub file: String,
    /// The sheets that were read.
    pub sheets: Vec<String>,
    /// Others that are lists.
    pub other: Vec<OtherSheet>,
    /// The columns.
    pub columns: Vec<Shown>,
    /// What a column may hold.
    pub fields: Vec<(&'static str, String)>,
    /// How many people were found.
    pub people: usize,
    /// Whether something is still missing after somebody chose.
    pub missing: bool,
    /// Whether somebody has to say what the columns hold, and not only which sheets are meant.
    pub asks: bool,
}

/// A column as the page shows it.
pub struct Shown {
    /// What it is called in a mapping.
    pub key: String,
    /// Its letters.
    pub letter: String,
    /// Its heading.
    pub header: String,
    /// What it was taken for.
    pub field: &'static str,
    /// Whether a spreadsheet hides it.
    pub hidden: bool,
    /// Whether somebody should look.
    pub doubt: bool,
    /// What stands in its first cells, masked.
    pub samples: Vec<String>,
}

/// What stands in the first cells of a column: shown so that somebody knows it again, with what is personal hidden as everywhere.
fn samples(column: &sheets::Column) -> Vec<String> {
    column.samples.0.iter().map(|text| short(column.field, text)).collect()
}

fn short(field: Option<Field>, text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match field {
        Some(Field::Name | Field::GuardianName) => masked_name(text),
        Some(Field::Email | Field::Address) => documents::mask(documents::DocumentKind::Other, text),
        _ if digits >= 6 => documents::mask(documents::DocumentKind::Other, text),
        _ => text.chars().take(12).collect(),
    }
}

impl Asked {
    /// What is to be asked about a list.
    pub fn of(t: Text, given: &Given, list: &List, missing: bool) -> Self {
        let mut columns: Vec<Shown> = Vec::new();
        for read in &list.sheets {
            for column in &read.columns {
                let key = column.key();
                // Sheets of one workbook have the same headings mostly: each is asked for once.
                if columns.iter().any(|known| known.key == key && !known.header.is_empty()) {
                    continue;
                }
                columns.push(Shown {
                    letter: column.letter(),
                    header: column.header.clone(),
                    field: column.field.map_or("", Field::as_str),
                    hidden: column.hidden,
                    doubt: match column.found_by {
                        FoundBy::Content => true,
                        FoundBy::Taken(field) => {
                            !column.hidden && matches!(field, Field::Name | Field::DocumentNumber)
                        }
                        _ => false,
                    },
                    samples: samples(column),
                    key,
                });
            }
        }
        Self {
            file: given.carried(),
            sheets: list.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            other: list.other_sheets.iter().filter(|sheet| sheet.is_list && !sheet.hidden).cloned().collect(),
            columns,
            fields: Field::ALL.iter().map(|field| (field.as_str(), t.sheet_field(field))).collect(),
            people: list.len(),
            missing,
            asks: list.needs_mapping(),
        }
    }

    /// With which status the question is asked.
    pub fn status(&self) -> StatusCode {
        if self.missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }
}

/// Whether what a list can't do without was found in each of its sheets.
pub fn complete(list: &List) -> bool {
    let has = |field: Field| {
        list.sheets.iter().all(|sheet| sheet.columns.iter().any(|column| column.field == Some(field)))
    };
    has(Field::Name) && has(Field::DocumentNumber)
}

/// The page that asks.
pub async fn page(
    me: &SignedIn,
    id: BatchId,
    given: &Given,
    list: &List,
    missing: bool,
) -> Result<Response, Failure> {
    let (batch, _) = me.read(async move |op| groups::batch(op, id).await).await?;
    let t = me.text();
    let asked = Asked::of(t, given, list, missing);
    let action = format!("/desk/groups/batches/{id}/columns");
    Ok(html_with(asked.status(), &Columns { t, page: me.page(), batch, asked, action }))
}

pub async fn submit(me: SignedIn, Path(id): Path<BatchId>, Posted(fields): Posted) -> Answer {
    let known = me
        .read(async move |op| {
            let (batch, _) = groups::batch(op, id).await?;
            Ok(groups::unit(op, batch.unit).await?.mapping)
        })
        .await?;
    let t = me.text();
    let Some(given) = Given::from_page(&fields, known) else {
        return super::batch::page(
            &me,
            id,
            super::batch::View::default(),
            crate::form::Form::default(),
            StatusCode::OK,
        )
        .await;
    };
    let list = match given.read().await {
        Ok(list) => list,
        Err(error) => {
            let mut form = crate::form::Form::default();
            form.add(t, "list", t.read_error(&error));
            return super::batch::page(
                &me,
                id,
                super::batch::View::default(),
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    if !complete(&list) || asks(&list, &given.wanted) {
        return page(&me, id, &given, &list, true).await;
    }
    check(&me.app().service, &me.session().actor, id, list).await.map_err(|error| me.failure(error))
}
