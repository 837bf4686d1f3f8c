//! The travel permits of Hong Kong, Macao and Taiwan residents.

use crate::DocumentError;
use crate::document::Parts;

/// 港澳居民来往内地通行证: H or M and 8 digits for life, then perhaps 2 that count re-issues.
/// Compared by the first 9 characters.
pub(crate) fn hk_macao(number: String) -> Result<Parts, DocumentError> {
    if !number.starts_with(['H', 'M']) {
        return Err(DocumentError::Prefix { expected: "H, M" });
    }
    digits(&number, 1, number.len())?;
    match number.len() {
        9 | 11 => {
            let key = format!("hkm:{}", number.get(..9).unwrap_or_default());
            Ok(Parts {
                number,
                key,
                ..Parts::default()
            })
        }
        found => Err(DocumentError::Length {
            expected: "9, 11",
            found,
        }),
    }
}

/// 台湾居民来往大陆通行证: 8 digits for life, then perhaps 2 that count re-issues, and on older ones a
/// letter, often in brackets. Compared by the first 8.
pub(crate) fn taiwan(number: String) -> Result<Parts, DocumentError> {
    let number: String = number.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let body = number
        .strip_suffix(|c: char| c.is_ascii_uppercase())
        .unwrap_or(&number);
    digits(body, 0, body.len())?;
    match body.len() {
        8 | 10 => {
            let key = format!("tw:{}", body.get(..8).unwrap_or_default());
            Ok(Parts {
                number,
                key,
                ..Parts::default()
            })
        }
        found => Err(DocumentError::Length {
            expected: "8, 10",
            found,
        }),
    }
}

fn digits(text: &str, from: usize, to: usize) -> Result<(), DocumentError> {
    for (i, found) in text.chars().enumerate().take(to).skip(from) {
        if !found.is_ascii_digit() {
            return Err(DocumentError::Character {
                position: i + 1,
                found,
            });
        }
    }
    Ok(())
}
