//! From lines to people: what stands above, between and below them is left out, with the reason.

use std::collections::HashMap;

use crate::columns::{self, Layout, Shape};
use crate::list::{NO_COLUMN, Rows};
use crate::value::{Line, Value};
use crate::{
    Fault, FaultKind, Field, LeftOut, Mapping, Options, ReadError, Sheet, Why, headings, rounded, row, text,
};

/// So many lines are looked at for the headings.
pub(crate) const HEAD: usize = 60;

/// What is gathered of all sheets.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) rows: Rows,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// The reading of one sheet: lines are pushed from the top, and looked at once.
pub(crate) struct Reading<'a> {
    gathered: &'a mut Gathered,
    options: &'a Options,
    shape: &'a Shape,
    sheet: u16,
    name: String,
    /// What the class is called where the sheet has no column for it: the sheet of that name.
    class_of_sheet: String,
    is_1904: bool,
    head: Vec<Line>,
    layout: Option<Layout>,
    last: u32,
    hidden_rows: u32,
    section: String,
    /// What was in the first of cells that are one, by its place in `shape.merged`.
    merged: HashMap<usize, Value>,
    numbers: rounded::Column,
    first_position: usize,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        gathered: &'a mut Gathered,
        options: &'a Options,
        shape: &'a Shape,
        name: &str,
        one_of_many: bool,
        is_1904: bool,
    ) -> Self {
        let first_position = gathered.rows.len();
        Self {
            sheet: u16::try_from(gathered.sheets.len()).unwrap_or(u16::MAX),
            name: name.to_owned(),
            class_of_sheet: if one_of_many { text::free(name) } else { String::new() },
            is_1904,
            gathered,
            options,
            shape,
            head: Vec::new(),
            layout: None,
            last: 0,
            hidden_rows: 0,
            section: String::new(),
            merged: HashMap::new(),
            numbers: rounded::Column::default(),
            first_position,
        }
    }

    /// Takes the next line.
    pub(crate) fn push(&mut self, line: Line) -> Result<(), ReadError> {
        if line.values.len() > usize::from(self.options.limits.columns) {
            let beyond =
                line.values.iter().skip(self.options.limits.columns.into()).any(|value| !value.is_empty());
            if beyond {
                return Err(ReadError::TooManyColumns { limit: self.options.limits.columns });
            }
        }
        if line.is_empty() {
            return Ok(());
        }
        let Some(layout) = self.layout.take() else {
            self.head.push(line);
            return if self.head.len() >= HEAD { self.settle() } else { Ok(()) };
        };
        let result = self.body(&layout, line);
        self.layout = Some(layout);
        result
    }

    /// Ends the sheet.
    pub(crate) fn finish(mut self) -> Result<(), ReadError> {
        if self.layout.is_none() {
            self.settle()?;
        }
        let Some(layout) = self.layout.take() else { return Ok(()) };
        if self.numbers.is_rounded()
            && let Some(column) = layout.column_of(Field::DocumentNumber)
        {
            self.gathered.rows.mark_rounded(self.first_position, column.index);
        }
        self.gathered.sheets.push(Sheet {
            name: self.name,
            header_row: layout.header.map(|(_, last)| last),
            columns: layout.columns,
            hidden_rows: self.hidden_rows,
        });
        Ok(())
    }

    /// Decides what the columns are, and looks at the lines that waited for it.
    fn settle(&mut self) -> Result<(), ReadError> {
        let head = std::mem::take(&mut self.head);
        let layout = columns::find(&head, self.shape, &self.options.mapping);
        let header = layout.header;
        for line in head {
            match header {
                Some((first, _)) if line.number < first => self.leave_out(line.number, Why::Title),
                Some((first, last)) if (first..=last).contains(&line.number) => {
                    self.leave_out(line.number, Why::Heading);
                    self.last = line.number;
                }
                _ => self.body(&layout, line)?,
            }
        }
        self.layout = Some(layout);
        Ok(())
    }

    fn leave_out(&mut self, number: u32, why: Why) {
        self.leave_out_all(number, number, why);
    }

    fn leave_out_all(&mut self, first: u32, last: u32, why: Why) {
        match self.gathered.left_out.last_mut() {
            Some(before) if before.sheet == self.sheet && before.why == why && before.last + 1 == first => {
                before.last = last;
            }
            _ => self.gathered.left_out.push(LeftOut { sheet: self.sheet, first, last, why }),
        }
    }

    fn body(&mut self, layout: &Layout, mut line: Line) -> Result<(), ReadError> {
        let number = line.number;
        if self.last > 0 && number > self.last + 1 {
            self.leave_out_all(self.last + 1, number - 1, Why::Empty);
        }
        self.last = number;
        if line.hidden {
            self.hidden_rows += 1;
        }
        if let Some(why) = kind_of(&line, layout) {
            if why == Why::Section {
                self.section =
                    line.filled().next().map(|(_, value)| text::free(&value.text())).unwrap_or_default();
            }
            self.leave_out(number, why);
            return Ok(());
        }
        self.fill_merged(&mut line, layout);
        if self.gathered.rows.len() >= self.options.limits.rows as usize {
            return Err(ReadError::TooManyRows { limit: self.options.limits.rows });
        }
        self.gathered.rows.begin(self.sheet, number);
        let seen = row::read(&mut self.gathered.rows, layout, &line, self.is_1904);
        self.numbers.see(&seen.document_number);
        if !seen.has_class {
            let class = if self.section.is_empty() { self.class_of_sheet.as_str() } else { &self.section };
            self.gathered.rows.add(Field::Class, NO_COLUMN, class);
        }
        Ok(())
    }

    /// A cell that goes over several lines says the same of all of them: the class of forty children. Names and numbers
    /// are nobody else's.
    fn fill_merged(&mut self, line: &mut Line, layout: &Layout) {
        for (at, merged) in self.shape.merged.iter().enumerate() {
            let (first, last) = merged.rows;
            if first == last || !(first..=last).contains(&line.number) {
                continue;
            }
            let column = usize::from(merged.columns.0);
            if line.number == first {
                self.merged.insert(at, line.value(column).clone());
                continue;
            }
            let field = layout
                .columns
                .iter()
                .find(|known| usize::from(known.index) == column)
                .and_then(|known| known.field);
            if matches!(field, None | Some(Field::Name | Field::DocumentNumber))
                || !line.value(column).is_empty()
            {
                continue;
            }
            if let Some(value) = self.merged.get(&at) {
                if line.values.len() <= column {
                    line.values.resize(column + 1, Value::Empty);
                }
                if let Some(place) = line.values.get_mut(column) {
                    *place = value.clone();
                }
            }
        }
    }
}

/// Why a line below the headings is no person; none where it is one.
fn kind_of(line: &Line, layout: &Layout) -> Option<Why> {
    let texts: Vec<String> = line.filled().map(|(_, value)| text::free(&value.text())).collect();
    let first = texts.first().map(String::as_str).unwrap_or_default();
    if is_heading_again(line, layout) {
        return Some(Why::HeadingAgain);
    }
    if ["示例", "样例", "例如", "例:", "(例", "(示例", "(样例", "e.g.", "Example"]
        .iter()
        .any(|start| first.starts_with(start))
    {
        return Some(Why::Example);
    }
    let value =
        |field| layout.column_of(field).map_or(&Value::Empty, |column| line.value(column.index.into()));
    let number = value(Field::DocumentNumber);
    let has_number = number.text().chars().filter(|c| c.is_alphanumeric() && !text::ideograph(*c)).count()
        >= 4
        || rounded::is(number);
    if has_number && !(texts.len() == 1 && is_note(first)) {
        return None;
    }
    if texts.iter().any(|text| is_total(text)) {
        return Some(Why::Total);
    }
    if texts.iter().any(|text| is_note(text)) {
        return Some(Why::Note);
    }
    if texts.len() == 1 && is_class(first) && !layout.has(Field::Class) {
        return Some(Why::Section);
    }
    let personal = |field: &Field| {
        matches!(
            field,
            Field::Name
                | Field::DocumentNumber
                | Field::Phone
                | Field::BirthDate
                | Field::Email
                | Field::GuardianName
                | Field::GuardianDocumentNumber
                | Field::GuardianPhone
        )
    };
    let of_a_person = layout
        .columns
        .iter()
        .filter(|column| {
            column.field.as_ref().is_some_and(personal) && !line.value(column.index.into()).is_empty()
        })
        .count();
    let name = text::name(&value(Field::Name).text());
    match () {
        () if of_a_person == 0 => {
            Some(if texts.iter().all(|text| text.chars().count() <= 12) { Why::Prefilled } else { Why::Note })
        }
        // A name without a number is somebody whose number was forgotten; a sentence is none.
        () if !name.is_empty() && !is_name(&name) => Some(Why::Note),
        () if name.is_empty() && texts.len() == 1 => Some(Why::Note),
        () => None,
    }
}

/// Headings come again at the top of each printed page.
fn is_heading_again(line: &Line, layout: &Layout) -> bool {
    layout.lines.iter().any(|known| {
        let same = line
            .filled()
            .filter(|(at, value)| known.get(*at).is_some_and(|text| *text == text::plain(&value.text())));
        let (same, filled) = (same.count(), line.filled().count());
        same >= 2 && same * 10 >= filled * 8
    })
}

fn is_total(text: &str) -> bool {
    let counted = text
        .strip_prefix("共")
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let plain = text::plain(text);
    counted
        || ["合计", "总计", "小计", "共计", "总人数", "人数合计", "total"]
            .iter()
            .any(|start| plain.starts_with(start))
}

fn is_note(text: &str) -> bool {
    const BEGIN: [&str; 20] = [
        "注:",
        "注意",
        "备注:",
        "说明",
        "填表",
        "填报",
        "制表",
        "审核",
        "经办",
        "负责人",
        "填写",
        "单位盖章",
        "单位(",
        "日期:",
        "联系人:",
        "班主任:",
        "打印",
        "note:",
        "notes:",
        "以上",
    ];
    let text: String =
        text.trim_start_matches(['*', '※', '★', '(', '[', '【', ' ']).chars().filter(|c| *c != ' ').collect();
    let text = text.to_lowercase();
    BEGIN.iter().any(|begin| text.starts_with(begin))
}

/// 三年级（1）班, 初二3班, 大一班.
fn is_class(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| *c != ' ').collect();
    let counts = plain.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十大中小级".contains(c));
    let ends = ["班", "级", "班级", "class"].iter().any(|end| plain.ends_with(end));
    counts && ends && plain.chars().count() <= 20
}

/// Names have no digits, no colons, no commas.
fn is_name(text: &str) -> bool {
    text.chars().count() <= 50
        && !text.chars().any(|c| c.is_ascii_digit() || ":：,，;；。!！?？/()（）".contains(c))
}

/// Whether the first lines of a sheet have headings of a list.
pub(crate) fn is_list(head: &[Line], mapping: &Mapping) -> bool {
    let layout = columns::find(head, &Shape::default(), mapping);
    layout.header.is_some() && (layout.has(Field::Name) || layout.has(Field::DocumentNumber))
}

/// The relation that the heading of the guardian's name tells, where no column does.
pub(crate) fn relation_told(layout: &Layout) -> Option<&'static str> {
    if layout.has(Field::GuardianRelation) {
        return None;
    }
    layout
        .column_of(Field::GuardianName)
        .and_then(|column| headings::relation_told(&text::plain(&column.header)))
}

impl Rows {
    /// Adds the fault of a rounded number to the rows of a column that Excel rounded as a whole.
    fn mark_rounded(&mut self, from: usize, column: u16) {
        let rounded = |number: &str| rounded::is_round(number);
        self.add_faults(from, |row| {
            rounded(row.get(Field::DocumentNumber)).then(|| Fault {
                column,
                row: row.number(),
                field: Field::DocumentNumber,
                kind: FaultKind::RoundedNumber,
            })
        });
    }
}
