#![doc = include_str!("../README.md")]

mod columns;
mod content;
mod csv_file;
mod date;
mod detect;
mod error;
mod fault;
mod field;
mod headings;
mod list;
mod mapping;
mod options;
mod reading;
mod rounded;
mod row;
mod text;
mod value;
mod words;
mod xls_file;
mod xlsx_file;
mod xlsx_parts;

pub use error::ReadError;
pub use fault::{Fault, FaultKind};
pub use field::{Field, UnknownField};
pub use list::{
    Column, Format, FoundBy, LeftOut, List, OtherSheet, Row, Sheet, Why, cell_name, column_letter,
};
pub use mapping::Mapping;
pub use options::{Limits, Options, Wanted};

/// Reads a file into a list of people.
///
/// What the file is, is seen from its content; `file_name` only helps to tell text from what is no list at all.
///
/// # Errors
/// Why it can't be read as a whole. What can't be read of a single cell is a [`Fault`] of its row.
pub fn read(bytes: &[u8], file_name: &str, options: &Options) -> Result<List, ReadError> {
    if bytes.len() as u64 > options.limits.bytes {
        return Err(ReadError::TooLarge { limit: options.limits.bytes });
    }
    let list = match detect::format(bytes, file_name)? {
        Format::Xlsx => xlsx_file::read(bytes, options)?,
        Format::Xls => xls_file::read(bytes, options)?,
        Format::Csv => csv_file::read(bytes, options)?,
    };
    if list.is_empty() && list.sheets.iter().all(|sheet| sheet.header_row.is_none()) {
        return Err(ReadError::Nobody);
    }
    Ok(list)
}
