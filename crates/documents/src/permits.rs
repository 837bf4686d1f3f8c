//! The travel permits of Hong Kong, Macao and Taiwan residents.

use crate::DocumentError;
use crate::document::Parts;

/// 港澳居民来往内地通行证: H or M and 8 digits for life, then perhaps 2 that count re-issues. Compared by
/// the first 9 characters. The permits for residents who are not Chinese citizens (since July 2024) have
/// HA or MA and 7 digits.
///
/// Sources: notice of the Ministry of Public Security of 2010 on these numbers (chinanews, 2010-03-10);
/// for HA and MA the specimen text of China Travel Service (ctshk.com) and of Changzhou's foreign office.
pub(crate) fn hk_macao(number: String) -> Result<Parts, DocumentError> {
    let Some(rest) = number.strip_prefix(['H', 'M']) else {
        return Err(DocumentError::Prefix { expected: "H, M" });
    };
    let digits_from = if rest.starts_with('A') { 2 } else { 1 };
    only_digits(&number, digits_from)?;
    match number.len() {
        9 | 11 => {
            let key = format!("hkm:{}", number.get(..9).unwrap_or_default());
            Ok(Parts { number, key, ..Parts::default() })
        }
        found => Err(DocumentError::Length { expected: "9, 11", found }),
    }
}

/// 台湾居民来往大陆通行证: 8 digits for life. On those issued before 2008-09-25 two digits follow that count
/// re-issues, then in brackets a letter or digit for the office. Compared by the first 8.
///
/// Sources: China News Service of 2008-09-11 on the change; the Immigration Administration's magazine 中国出入境观察,
/// no. 21 of 2020.
pub(crate) fn taiwan(number: &str) -> Result<Parts, DocumentError> {
    let body = without_office(number);
    only_digits(body, 0)?;
    match body.len() {
        8 | 10 => {
            let key = format!("tw:{}", body.get(..8).unwrap_or_default());
            Ok(Parts { number: number.replace(['(', ')'], ""), key, ..Parts::default() })
        }
        found => Err(DocumentError::Length { expected: "8, 10", found }),
    }
}

/// The number without the office's character: one in brackets, or a letter at the end.
fn without_office(number: &str) -> &str {
    match number.strip_suffix(')').and_then(|open| open.split_once('(')) {
        Some((body, office)) if office.chars().count() == 1 => body,
        _ => number.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(number),
    }
}

fn only_digits(text: &str, from: usize) -> Result<(), DocumentError> {
    match text.chars().enumerate().skip(from).find(|(_, c)| !c.is_ascii_digit()) {
        Some((i, found)) => Err(DocumentError::Character { position: i + 1, found }),
        None => Ok(()),
    }
}
