//! What calamine does not tell of a workbook: how much it unpacks to, before anything is unpacked into memory, and which
//! rows and columns it hides.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::columns::{Merged, Shape};
use crate::{Limits, ReadError};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The shapes of the sheets by their names. Every part is unpacked once, counted and thrown away: a part may say that
/// it is small, and not be.
pub(crate) fn shapes(bytes: &[u8], limits: &Limits) -> Result<HashMap<String, Shape>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let mut left = limits.unpacked;
    let paths = sheet_paths(&mut archive).unwrap_or_default();
    let mut shapes = HashMap::new();
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let name = part.name().map_err(|_| ReadError::Damaged)?.replace('\\', "/").to_lowercase();
        let limit = if name.contains("worksheets/") { left } else { left.min(limits.texts) };
        if part.size() > limit {
            return Err(ReadError::Unpacks { limit: limits.unpacked });
        }
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let longest = if is_xml { LONGEST_TEXT } else { u64::MAX };
        let mut counted = Counted { part: part.take(limit + 1), count: 0, text: 0, longest };
        if let Some((sheet, _)) = paths.iter().find(|(_, path)| **path == name) {
            let shape = shape(BufReader::with_capacity(1 << 16, &mut counted)).ok_or(ReadError::Damaged);
            if counted.count <= limit && !counted.is_too_long() {
                shapes.insert(sheet.clone(), shape?);
            }
        }
        let copied = std::io::copy(&mut counted, &mut std::io::sink());
        if counted.count <= limit && !counted.is_too_long() {
            copied.map_err(|_| ReadError::Damaged)?;
        } else {
            return Err(ReadError::Unpacks { limit: limits.unpacked });
        }
        left -= counted.count;
    }
    Ok(shapes)
}

fn damaged(error: zip::result::ZipError) -> ReadError {
    let asks = matches!(&error, zip::result::ZipError::UnsupportedArchive(why) if why.to_lowercase().contains("password"));
    if asks { ReadError::Password } else { ReadError::Damaged }
}

/// Bytes of one text or one tag. A cell of Excel has 32,767 characters at most; readers keep a text whole in memory.
const LONGEST_TEXT: u64 = 1 << 20;

/// Counts what a part unpacks to, and breaks off within a text that no cell has.
struct Counted<R> {
    part: R,
    count: u64,
    /// Bytes since the last `<`.
    text: u64,
    longest: u64,
}

impl<R> Counted<R> {
    fn is_too_long(&self) -> bool {
        self.text > self.longest
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.is_too_long() {
            return Err(std::io::Error::from(std::io::ErrorKind::InvalidData));
        }
        let read = self.part.read(buffer)?;
        self.count += read as u64;
        let unpacked = buffer.get(..read).unwrap_or_default();
        self.text = match unpacked.iter().rposition(|byte| *byte == b'<') {
            Some(at) => (read - at) as u64,
            None => self.text + read as u64,
        };
        Ok(read)
    }
}

/// The parts of the sheets by their names, in small letters as [`shapes`] compares them.
fn sheet_paths(archive: &mut Archive<'_>) -> Option<HashMap<String, String>> {
    let mut targets = HashMap::new();
    each_element(&text_of(archive, "xl/_rels/workbook.xml.rels")?, |element| {
        if element.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            let target = target.replace('\\', "/");
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path.to_lowercase());
        }
    })?;
    let mut paths = HashMap::new();
    each_element(&text_of(archive, "xl/workbook.xml")?, |element| {
        if element.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(path) = targets.get(&id)
        {
            paths.insert(name, path.clone());
        }
    })?;
    Some(paths)
}

/// A small part as text.
fn text_of(archive: &mut Archive<'_>, path: &str) -> Option<String> {
    let place = (0..archive.len()).find(|at| {
        let name = archive.name_for_index(*at).and_then(Result::ok);
        name.is_some_and(|name| name.replace('\\', "/").eq_ignore_ascii_case(path))
    })?;
    let mut text = String::new();
    archive.by_index(place).ok()?.take(4 << 20).read_to_string(&mut text).ok()?;
    Some(text)
}

fn each_element(xml: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Option<()> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => each(&element),
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

/// An attribute, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

fn shape(part: impl BufRead) -> Option<Shape> {
    let mut reader = Reader::from_reader(part);
    let mut shape = Shape::default();
    let mut buffer = Vec::new();
    let mut row = 0;
    let is = |value: Option<String>| value.is_some_and(|value| value == "1" || value == "true");
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "row" => {
                    row = attribute(&element, "r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                    if is(attribute(&element, "hidden")) {
                        shape.hidden_rows.insert(row);
                    }
                }
                "col" if is(attribute(&element, "hidden")) => {
                    let number = |name| attribute(&element, name).and_then(|text| text.parse::<u16>().ok());
                    if let (Some(first), Some(last)) = (number("min"), number("max")) {
                        shape.hidden_columns.push((first.saturating_sub(1), last.saturating_sub(1)));
                    }
                }
                "mergeCell" if shape.merged.len() < MERGED => {
                    shape.merged.extend(attribute(&element, "ref").and_then(|text| merged(&text)));
                }
                _ => {}
            },
            Event::Eof => return Some(shape),
            _ => {}
        }
    }
}

/// More cells that are one no list has; they are looked through for each line.
const MERGED: usize = 5_000;

/// `A1:C3`.
fn merged(text: &str) -> Option<Merged> {
    let (first, last) = text.split_once(':')?;
    let ((left, top), (right, bottom)) = (place(first)?, place(last)?);
    Some(Merged { rows: (top, bottom), columns: (left, right) })
}

fn place(text: &str) -> Option<(u16, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at_checked(digits)?;
    let column = letters.bytes().try_fold(0_u16, |column, letter| {
        let letter = letter.to_ascii_uppercase().checked_sub(b'A')?;
        column.checked_mul(26)?.checked_add(u16::from(letter) + 1)
    })?;
    Some((column.checked_sub(1)?, row.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_excel_names_them() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("AB12"), Some((27, 12)));
        assert_eq!(place("12"), None);
        assert_eq!(merged("B2:C9").map(|merged| (merged.rows, merged.columns)), Some(((2, 9), (1, 2))));
    }
}
