//! Workbooks of Excel 2007 and later: cells are read one after the other, never a sheet as a whole.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{CellErrorType, DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};

use crate::columns::Shape;
use crate::reading::{self, Gathered, HEAD, Reading};
use crate::value::{Line, Value};
use crate::{Format, List, Options, OtherSheet, ReadError, Wanted, date};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<List, ReadError> {
    let shapes = crate::xlsx_parts::shapes(bytes, &options.limits)?;
    let mut book: Book<'_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| why(&error))?;
    let sheets = names(book.sheets_metadata());
    let is_1904 = book.has_1904_epoch();
    let limit = options.limits.columns;
    let mut head_of = |name: &str| {
        let mut head = Vec::new();
        let empty = Shape::default();
        lines(&mut book, name, &empty, is_1904, limit, &mut |line| {
            head.push(line);
            Ok(head.len() < HEAD)
        })?;
        Ok(head)
    };
    let (wanted, other_sheets) = choose(&sheets, options, &mut head_of)?;
    let mut gathered = Gathered::default();
    read_sheets(&mut book, &shapes, &wanted, options, is_1904, &mut gathered)?;
    Ok(List {
        format: Format::Xlsx,
        encoding: None,
        delimiter: None,
        sheets: gathered.sheets,
        other_sheets,
        left_out: gathered.left_out,
        rows: gathered.rows,
    })
}

fn read_sheets(
    book: &mut Book<'_>,
    shapes: &HashMap<String, Shape>,
    wanted: &[String],
    options: &Options,
    is_1904: bool,
    gathered: &mut Gathered,
) -> Result<(), ReadError> {
    let none = Shape::default();
    for name in wanted {
        let shape = shapes.get(name).unwrap_or(&none);
        let mut reading = Reading::new(gathered, options, shape, name, wanted.len() > 1, is_1904);
        lines(book, name, shape, is_1904, options.limits.columns, &mut |line| {
            reading.push(line).map(|()| true)
        })?;
        reading.finish()?;
    }
    Ok(())
}

/// A sheet as a workbook lists it: its name, and whether it is hidden.
pub(crate) type Named = (String, bool);

pub(crate) fn names(sheets: &[calamine::Sheet]) -> Vec<Named> {
    sheets
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect()
}

/// Which sheets are read, and what is said of the others.
pub(crate) fn choose(
    sheets: &[Named],
    options: &Options,
    head_of: &mut dyn FnMut(&str) -> Result<Vec<Line>, ReadError>,
) -> Result<(Vec<String>, Vec<OtherSheet>), ReadError> {
    let mut known = Vec::with_capacity(sheets.len());
    for (name, hidden) in sheets {
        let head = head_of(name)?;
        known.push((name, *hidden, reading::is_list(&head, &options.mapping), !head.is_empty()));
    }
    let visible = || known.iter().filter(|(_, hidden, ..)| !hidden);
    let wanted: Vec<String> = match &options.wanted {
        Wanted::Named(names) => {
            if names.is_empty() || !names.iter().all(|name| sheets.iter().any(|(sheet, _)| sheet == name)) {
                return Err(ReadError::NoSuchSheet);
            }
            names.clone()
        }
        Wanted::All => {
            visible().filter(|(_, _, is_list, _)| *is_list).map(|(name, ..)| (*name).clone()).collect()
        }
        Wanted::First => Vec::new(),
    };
    let wanted = if wanted.is_empty() {
        let first =
            visible().find(|(_, _, is_list, _)| *is_list).or_else(|| visible().find(|(.., filled)| *filled));
        vec![first.ok_or(ReadError::Nobody)?.0.clone()]
    } else {
        wanted
    };
    let other = known
        .iter()
        .filter(|(name, ..)| !wanted.contains(name))
        .map(|(name, hidden, is_list, _)| OtherSheet {
            name: (*name).clone(),
            hidden: *hidden,
            is_list: *is_list,
        })
        .collect();
    Ok((wanted, other))
}

/// Hands on the lines of a sheet with something in them, until `each` says no.
fn lines(
    book: &mut Book<'_>,
    name: &str,
    shape: &Shape,
    is_1904: bool,
    limit: u16,
    each: &mut dyn FnMut(Line) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| why(&error))?;
    let mut line = Line::default();
    while let Some(cell) = cells.next_cell().map_err(|error| why(&error))? {
        let (row, column) = cell.get_position();
        let value = of_cell(cell.get_value(), is_1904);
        if value.is_empty() {
            continue;
        }
        if column >= u32::from(limit) {
            return Err(ReadError::TooManyColumns { limit });
        }
        let number = row.saturating_add(1);
        if number != line.number {
            if line.number > 0 && !each(std::mem::take(&mut line))? {
                return Ok(());
            }
            line = Line { number, hidden: shape.hidden_rows.contains(&number), values: Vec::new() };
        }
        let column = column as usize;
        if line.values.len() <= column {
            line.values.resize(column + 1, Value::Empty);
        }
        if let Some(place) = line.values.get_mut(column) {
            *place = value;
        }
    }
    if line.number > 0 {
        each(line)?;
    }
    Ok(())
}

fn of_cell(cell: &DataRef<'_>, is_1904: bool) -> Value {
    match cell {
        DataRef::Empty => Value::Empty,
        #[expect(clippy::cast_precision_loss, reason = "what is too long for it is told as rounded")]
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Value::Text(text.clone())
        }
        DataRef::SharedString(text) => Value::Text((*text).to_owned()),
        DataRef::Bool(bool) => Value::Bool(*bool),
        DataRef::DateTime(at) => of_date(at, is_1904),
        DataRef::Error(error) => Value::Error(of_error(error)),
    }
}

pub(crate) fn of_date(at: &ExcelDateTime, is_1904: bool) -> Value {
    if at.is_duration() { Value::Date(None) } else { Value::Date(date::of_serial(at.as_f64(), is_1904)) }
}

pub(crate) const fn of_error(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#DATA!",
    }
}

fn why(error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Password,
        XlsxError::WorksheetNotFound(_) => ReadError::NoSuchSheet,
        _ => ReadError::Damaged,
    }
}
