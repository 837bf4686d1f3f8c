//! What does not belong on a command line, where history and process lists keep it: read from a file, or from standard input (`-`);
//! and what is written to a file that nobody else reads.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;
use service::records::File;

/// The bytes of a file.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut all = Vec::new();
        std::io::stdin().read_to_end(&mut all).context("standard input can't be read")?;
        return Ok(all);
    }
    fs::read(path).with_context(|| format!("{} can't be read", path.display()))
}

/// A text, without the line end behind it.
pub fn text(path: &Path) -> Result<String> {
    match String::from_utf8(bytes(path)?) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(_) => bail!("{} is no text in UTF-8", path.display()),
    }
}

/// A value in JSON. A fault is told by its place, not by what stands there.
pub fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    match serde_json::from_slice(&bytes(path)?) {
        Ok(value) => Ok(value),
        Err(fault) => bail!(
            "{} is not the JSON that is wanted here: line {}, column {}",
            path.display(),
            fault.line(),
            fault.column()
        ),
    }
}

/// A scan or a picture.
pub fn file(path: Option<&Path>) -> Result<Option<File>> {
    path.map(|path| bytes(path).map(File)).transpose()
}

/// Writes a file that did not exist, for its owner only; `-` is standard output.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    if path == Path::new("-") {
        return std::io::stdout().write_all(content).context("standard output can't be written");
    }
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(|| {
            format!("{} can't be made; a file that exists is not overwritten", path.display())
        })?;
    file.write_all(content).with_context(|| format!("{} can't be written", path.display()))
}
