//! Lists as schools and companies make them (`samples.py` makes them), each with what is to be read of it in a text beside it.
//!
//! After a change that is meant, `YUEKA_WRITE_EXPECTED=1 cargo test -p yueka-sheets --test samples` writes the texts anew: look at
//! what git shows.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sheets::{FaultKind, Field, FoundBy, List, Options, ReadError, Wanted};

#[test]
fn every_sample_is_read_as_its_report_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut samples: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_none_or(|ending| ending != "expected" && ending != "checked"));
    samples.sort();
    assert!(samples.len() >= 40, "samples are missing: {}", samples.len());
    let mut differ = Vec::new();
    for path in samples {
        let name = path.file_name().unwrap().to_str().unwrap();
        let report = report(&read(name, &fs::read(&path).unwrap()));
        let expected = folder.join(format!("{name}.expected"));
        if std::env::var_os("YUEKA_WRITE_EXPECTED").is_some() {
            fs::write(&expected, &report).unwrap();
        }
        if fs::read_to_string(&expected).ok().as_deref() != Some(&report) {
            differ.push(format!("{name} is read as\n{report}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn read(name: &str, bytes: &[u8]) -> Result<List, ReadError> {
    let wanted = if name.contains("all-sheets") { Wanted::All } else { Wanted::First };
    sheets::read(bytes, name, &Options { wanted, ..Options::default() })
}

/// All that is known of a list, in lines.
fn report(read: &Result<List, ReadError>) -> String {
    let list = match read {
        Ok(list) => list,
        Err(error) => return format!("{}: {error}\n", error.code()),
    };
    let mut text = String::from(list.format.as_str());
    let _ = write!(text, "{}", list.encoding.map(|encoding| format!(", {encoding}")).unwrap_or_default());
    let _ =
        writeln!(text, "{}", list.delimiter.map(|delimiter| format!(", {delimiter:?}")).unwrap_or_default());
    for sheet in &list.sheets {
        let row = sheet.header_row.map_or("no headings".to_owned(), |row| format!("headings in row {row}"));
        let _ = writeln!(text, "sheet {:?}: {row}, {} rows hidden", sheet.name, sheet.hidden_rows);
        for column in &sheet.columns {
            let field = column.field.map_or("-", Field::as_str);
            let found = match column.found_by {
                FoundBy::Heading => String::new(),
                FoundBy::Taken(field) => format!(" (another is {field})"),
                other => format!(" ({other:?})").to_lowercase(),
            };
            let hidden = if column.hidden { " (hidden)" } else { "" };
            let _ = writeln!(text, "  {} {:?} {field}{found}{hidden}", column.letter(), column.header);
        }
    }
    for other in &list.other_sheets {
        let _ =
            writeln!(text, "other sheet {:?}: hidden {}, a list {}", other.name, other.hidden, other.is_list);
    }
    if list.needs_mapping() {
        let _ = writeln!(text, "needs somebody to say what the columns are");
    }
    for left in &list.left_out {
        let sheet = if list.sheets.len() > 1 { format!("{}:", left.sheet) } else { String::new() };
        let _ = writeln!(text, "left out {sheet}{}-{} {}", left.first, left.last, left.why.as_str());
    }
    for row in list.rows() {
        let sheet = if list.sheets.len() > 1 { format!("{}:", row.sheet()) } else { String::new() };
        let _ = write!(text, "{sheet}{}", row.number());
        for (field, value) in row.values() {
            let _ = write!(text, " {field}={value}");
        }
        for fault in row.faults() {
            let _ = write!(text, " !{} {} {}", fault.cell(), fault.field, fault.kind.code());
            match &fault.kind {
                FaultKind::CellError(error) => _ = write!(text, " {error}"),
                FaultKind::TooLong { limit } => _ = write!(text, " {limit}"),
                _ => {}
            }
        }
        text.push('\n');
    }
    text
}
