//! Dates as they stand in a message: `YYYYMMDDZZZZHHMMSS`, where ZZZZ is four blanks for local time or `   Z` for UTC.

use std::fmt;

/// A moment without a calendar behind it: six numbers, each in its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
}

impl Moment {
    /// Reads a date in any form that was seen: with four, three or no blanks before the time, or without a time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, _) = take_date(text)?;
        let number = |from: usize, to: usize| date.get(from..to)?.parse::<u16>().ok();
        let small = |from: usize| number(from, from + 2).and_then(|value| u8::try_from(value).ok());
        let moment = Self {
            year: number(0, 4)?,
            month: small(4)?,
            day: small(6)?,
            hour: small(12)?,
            minute: small(14)?,
            second: small(16)?,
        };
        let fits = (1..=12).contains(&moment.month)
            && (1..=31).contains(&moment.day)
            && moment.hour < 24
            && moment.minute < 60
            && moment.second <= 60;
        fits.then_some(moment)
    }
}

/// Local time: `20261124    100000`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}{month:02}{day:02}    {hour:02}{minute:02}{second:02}")
    }
}

/// Whether these are exactly the eighteen characters of a date, or eighteen blanks.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 {
        return false;
    }
    let (day, rest) = bytes.split_at(8);
    let (zone, time) = rest.split_at(4);
    let dated = day.iter().chain(time).all(u8::is_ascii_digit) && zone.iter().all(|byte| is_zone(*byte));
    dated || bytes.iter().all(|byte| *byte == b' ')
}

fn is_zone(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_uppercase()
}

/// Takes a date from where a text begins, whichever way it is written: the eighteen characters, and how many were read.
pub(crate) fn take_date(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        let part = bytes.get(from..from + count)?;
        part.iter().all(u8::is_ascii_digit).then(|| text.get(from..from + count)).flatten()
    };
    let day = digits(0, 8)?;
    // The blanks before the time: four, or fewer, or none.
    for (filler, zone) in [(4, true), (3, false), (2, false), (1, false), (0, false)] {
        let between = bytes.get(8..8 + filler).unwrap_or_default();
        let fits = between.len() == filler
            && between.iter().all(|byte| *byte == b' ' || (zone && byte.is_ascii_uppercase()));
        let Some(time) = digits(8 + filler, 6).filter(|_| fits) else { continue };
        let zone = if filler == 4 { text.get(8..12).unwrap_or("    ") } else { "    " };
        // Fourteen digits at once are padded behind.
        let mut read = 14 + filler;
        if filler == 0 {
            read += bytes.iter().skip(read).take(4).take_while(|byte| **byte == b' ').count();
        }
        return Some((format!("{day}{zone}{time}"), read));
    }
    let read = 8 + bytes.iter().skip(8).take(10).take_while(|byte| **byte == b' ').count();
    Some((format!("{day}    000000"), read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_was_seen() {
        for (text, date, read) in [
            ("20230418    160609AO", "20230418    160609", 18),
            ("20230418   Z160609AO", "20230418   Z160609", 18),
            ("20230418160609   20230418160609AO", "20230418    160609", 17),
            ("19960212   10051419960212   100514AO", "19960212    100514", 17),
            ("20230418160609    144920AO", "20230418    160609", 18),
            ("20230418AO", "20230418    000000", 8),
            ("20230418          AO", "20230418    000000", 18),
        ] {
            assert_eq!(take_date(text), Some((date.to_owned(), read)), "{text}");
        }
        assert_eq!(take_date("AO|"), None);
        assert_eq!(take_date("2023041"), None);
    }

    #[test]
    fn a_moment_and_back() {
        let text = "20261124    100000";
        assert_eq!(Moment::parse(text).map(|moment| moment.to_string()).as_deref(), Some(text));
        assert_eq!(Moment::parse("20261324    100000"), None);
        assert_eq!(Moment::parse(""), None);
    }
}
