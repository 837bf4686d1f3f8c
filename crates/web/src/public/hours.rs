//! Opening hours in words.

use chrono::{Datelike, NaiveDate};
use service::promotion::{DayHours, Hours, Now, Why, spans_in_words};

use crate::i18n::Text;

/// How things stand now: in words, and whether it is open.
#[derive(Clone, Debug)]
pub struct OpenNow {
    pub words: String,
    pub open: bool,
    /// Whether anything is known.
    pub known: bool,
}

/// A day of the week as a page shows it.
#[derive(Clone, Debug)]
pub struct DayLine {
    pub name: String,
    /// `11-24`.
    pub date: String,
    pub hours: String,
    pub note: String,
    pub today: bool,
    pub open: bool,
    /// Whether it is otherwise than in other weeks.
    pub special: bool,
}

/// A minute of the day on a clock.
fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

impl Text {
    // locale-keys: weekday-*
    /// `星期二`.
    pub fn weekday(&self, day: NaiveDate) -> String {
        self.t(&format!("weekday-{}", day.weekday().number_from_monday()))
    }

    /// How things stand at a place, seen from a day.
    pub fn open_now(&self, now: Now, today: NaiveDate) -> OpenNow {
        let words = match now {
            Now::Unknown => String::new(),
            Now::OpenUntil(until) => self.a("hours-open-until", &[("time", clock(until))]),
            Now::OpensToday(at) => self.a("hours-opens-today", &[("time", clock(at))]),
            Now::OpensOn(day, at) if today.succ_opt() == Some(day) => {
                self.a("hours-opens-tomorrow", &[("time", clock(at))])
            }
            Now::OpensOn(day, at) => {
                let day = if (day - today).num_days() < 7 { self.weekday(day) } else { self.date(day) };
                self.a("hours-opens-on", &[("day", day), ("time", clock(at))])
            }
            Now::Closed => self.t("hours-closed-for-long"),
        };
        OpenNow { open: now.is_open(), known: now != Now::Unknown, words }
    }

    // locale-keys: weekday-*
    /// The hours of every week in one line, days that are alike together; nothing where nobody has set any.
    pub fn usual_week(&self, hours: &Hours) -> String {
        let Some(weekly) = &hours.weekly else { return String::new() };
        let days = weekly.0.iter().zip(hours.closed_weekly).map(|(spans, closed)| match closed {
            true => String::new(),
            false => spans_in_words(spans),
        });
        let mut runs: Vec<(usize, usize, String)> = Vec::new();
        for (day, hours) in (1..).zip(days) {
            match runs.last_mut() {
                Some((_, last, same)) if *same == hours => *last = day,
                _ => runs.push((day, day, hours)),
            }
        }
        let name = |day: usize| self.t(&format!("weekday-{day}"));
        let runs = runs.into_iter().map(|(first, last, hours)| {
            let days = match first == last {
                true => name(first),
                false => self.a("hours-days", &[("first", name(first)), ("last", name(last))]),
            };
            let hours = if hours.is_empty() { self.t("hours-closed") } else { hours };
            [days.as_str(), " ", hours.as_str()].concat()
        });
        runs.collect::<Vec<_>>().join(&self.t("hours-between"))
    }

    /// A day of a week.
    pub fn day_line(&self, day: &DayHours, today: NaiveDate) -> DayLine {
        let why = match day.why {
            Why::Usual | Why::Special => "",
            Why::ClosedDay => "hours-closed-day",
        };
        DayLine {
            name: self.weekday(day.day),
            date: day.day.format("%m-%d").to_string(),
            hours: if day.spans.is_empty() { self.t("hours-closed") } else { spans_in_words(&day.spans) },
            note: match (day.note.is_empty(), why) {
                (false, _) => day.note.clone(),
                (true, "") => String::new(),
                (true, _) => self.t("hours-closed-day"),
            },
            today: day.day == today,
            open: !day.spans.is_empty(),
            special: day.why != Why::Usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use service::promotion::{Span, Weekly};

    #[test]
    fn days_that_are_alike_stand_together() {
        let spans = Span::parse("9-21").unwrap();
        let mut weekly = Weekly(std::array::from_fn(|_| spans.clone()));
        weekly.0[0].clear();
        let hours = Hours { weekly: Some(weekly), ..Hours::default() };
        let t = Text { language: Language::English };
        assert_eq!(t.usual_week(&hours), "Monday Closed; Tuesday to Sunday 9:00–21:00");
        assert_eq!(Text::default().usual_week(&Hours::default()), "");
    }
}
