//! A line in its normal form.

use crate::columns::Layout;
use crate::list::{NO_COLUMN, Rows};
use crate::value::{Line, Value};
use crate::{Column, Fault, FaultKind, Field, date, reading, rounded, text, words};

/// No name, number or address is longer.
const LIMIT: u16 = 300;

/// What of a row is needed to go on.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) document_number: String,
    pub(crate) has_class: bool,
}

/// Reads a line into the row that was begun last.
pub(crate) fn read(rows: &mut Rows, layout: &Layout, line: &Line, is_1904: bool) -> Seen {
    let mut seen = Seen::default();
    let mut class = (String::new(), 0);
    let mut guardian = false;
    for column in &layout.columns {
        let Some(field) = column.field else { continue };
        let value = line.value(column.index.into());
        if value.is_empty() {
            continue;
        }
        match of_cell(field, value, layout, line, is_1904) {
            Ok(_) if field == Field::Note && matches!(value, Value::Error(_)) => {}
            Ok(text) if field == Field::Class => {
                // 三年级 and 三年级1班 are 三年级1班; 三年级 and 1班 too.
                if text.contains(class.0.as_str()) {
                    class.0 = text;
                } else {
                    class.0.push_str(&text);
                }
                class.1 = column.index;
            }
            Ok(text) => {
                rows.add(field, column.index, &text);
                guardian |= field == Field::GuardianName && !text.is_empty();
                if field == Field::DocumentNumber {
                    seen.document_number = text;
                }
            }
            Err(kind) => rows.fault(fault(column, line, field, kind)),
        }
    }
    seen.has_class = !class.0.is_empty();
    rows.add(Field::Class, class.1, &class.0);
    if guardian && let Some(relation) = reading::relation_told(layout) {
        rows.add(Field::GuardianRelation, NO_COLUMN, relation);
    }
    seen
}

fn fault(column: &Column, line: &Line, field: Field, kind: FaultKind) -> Fault {
    Fault { column: column.index, row: line.number, field, kind }
}

fn of_cell(
    field: Field,
    value: &Value,
    layout: &Layout,
    line: &Line,
    is_1904: bool,
) -> Result<String, FaultKind> {
    if let Value::Error(error) = value {
        return if field == Field::Note { Ok(String::new()) } else { Err(FaultKind::CellError(error)) };
    }
    if field == Field::BirthDate {
        return date::read(value, is_1904);
    }
    if matches!(value, Value::Date(_)) && !matches!(field, Field::Note | Field::Class) {
        return Err(FaultKind::DateInstead);
    }
    let text = value.text();
    if text.chars().count() > LIMIT.into() {
        return if field == Field::Note {
            Ok(text.chars().take(LIMIT.into()).collect())
        } else {
            Err(FaultKind::TooLong { limit: LIMIT })
        };
    }
    match field {
        Field::Name | Field::GuardianName => Ok(text::name(&text)),
        Field::DocumentNumber | Field::GuardianDocumentNumber => {
            if rounded::is(value) {
                return Err(FaultKind::RoundedNumber);
            }
            let kind = if field == Field::DocumentNumber {
                Field::DocumentKind
            } else {
                Field::GuardianDocumentKind
            };
            let kind = layout.column_of(kind).map(|column| line.value(column.index.into()).text());
            let free_form =
                kind.as_deref().and_then(words::document_kind).is_some_and(|kind| !kind.names_a_person());
            Ok(text::document_number(&text, free_form))
        }
        Field::Phone | Field::GuardianPhone => {
            if rounded::is(value) {
                return Err(FaultKind::RoundedNumber);
            }
            Ok(text::phone(&text))
        }
        Field::DocumentKind | Field::GuardianDocumentKind => words::document_kind(&text)
            .map(|kind| kind.as_str().to_owned())
            .ok_or(FaultKind::UnknownDocumentKind),
        Field::Sex => words::sex(&text).map(|sex| sex.as_str().to_owned()).ok_or(FaultKind::UnknownSex),
        Field::CardKind => words::card_kind(&text).map(str::to_owned).ok_or(FaultKind::UnknownCardKind),
        Field::IssuingCountry => words::country(&text).map(str::to_owned).ok_or(FaultKind::UnknownCountry),
        Field::GuardianRelation => Ok(words::relation(&text)),
        Field::BirthDate | Field::Class | Field::Address | Field::Workplace | Field::Email | Field::Note => {
            Ok(text::free(&text))
        }
    }
}
