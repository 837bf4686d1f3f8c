//! What was read: a list of rows in little memory, and everything about it that a clerk has to know.

use std::fmt;

use crate::{Fault, Field, Mapping};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook of Excel 2007 and later, or of WPS.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// Text, a line for each row.
    Csv,
}

impl Format {
    /// The stable word for it, and the ending of such files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Csv => "csv",
        }
    }
}

/// A list as it was read.
pub struct List {
    /// How the file is written.
    pub format: Format,
    /// How its text is encoded, where it is text: `UTF-8`, `GB18030`, `UTF-16LE`.
    pub encoding: Option<&'static str>,
    /// What stands between its fields, where it is text.
    pub delimiter: Option<char>,
    /// The sheets that were read, in the order of the workbook; a text file is one sheet without a name.
    pub sheets: Vec<Sheet>,
    /// The sheets that were not read.
    pub other_sheets: Vec<OtherSheet>,
    /// What was left out, and why.
    pub left_out: Vec<LeftOut>,
    pub(crate) rows: Rows,
}

/// A sheet that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; nothing for a text file.
    pub name: String,
    /// The row of its headings as Excel counts (the lower one where there are two); none where nothing in it is a heading.
    pub header_row: Option<u32>,
    /// Its columns, from the left; those without a heading and without anything in them are not listed.
    pub columns: Vec<Column>,
    /// How many of its rows are hidden, as by a filter. They are read as all others.
    pub hidden_rows: u32,
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Where it stands, counted from 0.
    pub index: u16,
    /// Its heading as it stands there; the upper one before the lower with a slash where there are two: `监护人/姓名`.
    pub header: String,
    /// What it holds; none where it is not used.
    pub field: Option<Field>,
    /// How that was found.
    pub found_by: FoundBy,
    /// Whether Excel hides it.
    pub hidden: bool,
}

impl Column {
    /// Its letters in Excel: `A`, `AB`.
    #[must_use]
    pub fn letter(&self) -> String {
        column_letter(self.index)
    }
}

/// How it was found what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// By what was told: a mapping that is remembered or was just chosen.
    Told,
    /// By its heading.
    Heading,
    /// By what stands in it; somebody should look.
    Content,
    /// It holds what another column holds too, and that one was taken.
    Taken(Field),
    /// Nothing: its heading is none that is known.
    Nothing,
}

/// A sheet that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherSheet {
    /// Its name.
    pub name: String,
    /// Whether Excel hides it.
    pub hidden: bool,
    /// Whether it has headings of a list: then it may be another class of the same school.
    pub is_list: bool,
}

/// Rows that are not people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Which of [`List::sheets`].
    pub sheet: u16,
    /// The first row of them, as Excel counts.
    pub first: u32,
    /// The last row of them.
    pub last: u32,
    /// Why.
    pub why: Why,
}

/// Why a row is not taken for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It stands above the headings: a title.
    Title,
    /// It is the headings.
    Heading,
    /// The headings again, as for each page.
    HeadingAgain,
    /// Nothing stands in it.
    Empty,
    /// Only a running number, or what is the same for everybody, stands in it.
    Prefilled,
    /// A sum: 合计, 共 40 人.
    Total,
    /// A note: 填表说明, 制表人.
    Note,
    /// The name of a class above its people, who belong to it.
    Section,
    /// An example of how to fill in the list.
    Example,
}

impl Why {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading => "heading",
            Self::HeadingAgain => "heading_again",
            Self::Empty => "empty",
            Self::Prefilled => "prefilled",
            Self::Total => "total",
            Self::Note => "note",
            Self::Section => "section",
            Self::Example => "example",
        }
    }
}

/// All rows, in three flat stores: a row costs its text and some bytes for each cell.
#[derive(Default)]
pub(crate) struct Rows {
    text: String,
    cells: Vec<Cell>,
    heads: Vec<Head>,
    faults: Vec<Fault>,
}

struct Cell {
    field: Field,
    column: u16,
    end: u32,
}

struct Head {
    sheet: u16,
    number: u32,
    /// Where its cells, text and faults end.
    cells: u32,
    text: u32,
    faults: u32,
}

impl Rows {
    pub(crate) fn begin(&mut self, sheet: u16, number: u32) {
        self.heads.push(Head { sheet, number, cells: 0, text: 0, faults: 0 });
        self.close();
    }

    /// Adds a cell to the row that was begun last.
    pub(crate) fn add(&mut self, field: Field, column: u16, value: &str) {
        if value.is_empty() {
            return;
        }
        self.text.push_str(value);
        self.cells.push(Cell { field, column, end: size(self.text.len()) });
        self.close();
    }

    /// Adds a fault to the row that was begun last.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
        self.close();
    }

    fn close(&mut self) {
        let (cells, text, faults) = (size(self.cells.len()), size(self.text.len()), size(self.faults.len()));
        if let Some(head) = self.heads.last_mut() {
            (head.cells, head.text, head.faults) = (cells, text, faults);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Adds faults to rows that were read before, from a position on.
    pub(crate) fn add_faults(&mut self, from: usize, of: impl Fn(&Row<'_>) -> Option<Fault>) {
        let mut faults = Vec::with_capacity(self.faults.len());
        let mut ends = Vec::with_capacity(self.heads.len());
        for position in 0..self.heads.len() {
            if let Some(row) = self.get(position) {
                faults.extend_from_slice(row.faults());
                faults.extend((position >= from).then(|| of(&row)).flatten());
            }
            ends.push(size(faults.len()));
        }
        for (head, end) in self.heads.iter_mut().zip(ends) {
            head.faults = end;
        }
        self.faults = faults;
    }

    fn get(&self, position: usize) -> Option<Row<'_>> {
        let head = self.heads.get(position)?;
        let before = position.checked_sub(1).and_then(|before| self.heads.get(before));
        let (cells, text, faults) = before.map_or((0, 0, 0), |head| (head.cells, head.text, head.faults));
        Some(Row {
            head,
            text: &self.text,
            start: text,
            cells: self.cells.get(cells as usize..head.cells as usize).unwrap_or_default(),
            faults: self.faults.get(faults as usize..head.faults as usize).unwrap_or_default(),
        })
    }
}

/// Sizes are held under 4 GiB by the limits.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A row of a list: a person. `Debug` shows where it stands and nothing of what it says.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    head: &'a Head,
    text: &'a str,
    start: u32,
    cells: &'a [Cell],
    faults: &'a [Fault],
}

impl<'a> Row<'a> {
    /// Its number as Excel shows it; the line of a text file.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.head.number
    }

    /// Which of [`List::sheets`] it stands in.
    #[must_use]
    pub fn sheet(&self) -> u16 {
        self.head.sheet
    }

    /// What stands in a field, in its normal form; nothing where it is blank or could not be read.
    #[must_use]
    pub fn get(&self, field: Field) -> &'a str {
        self.values().find(|(of, _)| *of == field).map_or("", |(_, value)| value)
    }

    /// All that stands in it.
    pub fn values(&self) -> impl Iterator<Item = (Field, &'a str)> + use<'a> {
        let (text, mut start) = (self.text, self.start as usize);
        self.cells.iter().map(move |cell| {
            let value = text.get(start..cell.end as usize).unwrap_or_default();
            start = cell.end as usize;
            (cell.field, value)
        })
    }

    /// The cell a field was read from, as Excel names it: `C5`. None where it is blank, or not the row's own.
    #[must_use]
    pub fn cell(&self, field: Field) -> Option<String> {
        let cell = self.cells.iter().find(|cell| cell.field == field && cell.column != NO_COLUMN)?;
        Some(cell_name(cell.column, self.head.number))
    }

    /// What of it could not be read.
    #[must_use]
    pub fn faults(&self) -> &'a [Fault] {
        self.faults
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.head.number)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("format", &self.format)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// The column of a value that no cell of the row holds: the class of the section, the relation that a heading tells.
pub(crate) const NO_COLUMN: u16 = u16::MAX;

impl List {
    /// How many people it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Its people, from the top.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).filter_map(|position| self.rows.get(position))
    }

    /// The person at a position, counted from 0: a list is handed on in portions by it.
    #[must_use]
    pub fn row(&self, position: usize) -> Option<Row<'_>> {
        self.rows.get(position)
    }

    /// Whether somebody has to say what its columns hold: no name or no number was found, or one of them is in doubt.
    #[must_use]
    pub fn needs_mapping(&self) -> bool {
        const NEEDED: [Field; 2] = [Field::Name, Field::DocumentNumber];
        let unsure = |column: &Column| match column.found_by {
            FoundBy::Content => column.field.is_some(),
            FoundBy::Taken(field) => NEEDED.contains(&field) && !column.hidden,
            FoundBy::Told | FoundBy::Heading | FoundBy::Nothing => false,
        };
        self.sheets.iter().any(|sheet| {
            let has = |field| sheet.columns.iter().any(|column| column.field == Some(field));
            !NEEDED.into_iter().all(has) || sheet.columns.iter().any(unsure)
        })
    }

    /// What its columns hold, to be remembered for the next list of the same unit.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        let columns = self.sheets.iter().flat_map(|sheet| &sheet.columns);
        columns.fold(Mapping::default(), |mut mapping, column| {
            mapping.set(&column.header, column.field);
            mapping
        })
    }
}

/// The letters of a column that is counted from 0: `A`, `Z`, `AA`.
#[must_use]
pub fn column_letter(index: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(index) + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A cell as Excel names it.
#[must_use]
pub fn cell_name(column: u16, row: u32) -> String {
    format!("{}{row}", column_letter(column))
}
