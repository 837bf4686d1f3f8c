//! The record inside what drivers return.
//!
//! Sources: the protocol as written down in the IDCardDemo for Android and in three other public programs, with and
//! without fingerprints.

use super::ChipError;

const START: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];
const BYTE_ORDER_MARK: [u8; 2] = [0xFF, 0xFE];

/// The 256 bytes in what a driver returned.
pub(super) fn record(bytes: &[u8]) -> Result<&[u8; 256], ChipError> {
    if bytes.starts_with(&START) {
        return framed(bytes);
    }
    let record = match bytes.len() {
        256 | 257 => bytes,
        258 => bytes.strip_prefix(&BYTE_ORDER_MARK).ok_or(ChipError::Length { found: 258 })?,
        found => return Err(ChipError::Length { found }),
    };
    record.first_chunk().ok_or(ChipError::Length { found: bytes.len() })
}

/// After the start: length (2) of all that follows, status (3, `00 00 90` when a card was read), length of text
/// (2), of photo (2) and with one command of fingerprints (2), then those, then a check byte, which is the XOR of all
/// after the start. It is not looked at: some drivers cut the photo off and it with it.
fn framed(bytes: &[u8]) -> Result<&[u8; 256], ChipError> {
    let length = |at: usize| -> Result<usize, ChipError> {
        let pair = bytes.get(at..at + 2).ok_or(ChipError::Frame)?;
        Ok(pair.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)))
    };
    let total = length(5)?;
    if bytes.get(7..10) != Some(&[0x00, 0x00, 0x90]) {
        return Err(ChipError::NoCard);
    }
    let (text, photo) = (length(10)?, length(12)?);
    if text != 256 {
        return Err(ChipError::Frame);
    }
    let fingerprints = length(14).unwrap_or_default();
    let with_fingerprints = total == 10 + text + photo + fingerprints && total != 8 + text + photo;
    let from = if with_fingerprints { 16 } else { 14 };
    bytes.get(from..).and_then(<[u8]>::first_chunk).ok_or(ChipError::Frame)
}
