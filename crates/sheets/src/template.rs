//! The list that a unit fills in: numbers as text from the beginning, words to choose from, and a sheet that explains.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError,
};

use crate::Field;

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet could not be written")]
pub struct WriteError(#[from] XlsxError);

/// The words of a template in one language.
#[derive(Clone, Debug)]
pub struct Template {
    /// What the sheet to fill in is called.
    pub list: String,
    /// What the sheet that explains is called.
    pub explanation: String,
    /// Its title.
    pub title: String,
    /// What holds for the whole list, a sentence each.
    pub rules: Vec<String>,
    /// The headings of the table that explains: column, needed, what to write, example.
    pub table: [String; 4],
    /// What stands in its second column for a column that is needed, and for one that is not.
    pub needed: [String; 2],
    /// What Excel says to a word that is not among those to choose from.
    pub choose: String,
    /// The columns from the left.
    pub columns: Vec<TemplateColumn>,
}

/// A column of a template.
#[derive(Clone, Debug)]
pub struct TemplateColumn {
    /// What it holds.
    pub field: Field,
    /// Its heading.
    pub heading: String,
    /// Whether no row does without it.
    pub needed: bool,
    /// What to write in it.
    pub hint: String,
    /// An example.
    pub example: String,
    /// The words to choose from; none where anything may be written.
    pub choices: Vec<String>,
}

/// So many rows have the words to choose from.
const ROWS: u32 = 20_000;

/// The name of the hidden sheet with the words to choose from.
const CHOICES: &str = "_";

impl Template {
    /// Writes the workbook.
    ///
    /// # Errors
    /// A name of a sheet, or a text, that Excel does not take.
    pub fn write(&self) -> Result<Vec<u8>, WriteError> {
        let mut workbook = Workbook::new();
        self.list(workbook.add_worksheet())?;
        self.explanation(workbook.add_worksheet())?;
        let choices = workbook.add_worksheet();
        choices.set_name(CHOICES)?.set_hidden(true);
        for (at, column) in (0..).zip(&self.columns) {
            for (row, choice) in (0..).zip(&column.choices) {
                choices.write_string(row, at, choice)?;
            }
        }
        Ok(workbook.save_to_buffer()?)
    }

    fn list(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(&self.list)?.set_freeze_panes(1, 0)?;
        let text = Format::new().set_num_format("@").set_font_size(11);
        for (at, column) in (0..).zip(&self.columns) {
            let heading = heading_format().set_background_color(Color::RGB(if column.needed {
                0x0017_665F
            } else {
                0x0055_626A
            }));
            sheet.set_column_format(at, &text)?.set_column_width(at, width(column.field))?;
            let label = if column.needed { format!("{}*", column.heading) } else { column.heading.clone() };
            sheet.write_string_with_format(0, at, label, &heading)?;
            sheet.add_data_validation(1, at, ROWS, at, &self.validation(at, column)?)?;
        }
        sheet.set_row_height(0, 24)?;
        Ok(())
    }

    fn validation(&self, at: u16, column: &TemplateColumn) -> Result<DataValidation, XlsxError> {
        let mut validation = DataValidation::new();
        validation = match u32::try_from(column.choices.len()) {
            Ok(count @ 1..) => {
                let letter = crate::column_letter(at);
                let list = Formula::new(format!("={CHOICES}!${letter}$1:${letter}${count}"));
                validation
                    .allow_list_formula(list)
                    .set_error_style(DataValidationErrorStyle::Stop)
                    .set_error_title(excerpt(&column.heading, 32))?
                    .set_error_message(excerpt(&self.choose, 255))?
            }
            _ => validation.allow_text_length(DataValidationRule::LessThanOrEqualTo(300)),
        };
        validation
            .set_input_title(excerpt(&column.heading, 32))?
            .set_input_message(excerpt(&column.hint, 255))
    }

    fn explanation(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(&self.explanation)?;
        for (at, width) in [(0, 22), (1, 10), (2, 64), (3, 26)] {
            sheet.set_column_width(at, width)?;
        }
        sheet.merge_range(0, 0, 0, 3, &self.title, &Format::new().set_bold().set_font_size(16))?;
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let mut row = 1;
        for rule in &self.rules {
            sheet.merge_range(row, 0, row, 3, rule, &wrapped)?;
            sheet.set_row_height(row, 32)?;
            row += 1;
        }
        row += 1;
        let heading = heading_format().set_background_color(Color::RGB(0x0017_665F));
        for (at, text) in (0..).zip(&self.table) {
            sheet.write_string_with_format(row, at, text, &heading)?;
        }
        let cell = wrapped
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00D9_D3C7))
            .set_num_format("@");
        for column in &self.columns {
            row += 1;
            let [needed, free] = &self.needed;
            let needed = if column.needed { needed } else { free };
            for (at, text) in (0..).zip([&column.heading, needed, &column.hint, &column.example]) {
                sheet.write_string_with_format(row, at, text, &cell)?;
            }
        }
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

pub(crate) fn heading_format() -> Format {
    Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_align(FormatAlign::Left)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x00D9_D3C7))
}

/// Excel counts units of UTF-16, and takes no more than so many.
fn excerpt(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect()
}

const fn width(field: Field) -> u16 {
    match field {
        Field::Sex => 8,
        Field::Name
        | Field::GuardianName
        | Field::GuardianRelation
        | Field::IssuingCountry
        | Field::BirthDate
        | Field::CardKind => 14,
        Field::Phone | Field::GuardianPhone | Field::Class => 16,
        Field::DocumentKind | Field::GuardianDocumentKind | Field::Email | Field::Workplace | Field::Note => {
            24
        }
        Field::DocumentNumber | Field::GuardianDocumentNumber => 24,
        Field::Address => 36,
    }
}
