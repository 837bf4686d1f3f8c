//! Birth dates inside numbers.

use chrono::{Datelike, NaiveDate};

use crate::DocumentError;

/// `YYYYMMDD` that exists, is not before 1800 and not after today.
pub(crate) fn eight_digits(text: &str, today: NaiveDate) -> Result<NaiveDate, DocumentError> {
    let date = date(text).filter(|date| date.year() >= 1800).ok_or(DocumentError::BirthDate)?;
    if date > today { Err(DocumentError::BirthInFuture) } else { Ok(date) }
}

/// `YYYYMMDD` that exists.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = text.get(..4)?.parse().ok()?;
    let month = text.get(4..6)?.parse().ok()?;
    let day = text.get(6..)?.parse().ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

pub(crate) fn very_old(birth: NaiveDate, today: NaiveDate) -> bool {
    today.years_since(birth).is_some_and(|years| years > 130)
}
