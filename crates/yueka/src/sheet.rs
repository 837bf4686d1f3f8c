//! Lists as other systems give them: CSV (UTF-8 or GB18030) and spreadsheets, with a line of headings in Chinese or English.

use std::path::Path;

use anyhow::{Context, Result, bail};
use calamine::{Data, Reader};

/// A column that a list may have: its name here, the headings it goes by, and whether a list must have it.
pub struct Column {
    /// What rows call it.
    pub name: &'static str,
    /// The headings, small, without blanks.
    pub headings: &'static [&'static str],
    /// Whether a list without it can't be taken.
    pub needed: bool,
}

/// A row of a list: its number as a spreadsheet shows it, and its cells in the order of the columns.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1, the headings included.
    pub number: usize,
    /// What stands there; nothing where the list has no such column.
    pub cells: Vec<String>,
}

/// Reads a list. Rows without anything in them are left out.
pub fn read(path: &Path, columns: &[Column]) -> Result<Vec<Row>> {
    if !path.is_file() {
        bail!("there is no file {}", path.display());
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    let lines = match ending.as_str() {
        "csv" | "txt" => of_csv(path)?,
        "xlsx" | "xls" | "ods" | "xlsb" => of_spreadsheet(path)?,
        _ => bail!("{} is neither .csv nor .xlsx: save the list as one of them", path.display()),
    };
    let mut lines = (1..).zip(lines);
    let Some((_, headings)) = lines.next() else { bail!("{} is empty", path.display()) };
    let places = places(&headings, columns)?;
    let cell = |line: &[String], place: &Option<usize>| {
        place.and_then(|place| line.get(place)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    };
    Ok(lines
        .map(|(number, line)| Row { number, cells: places.iter().map(|place| cell(&line, place)).collect() })
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
        .collect())
}

/// Where each column stands in the list.
fn places(headings: &[String], columns: &[Column]) -> Result<Vec<Option<usize>>> {
    let known: Vec<String> = headings
        .iter()
        .map(|heading| {
            let plain = heading.trim_start_matches('\u{feff}').to_lowercase();
            plain.chars().filter(|c| !c.is_whitespace() && *c != '_').collect()
        })
        .collect();
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let place = known.iter().position(|heading| column.headings.contains(&heading.as_str()));
        if place.is_none() && column.needed {
            bail!(
                "the list has no column {}: its first line names the columns, this one as one of {}; it has {}",
                column.name,
                column.headings.join(", "),
                headings.join(", ")
            );
        }
        places.push(place);
    }
    Ok(places)
}

fn of_csv(path: &Path) -> Result<Vec<Vec<String>>> {
    let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => {
            let (text, _, broken) = encoding_rs::GB18030.decode(other.as_bytes());
            if broken {
                bail!("{} is neither UTF-8 nor GB18030: save it as one of them", path.display());
            }
            text.into_owned()
        }
    };
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains('\t') {
        b'\t'
    } else if first.contains(';') && !first.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{} is no CSV that can be read", path.display()))?;
        lines.push(record.iter().map(str::to_owned).collect());
    }
    Ok(lines)
}

fn of_spreadsheet(path: &Path) -> Result<Vec<Vec<String>>> {
    let mut book = calamine::open_workbook_auto(path)
        .with_context(|| format!("{} is no spreadsheet that can be read", path.display()))?;
    let Some(sheet) = book.worksheet_range_at(0) else { bail!("{} has no sheet", path.display()) };
    let sheet = sheet.with_context(|| format!("the first sheet of {} can't be read", path.display()))?;
    // Rows before the first that is filled count too, so that numbers are those of the spreadsheet.
    let above = sheet.start().map_or(0, |(row, _)| row as usize);
    let mut lines = vec![Vec::new(); if above == 0 { 0 } else { above }];
    lines.extend(sheet.rows().map(|row| row.iter().map(in_text).collect()));
    // What stands above the headings is not looked at.
    if above > 0 {
        lines.drain(..above);
    }
    Ok(lines)
}

/// A cell as somebody would type it: numbers without a point they don't need, days as days.
fn in_text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column { name: "barcode", headings: &["barcode", "条码"], needed: true },
        Column { name: "title", headings: &["title", "题名"], needed: false },
    ];

    fn of(name: &str, bytes: &[u8]) -> Result<Vec<Row>> {
        let path = std::env::temp_dir().join(format!("yueka-sheet-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let read = read(&path, &COLUMNS);
        std::fs::remove_file(&path).unwrap();
        read
    }

    #[test]
    fn a_list_is_read_in_either_encoding_by_its_headings() {
        let text = "\u{feff}题名, 条 码\n岭南文化,B1\n,\n\"a, b\",B2\n";
        let (gb, ..) = encoding_rs::GB18030.encode(text);
        for (name, bytes) in [("u.csv", text.as_bytes()), ("g.csv", &gb)] {
            let rows = of(name, bytes).unwrap();
            let cells: Vec<_> = rows.iter().map(|row| (row.number, row.cells.join("|"))).collect();
            assert_eq!(cells, [(2, "B1|岭南文化".to_owned()), (4, "B2|a, b".to_owned())], "{name}");
        }
        assert_eq!(of("t.csv", "Barcode\tTitle\nB1\tx\n".as_bytes()).unwrap()[0].cells, ["B1", "x"]);
    }

    #[test]
    fn what_a_list_lacks_is_said() {
        let told = of("m.csv", "题名\nx\n".as_bytes()).unwrap_err().to_string();
        assert!(told.contains("barcode") && told.contains("条码"), "{told}");
        assert!(of("x.pdf", b"x").unwrap_err().to_string().contains(".xlsx"));
        assert!(of("e.csv", b"").unwrap_err().to_string().contains("empty"));
        assert!(of("b.xlsx", b"not a spreadsheet").is_err());
    }
}
