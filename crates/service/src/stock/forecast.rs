//! How many One-Cards will be needed (5.2.1): from the last 24 whole months, with their seasons; schools open in September.
//!
//! The need of a month is told by the same month of the last two years, the nearer one twice as heavy, each carried on by the growth *g*
//! from year to year: `(2 · last · g + before · g²) / 3`, where *g* is the cards of the last twelve months by those of the twelve before,
//! twelve added to both so that few cards make no jump, and never under ½ or over 2. With less than two years behind, the month of
//! last year stands for itself, and where there is none, the mean of the months that there are.

use chrono::{Datelike, Days, NaiveDate};

/// Whole months that are looked back on.
pub const MONTHS_BACK: usize = 24;
/// Cards are ordered by the hundred.
const PACK: u32 = 100;

/// Cards given out in each of the last 24 whole months, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Used(pub [u32; MONTHS_BACK]);

impl Used {
    /// Adds up month by month.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    fn at(&self, place: usize) -> f64 {
        self.0.get(place).copied().unwrap_or_default().into()
    }

    /// Months since the first card was given out.
    fn known(&self) -> usize {
        self.0.iter().position(|used| *used > 0).map_or(0, |first| MONTHS_BACK - first)
    }

    /// Growth from year to year.
    #[must_use]
    pub fn growth(&self) -> f64 {
        if self.known() < MONTHS_BACK {
            return 1.0;
        }
        let year = |of: std::ops::Range<usize>| of.map(|place| self.at(place)).sum::<f64>() + 12.0;
        (year(12..MONTHS_BACK) / year(0..12)).clamp(0.5, 2.0)
    }

    /// The need of a month: 0 is the running one, 1 the next.
    #[must_use]
    pub fn need(&self, ahead: usize) -> f64 {
        let (known, growth, place) = (self.known(), self.growth(), ahead % 12);
        let later = growth.powi(i32::try_from(ahead / 12).unwrap_or(i32::MAX));
        let of_the_month = if known == MONTHS_BACK {
            (2.0 * self.at(12 + place) * growth + self.at(place) * growth * growth) / 3.0
        } else if 12 + place >= MONTHS_BACK - known {
            self.at(12 + place)
        } else if known == 0 {
            0.0
        } else {
            self.0.iter().map(|used| f64::from(*used)).sum::<f64>() / known as f64
        };
        of_the_month * later
    }

    /// The need of so many days from today on: of months that are touched, the share of their days.
    #[must_use]
    pub fn need_of_days(&self, today: NaiveDate, days: u32) -> f64 {
        let end = today.checked_add_days(Days::new(days.into())).unwrap_or(today);
        let mut need = 0.0;
        for ahead in 0.. {
            let first = month_ahead(today, ahead);
            let (from, to) = (first.max(today), month_ahead(today, ahead + 1).min(end));
            if from >= end {
                break;
            }
            let of_month = (month_ahead(today, ahead + 1) - first).num_days().max(1);
            let share = (to - from).num_days() as f64 / of_month as f64;
            need += share * self.need(usize::try_from(ahead).unwrap_or(usize::MAX));
        }
        need
    }

    /// The day on which so many cards are used up; none within two years.
    #[must_use]
    pub fn lasts_until(&self, today: NaiveDate, cards: u32) -> Option<NaiveDate> {
        let enough = |days: u32| self.need_of_days(today, days) <= f64::from(cards);
        let (mut least, mut most) = (0, 731);
        if enough(most) {
            return None;
        }
        while most - least > 1 {
            let middle = least + (most - least) / 2;
            if enough(middle) { least = middle } else { most = middle }
        }
        today.checked_add_days(Days::new(most.into()))
    }
}

/// The first day of a month, so many months from the one of a day.
#[must_use]
pub fn month_ahead(day: NaiveDate, months: i32) -> NaiveDate {
    let count = day.year() * 12 + day.month0() as i32 + months;
    let month = u32::try_from(count.rem_euclid(12)).unwrap_or_default() + 1;
    NaiveDate::from_ymd_opt(count.div_euclid(12), month, 1).unwrap_or(day)
}

/// What a library wants of its stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aims {
    /// Days until an order arrives.
    pub lead_days: u32,
    /// Days of safety beyond.
    pub safety_days: u32,
    /// Months that an order should last.
    pub cover_months: u32,
}

/// What is there, what comes, and what is therefore to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Cards that can be given out.
    pub free: u32,
    /// Cards on order or on their way here.
    pub coming: u32,
    /// Cards needed until an order made today arrives, and the days of safety after.
    pub needed: u32,
    /// Whether what is there and what comes is less than that.
    pub low: bool,
    /// When what is there will be used up.
    pub lasts_until: Option<NaiveDate>,
    /// Cards to order, by the hundred; 0 where it is not low.
    pub proposal: u32,
}

/// Looks ahead.
#[must_use]
pub fn outlook(used: &Used, today: NaiveDate, aims: Aims, free: u32, coming: u32) -> Outlook {
    let horizon = aims.lead_days + aims.safety_days;
    let needed = cards(used.need_of_days(today, horizon));
    let there = free.saturating_add(coming);
    let low = there < needed;
    let cover = aims.cover_months * 365 / 12;
    let wanted = cards(used.need_of_days(today, horizon + cover)).saturating_sub(there);
    Outlook {
        free,
        coming,
        needed,
        low,
        lasts_until: used.lasts_until(today, free),
        proposal: if low { wanted.div_ceil(PACK) * PACK } else { 0 },
    }
}

/// Whole cards: what is begun counts.
fn cards(need: f64) -> u32 {
    // Saturates, and there is no negative need.
    (need - 1e-9).ceil().max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// November 2024 to October 2026: 100 cards a month, in September 700.
    fn schools() -> Used {
        let mut used = [100; MONTHS_BACK];
        (used[10], used[22]) = (700, 700);
        Used(used)
    }

    #[test]
    fn c_5_2_1_the_forecast_knows_that_schools_open_in_september() {
        let used = schools();
        let needs: Vec<f64> = (0..13).map(|ahead| used.need(ahead)).collect();
        assert_eq!(needs[0], 100.0);
        assert_eq!(needs[10], 700.0, "September 2027");
        assert_eq!(needs[11], 100.0);
        let aims = Aims { lead_days: 45, safety_days: 30, cover_months: 6 };
        let in_november = outlook(&used, day(2026, 11, 1), aims, 300, 0);
        assert!(!in_november.low, "{in_november:?}");
        // By mid-July the same 300 cards are too few: September is within 75 days.
        let mut later = used.0;
        later.rotate_left(8);
        let in_july = outlook(&Used(later), day(2027, 7, 1), aims, 300, 0);
        assert!(in_july.low, "{in_july:?}");
        assert!(in_july.proposal >= 1200 && in_july.proposal.is_multiple_of(100), "{in_july:?}");
    }

    #[test]
    fn c_5_2_1_growth_carries_on_and_is_bounded() {
        let mut used = [100; MONTHS_BACK];
        for month in used.iter_mut().skip(12) {
            *month = 120;
        }
        let used = Used(used);
        assert!((used.growth() - 1452.0 / 1212.0).abs() < 1e-9);
        let expected = (2.0 * 120.0 * used.growth() + 100.0 * used.growth().powi(2)) / 3.0;
        assert!((used.need(3) - expected).abs() < 1e-9);
        let mut jump = [1; MONTHS_BACK];
        jump[20] = 5000;
        assert_eq!(Used(jump).growth(), 2.0);
    }

    #[test]
    fn c_5_2_1_a_young_library_is_forecast_by_what_there_is() {
        let mut used = [0; MONTHS_BACK];
        (used[21], used[22], used[23]) = (30, 60, 90);
        let used = Used(used);
        assert_eq!(used.need(0), 60.0, "the mean");
        assert_eq!(used.need(9), 30.0, "its own month");
        assert_eq!(Used::default().need(3), 0.0);
        assert_eq!(Used::default().lasts_until(day(2026, 11, 24), 1), None);
    }

    #[test]
    fn c_5_2_1_the_day_is_told_on_which_the_cards_are_used_up() {
        let used = Used([300; MONTHS_BACK]);
        let today = day(2026, 11, 1);
        assert_eq!(used.lasts_until(today, 300), Some(day(2026, 12, 2)));
        assert!((used.need_of_days(today, 30) - 300.0).abs() < 1e-9);
        assert!((used.need_of_days(today, 61) - 600.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn c_5_2_1_what_is_proposed_lasts_as_long_as_it_should(
            used in prop::array::uniform24(0_u32..500), free in 0_u32..3000, coming in 0_u32..500,
            lead in 0_u32..120, safety in 0_u32..120, cover in 1_u32..12,
        ) {
            let (used, today) = (Used(used), day(2026, 11, 24));
            let aims = Aims { lead_days: lead, safety_days: safety, cover_months: cover };
            let told = outlook(&used, today, aims, free, coming);
            let wanted = used.need_of_days(today, lead + safety + cover * 365 / 12);
            if told.low {
                prop_assert!(f64::from(free + coming + told.proposal) + 1e-6 >= wanted);
                prop_assert!(f64::from(free + coming + told.proposal) < wanted + 101.0);
            } else {
                prop_assert_eq!(told.proposal, 0);
            }
        }
    }
}
