//! Where the chains ended when they were last sealed, kept outside of the database: in a file beside the key ring, keyed, by
//! each instance that seals. Who can only write to the database can't roll a chain back past it, nor make it fit.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chain::{Bytes, Chain};
use crate::kernel::{Error, KeyRing, Result};

/// The end of a chain: `service_records:20431:9f3c…`, on paper as in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which chain.
    pub chain: Chain,
    /// The place of its last row; 0 where none was sealed yet.
    pub place: i64,
    /// The seal of that row.
    pub seal: Vec<u8>,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.chain.as_str(), self.place, hex(&self.seal))
    }
}

/// This is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as `yueka audit head` prints it: CHAIN:PLACE:SEAL")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;
    fn from_str(text: &str) -> Result<Self, NoHead> {
        let mut parts = text.trim().splitn(3, ':');
        let (Some(chain), Some(place), Some(seal)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoHead);
        };
        let chain = Chain::ALL.into_iter().find(|known| known.as_str() == chain).ok_or(NoHead)?;
        let place = place.parse().ok().filter(|place| *place > 0).ok_or(NoHead)?;
        let seal = bytes_of(seal).filter(|seal| seal.len() == 32).ok_or(NoHead)?;
        Ok(Self { chain, place, seal })
    }
}

/// The file: a head for each chain.
#[derive(Default, Serialize, Deserialize)]
struct Heads(BTreeMap<String, Entry>);

#[derive(Serialize, Deserialize)]
struct Entry {
    place: i64,
    seal: String,
    at: DateTime<Utc>,
    mac: String,
}

impl Entry {
    fn of(keys: &KeyRing, head: &Head, at: DateTime<Utc>) -> Self {
        Self { place: head.place, seal: hex(&head.seal), at, mac: hex(&mac(keys, head, at)) }
    }
}

fn mac(keys: &KeyRing, head: &Head, at: DateTime<Utc>) -> Vec<u8> {
    keys.mark("head of a chain", &end(head, at))
}

/// What is marked of an end: which chain, which place, which seal, when.
pub(super) fn end(head: &Head, at: DateTime<Utc>) -> Vec<u8> {
    Bytes::default()
        .field(head.chain.as_str().as_bytes())
        .field(&head.place.to_be_bytes())
        .field(&head.seal)
        .field(&at.timestamp_millis().to_be_bytes())
        .0
}

/// Where the heads are kept.
#[must_use]
pub fn heads_file(keys: &KeyRing) -> PathBuf {
    keys.path().with_extension("heads.json")
}

/// The head that is kept for a chain; none where none was kept yet. The error, in words, says that what is kept is not what this
/// key ring kept.
pub(super) fn kept(keys: &KeyRing, chain: Chain) -> Result<Option<Head>, String> {
    let path = heads_file(keys);
    let shown = path.display();
    let text = match fs::read_to_string(&path) {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|fault| format!("{shown} can't be read: {fault}"))?,
    };
    let heads: Heads = serde_json::from_str(&text).map_err(|_| format!("{shown} holds no heads"))?;
    let Some(entry) = heads.0.get(chain.as_str()) else { return Ok(None) };
    let head = Head { chain, place: entry.place, seal: bytes_of(&entry.seal).unwrap_or_default() };
    if bytes_of(&entry.mac) != Some(mac(keys, &head, entry.at)) {
        return Err(format!("the head of {} in {shown} was not written with this key ring", chain.as_str()));
    }
    Ok(Some(head))
}

/// Keeps a head, unless a higher one is kept. Whole or not at all: a crash leaves the one before.
pub(super) fn raise(keys: &KeyRing, head: &Head, at: DateTime<Utc>) -> Result<()> {
    let path = heads_file(keys);
    let unkept = |fault: std::io::Error| {
        Error::Internal(format!("where the chains end can't be kept at {}: {fault}", path.display()))
    };
    // Instances on one computer share the file; the key ring, which is always there, is what they take turns by.
    let turn = File::open(keys.path()).map_err(unkept)?;
    turn.lock().map_err(unkept)?;
    if kept(keys, head.chain).map_err(Error::Internal)?.is_some_and(|kept| kept.place >= head.place) {
        return Ok(());
    }
    let mut heads: Heads =
        fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    heads.0.insert(head.chain.as_str().to_owned(), Entry::of(keys, head, at));
    let text = serde_json::to_string_pretty(&heads).map_err(Error::internal)?;
    let draft = path.with_extension("draft");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .map_err(unkept)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unkept)?;
    fs::rename(&draft, &path).map_err(unkept)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().map_or('0', char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks(2).map(pair).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_3_a_head_is_written_as_it_is_read() {
        let head = Head { chain: Chain::AccessLog, place: 17, seal: (0..32).map(|byte| byte * 8).collect() };
        assert_eq!(head.to_string().parse(), Ok(head));
        for bad in
            ["", "access_log:17", "access_log:0:00", "visits:1:00", "access_log:1:zz", "access_log:1:00"]
        {
            assert_eq!(bad.parse::<Head>(), Err(NoHead), "{bad}");
        }
    }
}
