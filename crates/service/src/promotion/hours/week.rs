//! Hours as pure data: what somebody enters, and what a page says of a moment.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Asia::Shanghai;
use serde::{Deserialize, Serialize};

use crate::kernel::Problem;

/// From a minute of the day until another: `9:00–21:00`. Nothing is open past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The first minute.
    pub from: u16,
    /// The minute at which it closes; 1440 is midnight.
    pub until: u16,
}

/// The last minute of a day.
const MIDNIGHT: u16 = 24 * 60;
/// Days that are looked ahead for one that is open.
const AHEAD: usize = 60;

impl Span {
    /// The spans of a day, as somebody writes them: `9:00-12:00 14:00-18:00`, `9–21`, `９：００－１８：００`. Nothing, `休` and `-` are a
    /// closed day.
    ///
    /// # Errors
    /// [`Problem::Hours`] for what is no hours of a day, or overlaps.
    pub fn parse(text: &str) -> Result<Vec<Self>, Problem> {
        let plain: String = text.chars().map(plain).collect();
        let plain = plain.trim();
        if plain.is_empty() || ["-", "休", "闭馆", "閉館", "closed"].contains(&plain.to_lowercase().as_str())
        {
            return Ok(Vec::new());
        }
        // A dash with blanks around it is a dash.
        let joined = plain.split('-').map(str::trim).collect::<Vec<_>>().join("-");
        let mut spans: Vec<Self> = Vec::new();
        for part in joined.split([' ', ',', ';']).filter(|part| !part.is_empty()) {
            let (from, until) = part.split_once('-').ok_or(Problem::Hours)?;
            let span = Self { from: minute(from)?, until: minute(until)? };
            let after = spans.last().map_or(0, |before| before.until);
            if span.from >= span.until || span.from < after || spans.len() == 4 {
                return Err(Problem::Hours);
            }
            spans.push(span);
        }
        Ok(spans)
    }
}

/// What is written otherwise on other keyboards.
fn plain(c: char) -> char {
    match c {
        '0'..='9' => c,
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        '：' | '.' | '．' => ':',
        '–' | '—' | '－' | '~' | '～' | '至' | '―' => '-',
        '，' | '、' => ',',
        '；' => ';',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn minute(text: &str) -> Result<u16, Problem> {
    let (hour, rest) = text.split_once(':').unwrap_or((text, "00"));
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(rest) || rest.len() != 2 {
        return Err(Problem::Hours);
    }
    let number = |text: &str| text.parse::<u16>().map_err(|_| Problem::Hours);
    let (hour, rest) = (number(hour)?, number(rest)?);
    let minute = hour * 60 + rest;
    if rest < 60 && minute <= MIDNIGHT { Ok(minute) } else { Err(Problem::Hours) }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { from, until } = self;
        write!(f, "{}:{:02}–{}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

/// The spans of a day as they are entered and shown; nothing for a closed day.
#[must_use]
pub fn spans_in_words(spans: &[Span]) -> String {
    spans.iter().map(Span::to_string).collect::<Vec<_>>().join(" ")
}

/// Seven days, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekly(pub [Vec<Span>; 7]);

/// Why a day is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// As every week.
    Usual,
    /// As it is set for this day.
    Special,
    /// A closed day, on which nothing is due either (6.3.4).
    ClosedDay,
}

/// The hours of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayHours {
    /// The day.
    pub day: NaiveDate,
    /// When it is open; empty: closed.
    pub spans: Vec<Span>,
    /// Why.
    pub why: Why,
    /// What is said of the day; may be empty.
    pub note: String,
}

/// How things stand at a moment; minutes of the day in Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// Nobody has set hours.
    Unknown,
    /// Open.
    OpenUntil(u16),
    /// It opens later today.
    OpensToday(u16),
    /// It opens on another day.
    OpensOn(NaiveDate, u16),
    /// Closed for as long as it is known.
    Closed,
}

/// When a place is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// As every week; none where nobody has set it.
    pub weekly: Option<Weekly>,
    /// Monday first: closed by the library's policy, whatever is written otherwise.
    pub closed_weekly: [bool; 7],
    /// Days on which it is otherwise, with a note.
    pub special: BTreeMap<NaiveDate, (Vec<Span>, String)>,
    /// Closed days, with a note.
    pub closed: BTreeMap<NaiveDate, String>,
}

impl Hours {
    /// The hours of a day; none where nobody has set any. What is set for the day itself counts first, then closed days, then the week.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<DayHours> {
        if let Some((spans, note)) = self.special.get(&day) {
            return Some(DayHours { day, spans: spans.clone(), why: Why::Special, note: note.clone() });
        }
        if let Some(note) = self.closed.get(&day) {
            return Some(DayHours { day, spans: Vec::new(), why: Why::ClosedDay, note: note.clone() });
        }
        let place = day.weekday().num_days_from_monday() as usize;
        let weekly = self.weekly.as_ref()?;
        let closed = self.closed_weekly.get(place).copied().unwrap_or_default();
        let spans = if closed { Vec::new() } else { weekly.0.get(place).cloned().unwrap_or_default() };
        Some(DayHours { day, spans, why: Why::Usual, note: String::new() })
    }

    /// The hours of seven days from this one on; empty where nobody has set any.
    #[must_use]
    pub fn week_from(&self, day: NaiveDate) -> Vec<DayHours> {
        day.iter_days().take(7).filter_map(|day| self.on(day)).collect()
    }

    /// How things stand at a moment.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> Now {
        let local = moment.with_timezone(&Shanghai);
        let (today, minute) = (local.date_naive(), (local.hour() * 60 + local.minute()) as u16);
        let Some(now) = self.on(today) else { return Now::Unknown };
        for span in &now.spans {
            if minute < span.from {
                return Now::OpensToday(span.from);
            }
            if minute < span.until {
                return Now::OpenUntil(span.until);
            }
        }
        let ahead = today.iter_days().skip(1).take(AHEAD).filter_map(|day| self.on(day));
        let next = ahead.into_iter().find_map(|day| day.spans.first().map(|span| (day.day, span.from)));
        next.map_or(Now::Closed, |(day, from)| Now::OpensOn(day, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        Shanghai.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap().to_utc()
    }

    /// Closed on Mondays; with a break at noon else.
    fn usual() -> Hours {
        let spans = Span::parse("9:00-12:00 14:00-18:00").unwrap();
        let mut weekly = Weekly(std::array::from_fn(|_| spans.clone()));
        weekly.0[0].clear();
        Hours { weekly: Some(weekly), ..Hours::default() }
    }

    #[test]
    fn hours_are_read_however_they_are_written() {
        for text in ["9:00-21:00", "9-21", "９：００－２１：００", "9:00 – 21:00", "9.00至21.00"]
        {
            assert_eq!(Span::parse(text), Ok(vec![Span { from: 540, until: 1260 }]), "{text}");
        }
        let two = Span::parse("9:00-12:00、14:00-24:00").unwrap();
        assert_eq!(spans_in_words(&two), "9:00–12:00 14:00–24:00");
        for text in ["", " ", "-", "休", "closed"] {
            assert_eq!(Span::parse(text), Ok(Vec::new()), "{text:?}");
        }
        for text in
            ["9", "21-9", "9:60-10", "9-25", "9-12 11-14", "a-b", "9:5-10", "9-12-14", "1-2 3-4 5-6 7-8 9-10"]
        {
            assert_eq!(Span::parse(text), Err(Problem::Hours), "{text}");
        }
    }

    #[test]
    fn a_page_says_whether_it_is_open_and_until_when() {
        // 24 November 2026 is a Tuesday.
        let hours = usual();
        assert_eq!(hours.at(at(24, 8, 59)), Now::OpensToday(540));
        assert_eq!(hours.at(at(24, 9, 0)), Now::OpenUntil(720));
        assert_eq!(hours.at(at(24, 12, 0)), Now::OpensToday(840));
        assert_eq!(hours.at(at(24, 17, 59)), Now::OpenUntil(1080));
        assert_eq!(hours.at(at(24, 18, 0)), Now::OpensOn(day(25), 540));
        assert_eq!(
            hours.at(at(29, 20, 0)),
            Now::OpensOn(NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(), 540),
            "not on a Monday"
        );
        assert_eq!(Hours::default().at(at(24, 12, 0)), Now::Unknown);
        let never = Hours { weekly: Some(Weekly::default()), ..Hours::default() };
        assert_eq!(never.at(at(24, 12, 0)), Now::Closed);
    }

    #[test]
    fn what_is_set_for_a_day_counts_before_closed_days_and_those_before_the_week() {
        let mut hours = usual();
        hours.closed.insert(day(25), "整理".to_owned());
        hours.closed.insert(day(26), "整理".to_owned());
        hours.special.insert(day(26), (Span::parse("10-12").unwrap(), "还书".to_owned()));
        assert_eq!(hours.at(at(24, 20, 0)), Now::OpensOn(day(26), 600));
        assert_eq!(hours.on(day(25)).unwrap().why, Why::ClosedDay);
        assert_eq!(hours.on(day(26)).unwrap().note, "还书");
        hours.closed_weekly = [true; 7];
        assert_eq!(hours.at(at(27, 10, 0)), Now::Closed, "the policy closes every day of the week");
        assert_eq!(hours.week_from(day(24)).len(), 7);
    }
}
