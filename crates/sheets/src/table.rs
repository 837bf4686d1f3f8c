//! Tables to hand out, as the report of a batch: row after row into a file, never a table as a whole in memory.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::template::{WriteError, heading_format};

/// A workbook with one table, written from the top.
pub struct TableWriter {
    workbook: Workbook,
    cell: Format,
    row: u32,
    columns: u16,
}

impl TableWriter {
    /// Begins a table: its sheet's name, lines above it (the first is its title), its columns with their widths in characters.
    ///
    /// # Errors
    /// A name that Excel does not take, or no room for temporary files.
    pub fn new(sheet: &str, above: &[String], columns: &[(String, u16)]) -> Result<Self, WriteError> {
        let mut workbook = Workbook::new();
        let worksheet = workbook.add_worksheet_with_constant_memory()?;
        worksheet.set_name(sheet_name(sheet))?;
        worksheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        for (at, (_, width)) in (0..).zip(columns) {
            worksheet.set_column_width(at, *width)?;
        }
        let mut row = 0;
        for line in above {
            let format = if row == 0 { Format::new().set_bold().set_font_size(16) } else { Format::new() };
            worksheet.write_string_with_format(row, 0, line, &format)?;
            row += 1;
        }
        row += u32::from(row > 0);
        worksheet.set_freeze_panes(row + 1, 0)?;
        worksheet.set_repeat_rows(row, row)?;
        let heading = heading_format().set_background_color(Color::RGB(0x0017_665F));
        for (at, (text, _)) in (0..).zip(columns) {
            worksheet.write_string_with_format(row, at, text, &heading)?;
        }
        let cell = Format::new()
            .set_num_format("@")
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00D9_D3C7));
        Ok(Self { workbook, cell, row: row + 1, columns: u16::try_from(columns.len()).unwrap_or(u16::MAX) })
    }

    /// Adds a row. Every cell is text: what stands in it is never taken for a formula or a number.
    ///
    /// # Errors
    /// More rows than a sheet has, or no room for temporary files.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<(), WriteError> {
        let (row, format) = (self.row, self.cell.clone());
        let columns = self.columns;
        let worksheet = self.worksheet()?;
        for (at, text) in (0..columns).zip(cells) {
            worksheet.write_string_with_format(row, at, excerpt(text.as_ref()), &format)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Ends the table: the bytes of the workbook.
    ///
    /// # Errors
    /// No room for temporary files.
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        Ok(self.workbook.save_to_buffer()?)
    }

    fn worksheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(0)
    }
}

/// Excel takes 31 characters and none of these in the name of a sheet.
fn sheet_name(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(31).collect();
    if name.trim().is_empty() { "1".to_owned() } else { name }
}

/// A cell of Excel holds 32,767 characters.
fn excerpt(text: &str) -> &str {
    let end = text.char_indices().nth(8_000).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default()
}
