//! What is wrong with a row, as it is kept: cells and codes, nothing of what stands there.

use documents::DocumentError;
use serde::{Deserialize, Serialize};
use sheets::{FaultKind, Field, Row};

use crate::kernel::{Blocker, FieldError, Problem};

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The cell, as a spreadsheet names it: `C5`; none where the value is missing, or a rule stands against the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// What the cell should hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// Whose code it is.
    pub of: FaultOf,
    /// The code.
    pub code: String,
    /// What its text has places for: the longest length, the place of a wrong digit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(String, String)>,
}

/// Whose code a fault carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultOf {
    /// The cell could not be read ([`sheets::FaultKind`]).
    Sheet,
    /// The field can't be taken ([`Problem`]).
    Field,
    /// The number of the document is none ([`DocumentError`]).
    Document,
    /// A rule stands against it ([`Blocker`]).
    Rule,
}

impl RowFault {
    /// A cell that could not be read.
    pub(super) fn of_sheet(fault: &sheets::Fault) -> Self {
        let words = match &fault.kind {
            FaultKind::TooLong { limit } => vec![("limit".to_owned(), limit.to_string())],
            FaultKind::CellError(error) => vec![("error".to_owned(), (*error).to_owned())],
            _ => Vec::new(),
        };
        Self {
            cell: Some(fault.cell()),
            field: Some(fault.field),
            of: FaultOf::Sheet,
            code: fault.kind.code().to_owned(),
            words,
        }
    }

    /// A field that can't be taken; where its cell is.
    pub(super) fn of_field(error: &FieldError, cell: impl Fn(Field) -> Option<String>) -> Self {
        let field = field_of(error.field);
        let cell = field.and_then(cell);
        let (of, code, words) = match &error.problem {
            Problem::Document(error) => (FaultOf::Document, error.code(), document_words(error)),
            problem => {
                let words = match problem {
                    Problem::TooLong(limit) | Problem::TooShort(limit) => {
                        vec![("limit".to_owned(), limit.to_string())]
                    }
                    _ => Vec::new(),
                };
                (FaultOf::Field, problem.code(), words)
            }
        };
        Self { cell, field, of, code: code.to_owned(), words }
    }

    /// A rule.
    pub(super) fn of_rule(blocker: &Blocker) -> Self {
        Self {
            cell: None,
            field: None,
            of: FaultOf::Rule,
            code: blocker.code().to_owned(),
            words: Vec::new(),
        }
    }
}

fn document_words(error: &DocumentError) -> Vec<(String, String)> {
    let word = |name: &str, value: String| (name.to_owned(), value);
    match error {
        DocumentError::Length { expected, found } => {
            vec![word("expected", (*expected).to_owned()), word("found", found.to_string())]
        }
        DocumentError::Character { position, .. } => vec![word("position", position.to_string())],
        DocumentError::OtherKind(kind) => vec![word("kind", kind.as_str().to_owned())],
        _ => Vec::new(),
    }
}

/// All that is wrong with a row: what could not be read, and what can't be taken; what could not be read is told
/// once.
pub(super) fn faults_of(row: Row<'_>, errors: &[FieldError]) -> Vec<RowFault> {
    let mut faults: Vec<RowFault> = row.faults().iter().map(RowFault::of_sheet).collect();
    let unread: Vec<Field> = row.faults().iter().map(|fault| fault.field).collect();
    let wrong = |error: &FieldError| {
        error.field == "document.number" && matches!(error.problem, Problem::Document(_))
    };
    let no_number = unread.contains(&Field::DocumentNumber) || errors.iter().any(wrong);
    let told = errors.iter().filter(|error| {
        let field = field_of(error.field);
        let is_unread = field.is_some_and(|field| unread.contains(&field));
        // What a document's number would tell, nobody asks for while it is not known.
        let is_told_by_number = matches!(field, Some(Field::Sex | Field::BirthDate));
        let waits = no_number && is_told_by_number && error.problem == Problem::Missing;
        !is_unread && !waits
    });
    faults.extend(told.map(|error| RowFault::of_field(error, |field| row.cell(field))));
    faults
}

/// Which column a field of [`crate::cards::OpenCard`] came from.
fn field_of(path: &str) -> Option<Field> {
    Some(match path {
        "reader.name" => Field::Name,
        "reader.sex" => Field::Sex,
        "reader.birth_date" => Field::BirthDate,
        "reader.phone" => Field::Phone,
        "reader.email" => Field::Email,
        "reader.address" => Field::Address,
        "reader.workplace" => Field::Workplace,
        "document.type" => Field::DocumentKind,
        "document.number" => Field::DocumentNumber,
        "document.issuing_country" => Field::IssuingCountry,
        "guardian.name" => Field::GuardianName,
        "guardian.relation" => Field::GuardianRelation,
        "guardian.phone" => Field::GuardianPhone,
        "guardian.document.type" => Field::GuardianDocumentKind,
        "guardian.document.number" | "guardian.document.issuing_country" => Field::GuardianDocumentNumber,
        _ => return None,
    })
}
