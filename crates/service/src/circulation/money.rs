//! Amounts: all are fen.

use crate::kernel::Problem;

/// What an overdue item costs: for each open day, up to the cap, and up to its price where that is known (6.3.4). A cap of 0 is none.
#[must_use]
pub fn overdue_charge(open_days: i64, fen_per_day: i64, cap: i64, price: Option<i64>) -> i64 {
    let mut charge = open_days.max(0).saturating_mul(fen_per_day.max(0));
    if cap > 0 {
        charge = charge.min(cap);
    }
    match price {
        Some(price) if price > 0 => charge.min(price),
        _ => charge,
    }
}

/// An amount of yuan as people write it, in fen: `12`, `12.5`, `¥12.50`.
///
/// # Errors
/// [`Problem::Missing`], or [`Problem::Amount`] when it is none above 0.
pub fn fen_of(text: &str) -> Result<i64, Problem> {
    let text = text.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
    if text.is_empty() {
        return Err(Problem::Missing);
    }
    let (yuan, fen) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || yuan.len() > 7 || fen.len() > 2 || !digits(yuan) || !digits(fen) {
        return Err(Problem::Amount);
    }
    let all = format!("{yuan}{fen:0<2}").parse::<i64>().map_err(|_| Problem::Amount)?;
    if all > 0 { Ok(all) } else { Err(Problem::Amount) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    use super::super::Calendar;
    use super::*;

    #[test]
    fn c_6_3_4_an_amount_is_read_to_the_fen() {
        for (text, fen) in [("12", 1200), ("12.5", 1250), ("¥0.05", 5), (" 3.20元 ", 320)] {
            assert_eq!(fen_of(text), Ok(fen), "{text}");
        }
        for text in ["0", "-1", "1.234", "1,5", "1e3", ".5", "99999999"] {
            assert_eq!(fen_of(text), Err(Problem::Amount), "{text}");
        }
        assert_eq!(fen_of(" "), Err(Problem::Missing));
    }

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().checked_add_days(Days::new(offset)).unwrap()
    }

    proptest! {
        #[test]
        fn c_6_3_4_only_open_days_are_counted_and_never_more_than_the_cap(
            weekly in prop::array::uniform7(any::<bool>()),
            closed in prop::collection::btree_set(0u64..500, 0..60),
            due in 0u64..300,
            late in 0u64..200,
            fen in 0i64..500,
            cap in 0i64..5000,
            price in prop::option::of(0i64..20_000),
        ) {
            let closed: BTreeSet<NaiveDate> = closed.into_iter().map(day).collect();
            let calendar = Calendar { weekly, closed };
            let (due, returned) = (day(due), day(due + late));
            // Counted the slow way, day by day.
            let slow = due.iter_days().skip(1).take_while(|day| *day <= returned)
                .filter(|day| calendar.is_open(*day)).count() as i64;
            let open = calendar.open_days(due, returned);
            prop_assert_eq!(open, slow);
            let charge = overdue_charge(open, fen, cap, price);
            prop_assert!(charge >= 0 && charge <= open * fen);
            if cap > 0 { prop_assert!(charge <= cap); }
            if let Some(price) = price.filter(|price| *price > 0) { prop_assert!(charge <= price); }
            // A day more never costs less, and a closed day costs nothing.
            let next = returned.succ_opt().unwrap();
            let tomorrow = overdue_charge(calendar.open_days(due, next), fen, cap, price);
            prop_assert!(tomorrow >= charge);
            if !calendar.is_open(next) { prop_assert_eq!(tomorrow, charge); }
            prop_assert_eq!(overdue_charge(calendar.open_days(due, due), fen, cap, price), 0);
        }

        #[test]
        fn a_3_2_a_an_item_is_due_on_an_open_day(
            weekly in prop::array::uniform7(any::<bool>()),
            closed in prop::collection::btree_set(0u64..60, 0..30),
            start in 0u64..60,
            count in 1usize..10,
        ) {
            prop_assume!(weekly.iter().any(|closed| !closed));
            let calendar = Calendar { weekly, closed: closed.into_iter().map(day).collect() };
            let due = calendar.open_from(day(start));
            prop_assert!(due >= day(start) && calendar.is_open(due));
            prop_assert_eq!(calendar.open_days(day(start), due), i64::from(due > day(start)));
            let after = calendar.after_open_days(day(start), count);
            prop_assert_eq!(calendar.open_days(day(start), after), count as i64);
        }
    }
}
