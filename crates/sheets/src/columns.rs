//! Where the headings of a sheet stand, and what its columns hold.

use crate::headings::{self, plain};
use crate::list::column_letter;
use crate::value::{Line, Value};
use crate::{Column, Field, FoundBy, Mapping, content};

/// The shape of a sheet that its cells don't tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// Columns that Excel hides, counted from 0.
    pub(crate) hidden_columns: Vec<(u16, u16)>,
    /// Rows that Excel hides, as it counts them.
    pub(crate) hidden_rows: std::collections::HashSet<u32>,
    /// Cells that are one: first row and column, last row and column; rows as Excel counts them, columns from 0.
    pub(crate) merged: Vec<Merged>,
}

/// Cells that were made one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Merged {
    pub(crate) rows: (u32, u32),
    pub(crate) columns: (u16, u16),
}

impl Shape {
    pub(crate) fn hides_column(&self, column: u16) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }

    fn merged_at(&self, row: u32, column: u16) -> Option<Merged> {
        self.merged
            .iter()
            .find(|merged| {
                (merged.rows.0..=merged.rows.1).contains(&row)
                    && (merged.columns.0..=merged.columns.1).contains(&column)
            })
            .copied()
    }
}

/// The headings of a sheet and what they say.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Column>,
    /// The first and the last line of the headings; none where there are none.
    pub(crate) header: Option<(u32, u32)>,
    /// The headings line by line in plain form, to know them when they come again.
    pub(crate) lines: Vec<Vec<String>>,
}

impl Layout {
    pub(crate) fn column_of(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == Some(field))
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.column_of(field).is_some()
    }
}

/// Finds the headings among the first lines, and what the columns hold.
pub(crate) fn find(head: &[Line], shape: &Shape, mapping: &Mapping) -> Layout {
    let (lines, labels) = match header_line(head, mapping) {
        Some(at) => with_headings(head, at, shape, mapping),
        None => (Vec::new(), Vec::new()),
    };
    let numbers: Vec<u32> = lines.iter().map(|line: &&Line| line.number).collect();
    let header = numbers.first().copied().zip(numbers.last().copied());
    let body = || head.iter().filter(|line| header.is_none_or(|(_, last)| line.number > last));
    let width = head.iter().map(|line| line.values.len()).max().unwrap_or_default();
    let mut columns: Vec<Column> = (0..width)
        .filter_map(|at| {
            let index = u16::try_from(at).ok()?;
            let label = labels.get(at).cloned().unwrap_or_default();
            if label.is_empty() && body().all(|line| line.value(at).is_empty()) {
                return None;
            }
            let hidden = shape.hides_column(index);
            Some(Column { index, header: label, field: None, found_by: FoundBy::Nothing, hidden })
        })
        .collect();
    claim(&mut columns, mapping);
    let body: Vec<&Line> = body().collect();
    content::claim(&mut columns, &body, mapping);
    let lines =
        lines.iter().map(|line| line.values.iter().map(|value| plain(&value.text())).collect()).collect();
    Layout { columns, header, lines }
}

/// What a column is called in a mapping: its heading, or its letters where it has none.
pub(crate) fn key(column: &Column) -> String {
    if column.header.is_empty() {
        format!("[{}]", column_letter(column.index))
    } else {
        column.header.clone()
    }
}

/// Each field goes to one column: what was told before what headings say, visible before hidden, left before right.
fn claim(columns: &mut [Column], mapping: &Mapping) {
    let mut wishes: Vec<(u8, usize, Field, FoundBy)> = Vec::new();
    for (at, column) in columns.iter_mut().enumerate() {
        match mapping.get(&key(column)) {
            Some(Some(field)) => wishes.push((0, at, field, FoundBy::Told)),
            Some(None) => column.found_by = FoundBy::Told,
            None => {
                if let Some(field) = headings::field_of(&plain(&column.header)) {
                    wishes.push((1 + u8::from(column.hidden), at, field, FoundBy::Heading));
                }
            }
        }
    }
    wishes.sort_by_key(|(rank, at, ..)| (*rank, *at));
    for (_, at, field, found_by) in wishes {
        let taken = columns.iter().any(|column| column.field == Some(field));
        let Some(column) = columns.get_mut(at) else { continue };
        // 年级 and 班级 make the class together.
        let joins = field == Field::Class;
        if taken && !joins {
            column.found_by = FoundBy::Taken(field);
        } else {
            (column.field, column.found_by) = (Some(field), found_by);
        }
    }
    // Where one column has the class in full and another repeats it, both stay; where two are alike, the left one counts.
    let classes: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.field == Some(Field::Class))
        .map(|(at, _)| at)
        .collect();
    let is_part = |column: &Column| {
        headings::is_part_of_class(plain(&column.header).rsplit('/').next().unwrap_or_default())
    };
    let full = classes.iter().copied().find(|at| columns.get(*at).is_some_and(|column| !is_part(column)));
    for at in classes {
        if let Some(column) = columns.get_mut(at)
            && full.is_some_and(|full| full != at)
            && !is_part(column)
        {
            (column.field, column.found_by) = (None, FoundBy::Taken(Field::Class));
        }
    }
}

/// The line that is most likely the headings: it names two fields or more, and holds no data.
fn header_line(head: &[Line], mapping: &Mapping) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (at, line) in head.iter().enumerate() {
        if line.filled().any(|(_, value)| is_data(value)) {
            continue;
        }
        let mut fields: Vec<Field> = line.filled().filter_map(|(_, value)| meaning(value, mapping)).collect();
        fields.sort_unstable();
        fields.dedup();
        let known = fields.len();
        let needed = fields.iter().any(|field| matches!(field, Field::Name | Field::DocumentNumber));
        if known >= 2 || (known == 1 && needed) {
            // The line below repeats nothing of a heading that spans two lines, so the first of equals counts.
            if best.is_none_or(|(_, before)| known > before + usize::from(before >= 2)) {
                best = Some((at, known));
            }
        }
    }
    best.map(|(at, _)| at)
}

/// What a cell means as a heading. Titles are long; a heading is short.
fn meaning(value: &Value, mapping: &Mapping) -> Option<Field> {
    let Value::Text(text) = value else { return None };
    let plain = plain(text);
    if plain.chars().count() > 30 {
        return None;
    }
    match mapping.get(text) {
        Some(told) => told,
        None => headings::field_of(&plain),
    }
}

/// Headings have no numbers of six digits and no dates.
fn is_data(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number >= 100_000.0,
        Value::Date(_) => true,
        Value::Text(text) => {
            let mut run = 0;
            plain(text).chars().any(|c| {
                run = if c.is_ascii_digit() { run + 1 } else { 0 };
                run >= 6
            })
        }
        _ => false,
    }
}

/// The headings with those above or below them, where they have two lines: 监护人 over 姓名 and 电话.
fn with_headings<'a>(
    head: &'a [Line],
    at: usize,
    shape: &Shape,
    mapping: &Mapping,
) -> (Vec<&'a Line>, Vec<String>) {
    let Some(found) = head.get(at) else { return (Vec::new(), Vec::new()) };
    let below = head.get(at + 1).filter(|line| line.number == found.number + 1);
    let above = at.checked_sub(1).and_then(|at| head.get(at)).filter(|line| line.number + 1 == found.number);
    let two = if let Some(below) = below.filter(|below| are_headings(found, below, shape, mapping)) {
        Some((found, below))
    } else {
        above.filter(|above| are_headings(above, found, shape, mapping)).map(|above| (above, found))
    };
    let Some((upper, lower)) = two else {
        return (vec![found], found.values.iter().map(|value| crate::text::free(&value.text())).collect());
    };
    let width = upper.values.len().max(lower.values.len());
    let mut labels = Vec::with_capacity(width);
    let mut over = String::new();
    for column in 0..width {
        let here = crate::text::free(&upper.value(column).text());
        let under = crate::text::free(&lower.value(column).text());
        let merged = u16::try_from(column).ok().and_then(|column| shape.merged_at(upper.number, column));
        let continues = match merged {
            Some(merged) => usize::from(merged.columns.0) < column,
            // Where nothing tells what is one cell, a blank belongs to what stands left of it.
            None => shape.merged.is_empty() && here.is_empty() && !under.is_empty(),
        };
        if !continues {
            over.clone_from(&here);
        }
        labels.push(match (over.is_empty(), under.is_empty()) {
            (false, false) if over != under => format!("{over}/{under}"),
            (false, true) if !here.is_empty() => here,
            (_, false) => under,
            _ => String::new(),
        });
    }
    (vec![upper, lower], labels)
}

/// Whether a line is a second line of headings below another: all that stands in it are headings, and some of them stand
/// where the upper line goes on from the left.
fn are_headings(upper: &Line, lower: &Line, shape: &Shape, mapping: &Mapping) -> bool {
    let known = lower.filled().filter(|(_, value)| meaning(value, mapping).is_some()).count();
    let filled = lower.filled().count();
    if known == 0 || known * 2 < filled || lower.filled().any(|(_, value)| is_data(value)) {
        return false;
    }
    // A title over the whole sheet is no heading.
    if upper.filled().count() < 2 {
        return false;
    }
    lower.filled().any(|(column, _)| {
        let merged = u16::try_from(column).ok().and_then(|column| shape.merged_at(upper.number, column));
        let spans = merged.is_some_and(|merged| merged.columns.0 < merged.columns.1);
        spans
            || (upper.value(column).is_empty()
                && column > 0
                && upper.values.iter().take(column).any(|value| !value.is_empty()))
    })
}
