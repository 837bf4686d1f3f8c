//! One file of several: a ZIP, which every system opens. Names in it say nothing of anybody.

use std::io::{Cursor, Write as _};

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use chrono_tz::Asia::Shanghai;
use service::records::File;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::assets;

/// The sheets that the page in the archive looks by, joined.
const SHEETS: [&str; 4] = ["css/tokens.css", "css/base.css", "css/components.css", "css/portal.css"];

/// Packs the page, its style sheet, the JSON and the files.
pub fn pack(
    at: DateTime<Utc>,
    page: String,
    json: Vec<u8>,
    files: Vec<(String, File)>,
) -> ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().last_modified_time(moment(at));
    let text = plain.compression_method(CompressionMethod::Deflated);
    let mut add = |name: &str, content: &[u8], options: SimpleFileOptions| -> ZipResult<()> {
        archive.start_file(name, options)?;
        Ok(archive.write_all(content)?)
    };
    add("my-data.html", page.as_bytes(), text)?;
    add("style.css", &style(), text)?;
    add("my-data.json", &json, text)?;
    // Pictures and PDFs are packed in themselves.
    let stored = plain.compression_method(CompressionMethod::Stored);
    for (name, file) in &files {
        add(name, &file.0, stored)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// As clocks in Foshan show it: a ZIP knows no zones.
fn moment(at: DateTime<Utc>) -> zip::DateTime {
    let at = at.with_timezone(&Shanghai);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
    )
    .unwrap_or_default()
}

fn style() -> Vec<u8> {
    SHEETS.iter().filter_map(|sheet| assets::content(sheet)).collect::<Vec<_>>().concat()
}
