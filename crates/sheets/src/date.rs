//! Days as people write them.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::FaultKind;
use crate::value::Value;

/// The day that stands in a cell, as `YYYY-MM-DD`; nothing where it is blank, or only tells year and month (出生年月): that is no
/// birth date, and most documents tell it anyway.
pub(crate) fn read(value: &Value, is_1904: bool) -> Result<String, FaultKind> {
    let day = match value {
        Value::Date(Some(day)) => Some(*day),
        Value::Date(None) => return Err(FaultKind::DateImpossible),
        Value::Number(number) => of_number(*number, is_1904)?,
        Value::Text(text) => of_text(text)?,
        Value::Empty => None,
        Value::Bool(_) | Value::Error(_) => return Err(FaultKind::DateUnreadable),
    };
    Ok(day.map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default())
}

/// The day of a number of Excel: days since the end of 1899, or since the beginning of 1904. Excel holds 1900 to be a leap year.
pub(crate) fn of_serial(serial: f64, is_1904: bool) -> Option<NaiveDate> {
    if !(1.0..2_958_466.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds above")]
    let days = serial.floor() as i64;
    let (from, days) = match (is_1904, days) {
        (true, _) => (NaiveDate::from_ymd_opt(1904, 1, 1)?, days),
        (false, 60) => return None,
        (false, ..60) => (NaiveDate::from_ymd_opt(1899, 12, 31)?, days),
        (false, _) => (NaiveDate::from_ymd_opt(1899, 12, 30)?, days),
    };
    from.checked_add_signed(chrono::Duration::days(days))
}

fn of_number(number: f64, is_1904: bool) -> Result<Option<NaiveDate>, FaultKind> {
    // 2010 or 2010.05: a year, a year and its month.
    if (1900.0..2100.0).contains(&number)
        || ((190_001.0..210_000.0).contains(&number) && number.fract() == 0.0)
    {
        return Ok(None);
    }
    if (18_000_101.0..21_001_232.0).contains(&number) && number.fract() == 0.0 {
        return of_text(&format!("{number:.0}"));
    }
    if (3_000.0..100_000.0).contains(&number) {
        return of_serial(number, is_1904).map(Some).ok_or(FaultKind::DateImpossible);
    }
    Err(FaultKind::DateUnreadable)
}

fn of_text(typed: &str) -> Result<Option<NaiveDate>, FaultKind> {
    let text: String = typed.nfkc().filter(|c| !crate::text::invisible(*c)).collect();
    let text = text.trim().trim_start_matches('\'');
    if text.is_empty() {
        return Ok(None);
    }
    let republic = text.starts_with("民国") || text.starts_with("民國");
    let parts = parts(&in_digits(text));
    let number = |part: &Part| part.number;
    let numbers: Vec<u32> = parts.iter().filter_map(number).collect();
    let month_named = parts.iter().find_map(|part| part.month);
    match (numbers.as_slice(), month_named) {
        ([year, day, ..] | [day, year, ..], Some(month)) if *year > 31 && *day <= 31 => {
            day_of(*year, month, *day)
        }
        (_, Some(_)) => Err(FaultKind::DateUnreadable),
        ([year, month, day, ..], _) if republic => day_of(year + 1911, *month, *day),
        ([year @ 1800..=9999, month, day, ..], _) => day_of(*year, *month, *day),
        ([day @ 13..=31, month @ 1..=12, year @ 1800..=2100, ..], _)
        | ([month @ 1..=12, day @ 13..=31, year @ 1800..=2100, ..], _) => day_of(*year, *month, *day),
        ([number], _) => of_one(*number, parts.first().map_or(0, |part| part.length)),
        ([1800..=2100, 1..=12], _) => Ok(None),
        _ => Err(FaultKind::DateUnreadable),
    }
}

fn of_one(number: u32, length: usize) -> Result<Option<NaiveDate>, FaultKind> {
    match length {
        8 => day_of(number / 10_000, number / 100 % 100, number % 100),
        // A number of Excel that was saved as text, from 1927 to 2064.
        5 if (10_000..60_000).contains(&number) => Ok(of_serial(f64::from(number), false)),
        6 if (190_001..210_000).contains(&number) && (1..=12).contains(&(number % 100)) => Ok(None),
        4 if (1800..=2100).contains(&number) => Ok(None),
        _ => Err(FaultKind::DateUnreadable),
    }
}

fn day_of(year: u32, month: u32, day: u32) -> Result<Option<NaiveDate>, FaultKind> {
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (1800..=2200).contains(year))
        .ok_or(FaultKind::DateUnreadable)?;
    NaiveDate::from_ymd_opt(year, month, day).map(Some).ok_or(FaultKind::DateImpossible)
}

/// A run of digits, or of letters that name a month.
#[derive(Default)]
struct Part {
    number: Option<u32>,
    month: Option<u32>,
    length: usize,
}

fn parts(text: &str) -> Vec<Part> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    // What the time of day adds says nothing of the day.
    let text = match text.find(':') {
        Some(colon) => {
            text.get(..colon).and_then(|head| head.rsplit_once([' ', 'T'])).map_or(text, |(day, _)| day)
        }
        None => text,
    };
    let mut parts = Vec::new();
    let mut run = String::new();
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
    for c in text.chars().chain([' ']) {
        let same = run.chars().last().is_none_or(|last| kind(last) == kind(c));
        if !same {
            if run.starts_with(|c: char| c.is_ascii_digit()) {
                parts.push(Part {
                    number: Some(run.parse().unwrap_or(u32::MAX)),
                    month: None,
                    length: run.len(),
                });
            } else {
                let small = run.to_ascii_lowercase();
                let month = small.get(..3).and_then(|head| MONTHS.iter().position(|month| *month == head));
                let month = month.and_then(|month| u32::try_from(month + 1).ok());
                if month.is_some() {
                    parts.push(Part { number: None, month, length: run.len() });
                }
            }
            run.clear();
        }
        if c.is_ascii_alphanumeric() {
            run.push(c);
        }
    }
    parts
}

/// 二〇一〇年十二月三十一日 as 2010年12月31日; anything else as it is.
fn in_digits(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    let digit = |c: char| match c {
        '零' | '○' | 'Ο' => Some(0),
        _ => DIGITS.chars().position(|other| other == c),
    };
    let mut written = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().and_then(digit);
        let after = chars.get(at + 1).copied().and_then(digit);
        match (*c, digit(*c)) {
            // 十 is 10, 十二 is 12, 二十 is 20, 二十一 is 21.
            ('十', _) => match (before, after) {
                (None, None) => written.push_str("10"),
                (None, Some(_)) => written.push('1'),
                (Some(_), None) => written.push('0'),
                (Some(_), Some(_)) => {}
            },
            (_, Some(digit)) => written.push_str(&digit.to_string()),
            (other, None) => written.push(other),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, FaultKind> {
        read(&Value::Text(text.to_owned()), false)
    }

    #[test]
    fn every_usual_way_to_write_a_day_is_read() {
        for text in [
            "2010-1-2",
            "2010-01-02",
            "2010/1/2",
            "2010.1.2",
            "2010.01.02",
            "20100102",
            "2010年1月2日",
            "2010年01月02日",
            "２０１０年１月２日",
            "2010 年 1 月 2 日",
            "二〇一〇年一月二日",
            "二零一零年一月二日",
            "民国99年1月2日",
            "2010-01-02 00:00:00",
            "2010/1/2 8:05",
            "2010-01-02T00:00:00",
            "2 Jan 2010",
            "Jan 2, 2010",
            "2-January-2010",
            "2010、1、2",
            "'2010-01-02",
            "40180",
            "2010年1月2号",
        ] {
            assert_eq!(of(text).as_deref(), Ok("2010-01-02"), "{text}");
        }
        assert_eq!(of("二〇一〇年十二月三十一日").as_deref(), Ok("2010-12-31"));
        assert_eq!(of("二〇一〇年十月二十日").as_deref(), Ok("2010-10-20"));
        assert_eq!(of("31/12/2010").as_deref(), Ok("2010-12-31"));
        assert_eq!(of("12/31/2010").as_deref(), Ok("2010-12-31"));
    }

    #[test]
    fn what_could_be_two_days_is_none() {
        for text in ["1/2/2010", "10-1-2", "去年", "2010", "3月5日", "1e5"] {
            let read = of(text);
            assert!(
                read == Err(FaultKind::DateUnreadable) || (text == "2010" && read.as_deref() == Ok("")),
                "{text}: {read:?}"
            );
        }
        for text in ["2010-02-30", "2010-13-01", "20101301", "2010年2月29日"] {
            assert_eq!(of(text), Err(FaultKind::DateImpossible), "{text}");
        }
    }

    #[test]
    fn a_month_is_no_birth_date() {
        for text in ["2010-05", "2010.05", "201005", "2010年5月", "", " "] {
            assert_eq!(of(text).as_deref(), Ok(""), "{text}");
        }
        assert_eq!(read(&Value::Number(2010.05), false).as_deref(), Ok(""));
    }

    #[test]
    fn numbers_of_excel_count_from_two_beginnings() {
        assert_eq!(read(&Value::Number(40_180.0), false).as_deref(), Ok("2010-01-02"));
        assert_eq!(read(&Value::Number(38_718.0), true).as_deref(), Ok("2010-01-02"));
        assert_eq!(read(&Value::Number(20_100_102.0), false).as_deref(), Ok("2010-01-02"));
        assert_eq!(of_serial(59.0, false), NaiveDate::from_ymd_opt(1900, 2, 28));
        assert_eq!(of_serial(60.0, false), None);
        assert_eq!(of_serial(61.0, false), NaiveDate::from_ymd_opt(1900, 3, 1));
        assert_eq!(read(&Value::Number(7.0), false), Err(FaultKind::DateUnreadable));
    }
}
