//! Days on which a library is open: by its weekly closing days and those it has set one by one. A reader owes nothing for a day on which
//! the item could not be brought back.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::rules::Rules;
use super::tables::closed_day;
use crate::kernel::{Op, Result};
use crate::libraries::tree;

/// When a library is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Monday first: whether it is closed.
    pub weekly: [bool; 7],
    /// Closed days beside them.
    pub closed: BTreeSet<NaiveDate>,
}

/// Days that are looked ahead for one on which the library is open; who is closed for longer has not closed but moved.
const AHEAD: usize = 400;

impl Calendar {
    /// The calendar of a library, with the closed days from this day on; those of what it stands under are its own too.
    pub(super) async fn of(op: &Op, rules: &Rules, from: NaiveDate) -> Result<Self> {
        let tree = tree(op).await?;
        let upwards: Vec<uuid::Uuid> = tree.upwards(rules.library).map(|library| library.id.0).collect();
        let rows = closed_day::Entity::find()
            .filter(closed_day::Column::LibraryId.is_in(upwards))
            .filter(closed_day::Column::Day.gte(from))
            .all(op.db())
            .await?;
        Ok(Self { weekly: rules.weekly, closed: rows.into_iter().map(|row| row.day).collect() })
    }

    /// Whether the library is open on a day.
    #[must_use]
    pub fn is_open(&self, day: NaiveDate) -> bool {
        !self.closed_weekly(day) && !self.closed.contains(&day)
    }

    fn closed_weekly(&self, day: NaiveDate) -> bool {
        let place = day.weekday().num_days_from_monday() as usize;
        self.weekly.get(place).copied().unwrap_or_default()
    }

    /// How many days after `after`, up to and with `through`, the library is open.
    #[must_use]
    pub fn open_days(&self, after: NaiveDate, through: NaiveDate) -> i64 {
        let days = (through - after).num_days();
        if days <= 0 {
            return 0;
        }
        // Whole weeks are all alike, so only the days that are left are looked at one by one.
        let open_in_week = self.weekly.iter().filter(|closed| !**closed).count() as i64;
        let (weeks, rest) = (days / 7, days % 7);
        let mut open = weeks * open_in_week;
        open += after.iter_days().skip(1).take(rest as usize).filter(|day| !self.closed_weekly(*day)).count()
            as i64;
        let range = (std::ops::Bound::Excluded(after), std::ops::Bound::Included(through));
        open - self.closed.range(range).filter(|day| !self.closed_weekly(**day)).count() as i64
    }

    /// The day itself, or the first one after it on which the library is open.
    #[must_use]
    pub fn open_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().take(AHEAD).find(|day| self.is_open(*day)).unwrap_or(day)
    }

    /// The day on which so many open days have passed after this one.
    #[must_use]
    pub fn after_open_days(&self, day: NaiveDate, count: usize) -> NaiveDate {
        let ahead = day.iter_days().skip(1).take(AHEAD).filter(|day| self.is_open(*day));
        let wanted = ahead.take(count).last();
        wanted.unwrap_or_else(|| day.checked_add_days(Days::new(count as u64)).unwrap_or(day))
    }
}
