//! What a column holds, by what stands in it: for lists without headings, or with headings that nobody knows.

use documents::DocumentKind;

use crate::value::{Line, Value};
use crate::{Column, Field, FoundBy, Mapping, text, words};

/// Whether a text is what a field holds.
type Fits = fn(&str) -> bool;

/// Looks for the fields that a list can't do without among the columns that nothing is known of.
pub(crate) fn claim(columns: &mut [Column], body: &[&Line], mapping: &Mapping) {
    let without_headings = columns.iter().all(|column| column.header.is_empty());
    let wanted: &[(Field, Fits)] = &[
        (Field::DocumentNumber, is_number),
        (Field::Phone, is_mobile),
        (Field::Sex, |text| words::sex(text).is_some() && !text.chars().all(|c| c.is_ascii_digit())),
        (Field::DocumentKind, |text| words::document_kind(text).is_some()),
        (Field::Class, |text| text.chars().count() <= 15 && text.trim_end().ends_with('班')),
        (Field::Name, is_name),
    ];
    for (field, fits) in wanted {
        let needed = matches!(field, Field::Name | Field::DocumentNumber);
        if columns.iter().any(|column| column.field == Some(*field)) || !(needed || without_headings) {
            continue;
        }
        let found = columns.iter_mut().find(|column| {
            column.found_by == FoundBy::Nothing
                && mapping.get(&column.key()).is_none()
                && mostly(body, usize::from(column.index), *fits)
        });
        if let Some(column) = found {
            (column.field, column.found_by) = (Some(*field), FoundBy::Content);
        }
    }
}

/// Whether most of what stands in a column fits.
fn mostly(body: &[&Line], column: usize, fits: Fits) -> bool {
    let filled: Vec<String> = body
        .iter()
        .map(|line| line.value(column))
        .filter(|value| !value.is_empty())
        .map(Value::text)
        .collect();
    let fitting = filled.iter().filter(|text| fits(text)).count();
    fitting > 0 && fitting * 10 >= filled.len() * 7
}

/// Of 18 characters, or a permit: what no student number looks like.
pub(crate) fn is_number(text: &str) -> bool {
    let number = text::document_number(text, false);
    let kinds = documents::guess_kind(&number);
    let long = number.len() == 18;
    kinds.first().is_some_and(|kind| match kind {
        DocumentKind::ResidentId | DocumentKind::HmtResidencePermit | DocumentKind::PermanentResident => long,
        DocumentKind::HkMacaoPermit => true,
        _ => false,
    })
}

fn is_mobile(text: &str) -> bool {
    let phone = text::phone(text);
    phone.len() == 11 && phone.starts_with('1') && phone.chars().all(|c| c.is_ascii_digit())
}

/// Two to four Chinese characters, or with a dot between.
fn is_name(text: &str) -> bool {
    let name = text::name(text);
    let length = name.chars().count();
    let all = name.chars().all(|c| text::ideograph(c) || c == '·');
    let chosen = words::sex(&name).is_some() || words::document_kind(&name).is_some() || name.ends_with('班');
    all && !chosen && ((2..=4).contains(&length) || (name.contains('·') && length <= 20))
}
