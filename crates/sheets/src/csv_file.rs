//! Text: whatever its encoding, and whatever stands between its fields.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::columns::Shape;
use crate::reading::{Gathered, Reading};
use crate::value::{Line, Value};
use crate::{Format, List, Options, ReadError};

/// Stands for a delimiter that is more than one byte, as the full-width comma: no text has it.
const STAND_IN: char = '\u{1f}';

pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<List, ReadError> {
    let (text, encoding) = decoded(bytes)?;
    let (told, text) = told_delimiter(&text);
    let delimiter = options.delimiter.or(told).unwrap_or_else(|| guess(text));
    // Very old files end their lines with a carriage return alone.
    let text = if text.contains('\n') { Cow::Borrowed(text) } else { Cow::Owned(text.replace('\r', "\n")) };
    let (byte, text) = match u8::try_from(delimiter) {
        Ok(byte) if byte.is_ascii() => (byte, text),
        _ => (STAND_IN as u8, Cow::Owned(text.replace(delimiter, STAND_IN.encode_utf8(&mut [0; 4])))),
    };
    let shape = Shape::default();
    let mut gathered = Gathered::default();
    let mut reading = Reading::new(&mut gathered, options, &shape, "", false, false);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(byte)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Lines within quotes are one row for Excel.
    let mut within: u64 = u64::from(told.is_some()) * u64::MAX;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(ReadError::Damaged),
        }
        let at = record.position().map_or(0, csv::Position::line);
        let number = u32::try_from(at.wrapping_sub(within)).unwrap_or(u32::MAX);
        let mut breaks = 0;
        let values = record.iter().map(|field| {
            breaks += field.matches('\n').count() as u64;
            if field.is_empty() {
                Value::Empty
            } else {
                Value::Text(field.replace(STAND_IN, delimiter.encode_utf8(&mut [0; 4])))
            }
        });
        let line = Line { number, hidden: false, values: values.collect() };
        within = within.wrapping_add(breaks);
        reading.push(line)?;
    }
    reading.finish()?;
    Ok(List {
        format: Format::Csv,
        encoding: Some(encoding),
        delimiter: Some(delimiter),
        sheets: gathered.sheets,
        other_sheets: Vec::new(),
        left_out: gathered.left_out,
        rows: gathered.rows,
    })
}

/// The text and its encoding: by its mark, else UTF-8 where it is that without fault, else GB18030 (which holds GBK).
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), ReadError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default());
        return if broken { Err(ReadError::Encoding) } else { Ok((text, encoding.name())) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), UTF_8.name()));
    }
    let (text, broken) = GB18030.decode_without_bom_handling(bytes);
    if broken { Err(ReadError::Encoding) } else { Ok((text, GB18030.name())) }
}

/// Excel takes a first line `sep=;` as an order.
fn told_delimiter(text: &str) -> (Option<char>, &str) {
    let Some((first, rest)) = text.split_once('\n') else { return (None, text) };
    let told = first.trim_end().strip_prefix("sep=").and_then(|rest| rest.chars().next());
    if told.is_some() { (told, rest) } else { (None, text) }
}

/// What most lines have most regularly between their fields.
fn guess(text: &str) -> char {
    const CANDIDATES: [char; 9] = [',', '\t', ';', '|', '，', '；', '^', '~', '、'];
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(60).collect();
    let score = |delimiter: char| {
        let mut counts: Vec<usize> =
            lines.iter().map(|line| outside_quotes(line, delimiter)).filter(|count| *count > 0).collect();
        counts.sort_unstable();
        // How many lines have as many of them as the line in the middle.
        let middle = counts.get(counts.len() / 2).copied().unwrap_or_default();
        (counts.iter().filter(|count| **count == middle).count(), middle)
    };
    let mut best = (',', (0, 0));
    for candidate in CANDIDATES {
        let found = score(candidate);
        if found > best.1 {
            best = (candidate, found);
        }
    }
    best.0
}

fn outside_quotes(line: &str, delimiter: char) -> usize {
    let mut quoted = false;
    line.chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted && *c == delimiter
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_out() {
        for (text, delimiter) in [
            ("姓名,电话\n张三,1\n", ','),
            ("姓名\t电话\n张三\t1\n", '\t'),
            ("姓名;电话\n\"张;三\";1\n", ';'),
            ("姓名|电话|备注\n张三|1|a,b\n", '|'),
            ("姓名，电话\n张三，1\n", '，'),
            ("学生名单\n姓名、电话\n张三、1\n", '、'),
        ] {
            assert_eq!(guess(text), delimiter, "{text}");
        }
        assert_eq!(told_delimiter("sep=|\r\na|b\n"), (Some('|'), "a|b\n"));
    }
}
