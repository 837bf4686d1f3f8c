//! The cards that work, for a gate that lost the network.
//!
//! `YKL1`, the length of the header (4 bytes, big-endian), the header (JSON, [`ListHeader`]), so many entries of 8 bytes in rising order,
//! and an Ed25519 signature (64 bytes) of the text `yueka allow-list 1`, a zero byte, and the SHA-256 of all that stands before it.
//!
//! An entry is the first 8 bytes of HMAC-SHA256, under the list's own salt, of `number`, a zero byte and the number of a card; or of
//! `card`, a zero byte and the 16 bytes of its id, as an e-card code has it. No list has the number of a document: whoever stole one
//! could try it against every citizen number there is.

use ring::digest::{SHA256, digest};
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::keys::{PublicKeys, SigningKey};

const MAGIC: &[u8; 4] = b"YKL1";
const DOMAIN: &[u8] = b"yueka allow-list 1\0";
const ENTRY: usize = 8;
const SIGNATURE: usize = 64;
/// Bytes of a header at most.
const LONGEST_HEADER: usize = 4096;

/// What a list says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHeader {
    /// For whom it was made: a gate takes its own only.
    pub audience: String,
    /// When it was made, in seconds since 1970.
    pub issued_at: i64,
    /// From then on it is worth nothing.
    pub valid_until: i64,
    /// What its entries are hashed with, in hexadecimal digits.
    pub salt: String,
    /// The key it is signed with, in hexadecimal digits.
    pub key: String,
    /// How many entries it has.
    pub entries: u64,
}

/// A list to be made.
#[derive(Debug)]
pub struct NewList {
    header: ListHeader,
    salt: hmac::Key,
    entries: Vec<[u8; ENTRY]>,
}

/// Why a list is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It is something else, or was cut off.
    #[error("this is no allow-list")]
    NotAList,
    /// It was signed with a key that is not trusted.
    #[error("the key of this list is unknown")]
    UnknownKey,
    /// It was changed on its way.
    #[error("the signature of this list is wrong")]
    BadSignature,
    /// It was made for another.
    #[error("this list is for another gate")]
    ForAnother,
}

/// A list, verified.
#[derive(Debug)]
pub struct AllowList {
    header: ListHeader,
    salt: hmac::Key,
    entries: Vec<[u8; ENTRY]>,
}

impl NewList {
    /// Begins a list for an audience. The salt is 16 random bytes of its own.
    #[must_use]
    pub fn new(audience: &str, issued_at: i64, valid_until: i64, salt: [u8; 16]) -> Self {
        let header = ListHeader {
            audience: audience.to_owned(),
            issued_at,
            valid_until,
            salt: salt.iter().map(|byte| format!("{byte:02x}")).collect(),
            key: String::new(),
            entries: 0,
        };
        Self { header, salt: hmac::Key::new(hmac::HMAC_SHA256, &salt), entries: Vec::new() }
    }

    /// Puts a card on it, by its number and its id.
    pub fn allow(&mut self, number: &str, card: &[u8; 16]) {
        self.entries.push(entry(&self.salt, b"number\0", number.as_bytes()));
        self.entries.push(entry(&self.salt, b"card\0", card));
    }

    /// The list, signed.
    #[must_use]
    pub fn sign(mut self, key: &SigningKey) -> Vec<u8> {
        self.entries.sort_unstable();
        self.entries.dedup();
        self.header.key = key.public().id().to_string();
        self.header.entries = self.entries.len() as u64;
        let header = serde_json::to_vec(&self.header).unwrap_or_default();
        let mut bytes = Vec::with_capacity(8 + header.len() + self.entries.len() * ENTRY + SIGNATURE);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&u32::try_from(header.len()).unwrap_or_default().to_be_bytes());
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(self.entries.as_flattened());
        let signature = key.sign(&signed(&bytes));
        bytes.extend_from_slice(&signature);
        bytes
    }
}

impl AllowList {
    /// Reads a list and verifies it, for one audience. Whether its time is over is for [`Self::is_valid`] to say.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn read(bytes: &[u8], keys: &PublicKeys, audience: &str) -> Result<Self, ListError> {
        let end = bytes.len().checked_sub(SIGNATURE).ok_or(ListError::NotAList)?;
        let (all, signature) = bytes.split_at_checked(end).ok_or(ListError::NotAList)?;
        let rest = all.strip_prefix(MAGIC).ok_or(ListError::NotAList)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(ListError::NotAList)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| ListError::NotAList)?;
        if length > LONGEST_HEADER {
            return Err(ListError::NotAList);
        }
        let (header, entries) = rest.split_at_checked(length).ok_or(ListError::NotAList)?;
        let header: ListHeader = serde_json::from_slice(header).map_err(|_| ListError::NotAList)?;
        let key = keys.iter().find(|key| key.id().to_string() == header.key).ok_or(ListError::UnknownKey)?;
        if !key.verifies(&signed(all), signature) {
            return Err(ListError::BadSignature);
        }
        let (entries, left) = entries.as_chunks::<ENTRY>();
        if !left.is_empty() || entries.len() as u64 != header.entries || !entries.is_sorted() {
            return Err(ListError::NotAList);
        }
        if header.audience != audience {
            return Err(ListError::ForAnother);
        }
        let salt = of_hex(&header.salt).ok_or(ListError::NotAList)?;
        let salt = hmac::Key::new(hmac::HMAC_SHA256, &salt);
        Ok(Self { salt, entries: entries.to_vec(), header })
    }

    /// What it says of itself.
    #[must_use]
    pub fn header(&self) -> &ListHeader {
        &self.header
    }

    /// Whether it may be decided by at this moment.
    #[must_use]
    pub fn is_valid(&self, now: i64) -> bool {
        now < self.header.valid_until
    }

    /// Whether the card of this number worked when the list was made. Blanks are left out, letters are capitals, as on the card.
    #[must_use]
    pub fn has_number(&self, number: &str) -> bool {
        let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        self.has(b"number\0", number.to_ascii_uppercase().as_bytes())
    }

    /// Whether this card worked when the list was made.
    #[must_use]
    pub fn has_card(&self, card: &[u8; 16]) -> bool {
        self.has(b"card\0", card)
    }

    fn has(&self, kind: &[u8], value: &[u8]) -> bool {
        self.entries.binary_search(&entry(&self.salt, kind, value)).is_ok()
    }
}

fn signed(all: &[u8]) -> Vec<u8> {
    [DOMAIN, digest(&SHA256, all).as_ref()].concat()
}

fn entry(salt: &hmac::Key, kind: &[u8], value: &[u8]) -> [u8; ENTRY] {
    let mut context = hmac::Context::with_key(salt);
    context.update(kind);
    context.update(value);
    let tag = context.sign();
    let mut entry = [0; ENTRY];
    for (to, from) in entry.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    entry
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    let (pairs, left) = digits.as_chunks::<2>();
    (left.is_empty() && !pairs.is_empty()).then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
