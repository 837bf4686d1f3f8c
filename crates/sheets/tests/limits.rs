//! Files that are too much, damaged, or made to do harm.

#![expect(clippy::unwrap_used, reason = "a test that can't read its samples fails")]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use sheets::{Field, Limits, Mapping, Options, ReadError, Wanted};
use zip::write::SimpleFileOptions;

fn read(bytes: &[u8], limits: Limits) -> Result<sheets::List, ReadError> {
    sheets::read(bytes, "list", &Options { limits, ..Options::default() })
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).unwrap()
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_looked_at() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read(b"01234567890", limits).unwrap_err(), ReadError::TooLarge { limit: 10 });
}

#[test]
fn rows_and_columns_have_an_end() {
    let mut text = "姓名,身份证号\n".to_owned();
    for serial in 0..11 {
        text.push_str(&format!("张三,19000020100102{serial:04}\n"));
    }
    let limits = Limits { rows: 10, ..Limits::default() };
    assert_eq!(read(text.as_bytes(), limits).unwrap_err(), ReadError::TooManyRows { limit: 10 });
    assert_eq!(read(text.as_bytes(), Limits::default()).unwrap().len(), 11);
    let limits = Limits { columns: 1, ..Limits::default() };
    assert_eq!(read(text.as_bytes(), limits).unwrap_err(), ReadError::TooManyColumns { limit: 1 });
    let limits = Limits { columns: 3, ..Limits::default() };
    assert_eq!(read(&sample("01-plain.xlsx"), limits).unwrap_err(), ReadError::TooManyColumns { limit: 3 });
}

#[test]
fn a_text_that_no_cell_has_is_not_unpacked_either() {
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default();
    book.start_file("xl/worksheets/sheet1.xml", packed).unwrap();
    book.write_all(b"<worksheet><sheetData><row><c><is><t>").unwrap();
    for _ in 0..64 {
        book.write_all(&[b'a'; 1 << 20]).unwrap();
    }
    book.write_all(b"</t></is></c></row></sheetData></worksheet>").unwrap();
    let bytes = book.finish().unwrap().into_inner();
    let limits = Limits::default();
    assert_eq!(read(&bytes, limits).unwrap_err(), ReadError::Unpacks { limit: limits.unpacked });
}

/// Blanks pack into a thousandth.
#[test]
fn a_bomb_is_not_unpacked() {
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let taken = sample("01-plain.xlsx");
    let mut from = zip::ZipArchive::new(Cursor::new(taken.as_slice())).unwrap();
    for at in 0..from.len() {
        bomb.raw_copy_file(from.by_index(at).unwrap()).unwrap();
    }
    bomb.start_file("xl/sharedStrings.xml", packed).unwrap();
    for _ in 0..8 {
        bomb.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bytes = bomb.finish().unwrap().into_inner();
    assert!(bytes.len() < 64 << 10, "{}", bytes.len());
    for limits in
        [Limits { texts: 7 << 20, ..Limits::default() }, Limits { unpacked: 7 << 20, ..Limits::default() }]
    {
        assert_eq!(read(&bytes, limits).unwrap_err(), ReadError::Unpacks { limit: limits.unpacked });
    }
}

#[test]
fn what_is_no_list_is_said_to_be_what_it_is() {
    let wrapped = |name: &str| {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    book.start_file("content.xml", SimpleFileOptions::default()).unwrap();
    let ods = book.finish().unwrap().into_inner();
    for (bytes, error) in [
        (b"".to_vec(), ReadError::Empty),
        (b" \n".to_vec(), ReadError::Empty),
        (b"%PDF-1.4".to_vec(), ReadError::NotASpreadsheet("pdf")),
        (b"\x89PNG\r\n\x1a\n".to_vec(), ReadError::NotASpreadsheet("picture")),
        (wrapped("EncryptedPackage"), ReadError::Password),
        (wrapped("WordDocument"), ReadError::NotASpreadsheet("word")),
        (wrapped("Workbook"), ReadError::Damaged),
        (ods, ReadError::NotASpreadsheet("ods")),
        (b"PK\x03\x04 cut off".to_vec(), ReadError::Damaged),
        (vec![0x81, 0x20, b'\n'], ReadError::Encoding),
        ("今天下雨。\n".as_bytes().to_vec(), ReadError::Nobody),
    ] {
        assert_eq!(read(&bytes, Limits::default()).map(|_| ()), Err(error));
    }
}

/// Every sample cut off and damaged in many places is read, or refused in words.
#[test]
fn damaged_files_do_no_harm() {
    for name in
        ["03-two-rows-of-headings.xlsx", "21-class-merged.xlsx", "11-old-excel-two-rows.xls", "12-gbk.csv"]
    {
        let bytes = sample(name);
        for part in 1..60 {
            let at = bytes.len() * part / 60;
            let _ = read(bytes.get(..at).unwrap(), Limits::default());
            let mut damaged = bytes.clone();
            for place in damaged.iter_mut().skip(at).step_by(97).take(3) {
                *place = place.wrapping_mul(31).wrapping_add(u8::try_from(part).unwrap());
            }
            let _ = read(&damaged, Limits::default());
        }
    }
}

#[test]
fn what_was_told_of_columns_holds_for_the_next_list() {
    let first = "工号,称呼,证照\nA1,张三,190000201001020011\n";
    let list = read(first.as_bytes(), Limits::default()).unwrap();
    assert!(list.needs_mapping());
    let mut mapping = Mapping::default();
    mapping.set("称呼", Some(Field::Name));
    mapping.set("证照", Some(Field::DocumentNumber));
    mapping.set("工号", None);
    let options = Options { mapping, ..Options::default() };
    // The next one has another order, and the headings written otherwise.
    let next = "证 照,工号,称呼*\n190000201001020011,A1,张三\n";
    let list = sheets::read(next.as_bytes(), "next.csv", &options).unwrap();
    assert!(!list.needs_mapping());
    let row = list.row(0).unwrap();
    assert_eq!((row.get(Field::Name), row.get(Field::DocumentNumber)), ("张三", "190000201001020011"));
    assert_eq!(row.cell(Field::Name).as_deref(), Some("C2"));
    assert_eq!(list.mapping().get("称呼"), Some(Some(Field::Name)));
}

#[test]
fn a_column_without_a_heading_is_told_by_its_letter() {
    let text = "1,張三,x\n2,李四,y\n";
    let mut mapping = Mapping::default();
    mapping.set("[B]", Some(Field::Name));
    mapping.set("[C]", Some(Field::DocumentNumber));
    let options = Options { mapping, ..Options::default() };
    let list = sheets::read(text.as_bytes(), "a.csv", &options).unwrap();
    let names: Vec<_> = list.rows().map(|row| (row.number(), row.get(Field::Name).to_owned())).collect();
    assert_eq!(names, [(1, "張三".to_owned()), (2, "李四".to_owned())]);
    assert!(!list.needs_mapping());
}

#[test]
fn sheets_are_chosen_by_name() {
    let bytes = sample("08-two-sheets.xlsx");
    let options = |name: &str| Options { wanted: Wanted::Named(vec![name.into()]), ..Options::default() };
    assert_eq!(sheets::read(&bytes, "", &options("没有")).unwrap_err(), ReadError::NoSuchSheet);
    assert_eq!(sheets::read(&bytes, "", &options("名单")).unwrap().len(), 3);
}
