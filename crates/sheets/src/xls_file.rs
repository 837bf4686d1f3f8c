//! Workbooks of Excel 97 to 2003. They have 65,536 rows at most, and are read as a whole.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xls, XlsError};

use crate::columns::{Merged, Shape};
use crate::reading::{Gathered, HEAD, Reading};
use crate::value::{Line, Value};
use crate::xlsx_file::{choose, names, of_date, of_error};
use crate::{Format, List, Options, ReadError};

type Book<'a> = Xls<Cursor<&'a [u8]>>;

pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<List, ReadError> {
    let mut book: Book<'_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| why(&error))?;
    let sheets = names(book.sheets_metadata());
    let is_1904 = book.has_1904_epoch();
    let (wanted, other_sheets) = choose(&sheets, options, &mut |name| {
        let range = range_of(&mut book, name)?;
        Ok(lines(&range, is_1904).filter(|line| !line.is_empty()).take(HEAD).collect())
    })?;
    let mut gathered = Gathered::default();
    for name in &wanted {
        let range = range_of(&mut book, name)?;
        let shape = shape(&book, name);
        let mut reading = Reading::new(&mut gathered, options, &shape, name, wanted.len() > 1, is_1904);
        for line in lines(&range, is_1904) {
            reading.push(line)?;
        }
        reading.finish()?;
    }
    Ok(List {
        format: Format::Xls,
        encoding: None,
        delimiter: None,
        sheets: gathered.sheets,
        other_sheets,
        left_out: gathered.left_out,
        rows: gathered.rows,
    })
}

fn range_of(book: &mut Book<'_>, name: &str) -> Result<Range<Data>, ReadError> {
    book.worksheet_range(name).map_err(|error| why(&error))
}

fn lines(range: &Range<Data>, is_1904: bool) -> impl Iterator<Item = Line> {
    let (row, column) = range.start().unwrap_or_default();
    let before = vec![Value::Empty; column as usize];
    (row.saturating_add(1)..).zip(range.rows()).map(move |(number, cells)| Line {
        number,
        hidden: false,
        values: before.iter().cloned().chain(cells.iter().map(|cell| of_cell(cell, is_1904))).collect(),
    })
}

fn of_cell(cell: &Data, is_1904: bool) -> Value {
    match cell {
        Data::Empty => Value::Empty,
        #[expect(clippy::cast_precision_loss, reason = "what is too long for it is told as rounded")]
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(bool) => Value::Bool(*bool),
        Data::DateTime(at) => of_date(at, is_1904),
        Data::Error(error) => Value::Error(of_error(error)),
        other => Value::Text(other.to_string()),
    }
}

/// Which cells are one. What is hidden such files tell too, but nothing reads it.
fn shape(book: &Book<'_>, name: &str) -> Shape {
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let column = |column: u32| u16::try_from(column).unwrap_or(u16::MAX);
    let merged = merged.into_iter().map(|cells| Merged {
        rows: (cells.start.0.saturating_add(1), cells.end.0.saturating_add(1)),
        columns: (column(cells.start.1), column(cells.end.1)),
    });
    Shape { merged: merged.collect(), ..Shape::default() }
}

fn why(error: &XlsError) -> ReadError {
    match error {
        XlsError::Password => ReadError::Password,
        XlsError::WorksheetNotFound(_) => ReadError::NoSuchSheet,
        _ => ReadError::Damaged,
    }
}
