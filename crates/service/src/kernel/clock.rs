//! The one place that reads the wall clock. Dates that people count by (ages, validity) are those of Asia/Shanghai.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;

/// Tells the time: of this machine, or one set by hand.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    SetByHand(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is set: for tests, and for loading the past.
    #[must_use]
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self(Source::SetByHand(Arc::new(Mutex::new(time))))
    }

    /// Now, in whole milliseconds: what both databases keep exactly, and what a seal is computed over.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Source::System => Utc::now(),
            Source::SetByHand(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        }
        .trunc_subsecs(3)
    }

    /// Today in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        local_date(self.now())
    }

    /// Moves a clock that is set by hand; the machine's own stays as it is.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::SetByHand(time) = &self.0 {
            *time.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// The date of a moment in Asia/Shanghai.
#[must_use]
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Shanghai).date_naive()
}

/// A moment as a clerk writes it, in Asia/Shanghai: `2026-03-02 14:05`.
#[must_use]
pub fn local_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M").to_string()
}

/// A moment to the second, in Asia/Shanghai: `2026-03-02 14:05:09`. For what counts from that second on (A.4.1).
#[must_use]
pub fn local_moment(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The first moment of a day in Asia/Shanghai.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    Shanghai.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// Completed years of age on a day. Who is born on 29 February comes of age on 1 March in other years.
#[must_use]
pub fn age_on(birth: NaiveDate, day: NaiveDate) -> i32 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    day.year() - birth.year() - i32::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_1_age_is_counted_on_the_day() {
        assert_eq!(age_on(day(2010, 11, 24), day(2026, 11, 23)), 15);
        assert_eq!(age_on(day(2010, 11, 24), day(2026, 11, 24)), 16);
        assert_eq!(age_on(day(2012, 2, 29), day(2028, 2, 28)), 15);
        assert_eq!(age_on(day(2012, 2, 29), day(2028, 2, 29)), 16);
        assert_eq!(age_on(day(2008, 2, 29), day(2025, 2, 28)), 16);
        assert_eq!(age_on(day(2008, 2, 29), day(2025, 3, 1)), 17);
    }

    #[test]
    fn a_1_the_day_begins_at_midnight_in_shanghai() {
        let late_evening_utc = Utc.with_ymd_and_hms(2026, 11, 23, 16, 0, 0).unwrap();
        assert_eq!(local_date(late_evening_utc), day(2026, 11, 24));
        assert_eq!(local_date(late_evening_utc - TimeDelta::seconds(1)), day(2026, 11, 23));
    }
}
