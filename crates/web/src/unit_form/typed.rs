//! A list that is typed into the page, for some people at a time: it becomes a text file, and goes the way of all others.

use sheets::Field;

use crate::form::Fields;
use crate::i18n::Text;

/// What is asked of each person.
pub const COLUMNS: [Field; 8] = [
    Field::Name,
    Field::DocumentKind,
    Field::DocumentNumber,
    Field::Phone,
    Field::Class,
    Field::GuardianName,
    Field::GuardianDocumentNumber,
    Field::GuardianPhone,
];

/// So many lines are there at first, and are added at a time.
pub const FIRST: usize = 5;
/// More than these are a file's.
const MOST: usize = 200;

/// A line as it was typed.
pub type Line = Vec<(Field, String)>;

pub fn blank(count: usize) -> Vec<Line> {
    vec![COLUMNS.map(|field| (field, String::new())).to_vec(); count]
}

/// What was typed.
pub fn lines(fields: &Fields) -> Vec<Line> {
    let count =
        (0..MOST).take_while(|place| fields.pairs().any(|(name, _)| name == format!("name.{place}"))).count();
    let line = |place| COLUMNS.map(|field| (field, fields.owned(&format!("{field}.{place}")))).to_vec();
    (0..count).map(line).collect()
}

/// The list as a file; none where nothing was typed.
pub fn list(lines: &[Line], t: Text) -> Option<Vec<u8>> {
    let filled = |line: &&Line| {
        line.iter().any(|(field, text)| *field != Field::DocumentKind && !text.trim().is_empty())
    };
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut file = COLUMNS.map(|field| quoted(&t.sheet_field(field))).join(",");
    file.push('\n');
    let mut people = 0;
    for line in lines.iter().filter(filled) {
        let cells: Vec<String> = line.iter().map(|(_, text)| quoted(text)).collect();
        file.push_str(&cells.join(","));
        file.push('\n');
        people += 1;
    }
    (people > 0).then(|| file.into_bytes())
}
