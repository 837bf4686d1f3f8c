//! What a file is, by its content.

use crate::{Format, ReadError};

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

pub(crate) fn format(bytes: &[u8], file_name: &str) -> Result<Format, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(ZIP) || bytes.starts_with(b"PK\x05\x06") {
        return of_zip(bytes);
    }
    if bytes.starts_with(OLE) {
        // A workbook with a password is kept in this wrapping, whatever its ending; so are documents of Word.
        let has = |name: &str| {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.windows(wide.len()).any(|window| window == wide)
        };
        return match () {
            () if has("EncryptedPackage") => Err(ReadError::Password),
            () if has("Workbook") || has("Book") => Ok(Format::Xls),
            () if has("WordDocument") => Err(ReadError::NotASpreadsheet("word")),
            () => Err(ReadError::NotASpreadsheet("unknown")),
        };
    }
    // The very first versions of Excel wrote no wrapping.
    if bytes.starts_with(&[0x09, 0x08])
        || bytes.starts_with(&[0x09, 0x04])
        || bytes.starts_with(&[0x09, 0x02])
    {
        return Ok(Format::Xls);
    }
    let pictures: [&[u8]; 3] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8"];
    match () {
        () if bytes.starts_with(b"%PDF") => Err(ReadError::NotASpreadsheet("pdf")),
        () if pictures.iter().any(|start| bytes.starts_with(start)) => {
            Err(ReadError::NotASpreadsheet("picture"))
        }
        () if looks_like_page(bytes) => Err(ReadError::WebPage),
        () if is_binary(bytes) => Err(ReadError::NotASpreadsheet("unknown")),
        () if file_name.to_lowercase().ends_with(".json") => Err(ReadError::NotASpreadsheet("unknown")),
        () => Ok(Format::Csv),
    }
}

fn of_zip(bytes: &[u8]) -> Result<Format, ReadError> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| ReadError::Damaged)?;
    let names: Vec<String> =
        archive.file_names().flatten().map(|name| name.replace('\\', "/").to_ascii_lowercase()).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let below = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    match () {
        () if has("xl/workbook.bin") => Err(ReadError::NotASpreadsheet("xlsb")),
        () if below("xl/") || has("xl/workbook.xml") => Ok(Format::Xlsx),
        () if below("word/") => Err(ReadError::NotASpreadsheet("word")),
        () if has("content.xml") => Err(ReadError::NotASpreadsheet("ods")),
        () => Err(ReadError::NotASpreadsheet("zip")),
    }
}

/// Systems export tables as pages, or as Excel's XML of 2003, and name them .xls.
fn looks_like_page(bytes: &[u8]) -> bool {
    let head: String = bytes.iter().take(2_000).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || !c.is_ascii());
    ["<html", "<!doctype", "<table", "<?xml", "<meta", "<head", "<style"]
        .iter()
        .any(|start| head.starts_with(start))
        || head.starts_with("mime-version:")
}

/// Text has no zeros, but UTF-16 has; that has a mark at its beginning.
fn is_binary(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    !marked && bytes.iter().take(8_000).any(|byte| *byte == 0)
}
