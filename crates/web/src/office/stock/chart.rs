//! Cards given out month by month, and how many will be: bars of an SVG.

use chrono::{Datelike, NaiveDate};
use service::stock::{MONTHS_BACK, Stock, month_ahead};

/// Months that are looked ahead, the running one first.
const AHEAD: usize = 12;
const HEIGHT: f64 = 160.0;
const STEP: f64 = 20.0;
const WIDTH: f64 = 14.0;

/// A bar.
pub struct Bar {
    /// `2026-09`.
    pub month: String,
    pub count: u32,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Whether it lies ahead.
    pub ahead: bool,
    /// Whether its number stands over it: the highest behind and ahead.
    pub named: bool,
    /// The year, at its first month and at the first bar.
    pub year: String,
}

impl Bar {
    pub fn middle(&self) -> f64 {
        self.x + WIDTH / 2.0
    }

    pub fn above(&self) -> f64 {
        self.y - 5.0
    }
}

/// The whole width, in units of the SVG.
pub const SPAN: f64 = STEP * (MONTHS_BACK + AHEAD) as f64;

/// The bars of the months behind and ahead.
pub fn bars(stock: &Stock) -> Vec<Bar> {
    let behind = stock.used.0.iter().map(|used| f64::from(*used));
    let ahead = (0..AHEAD).map(|month| stock.used.need(month));
    let all: Vec<f64> = behind.chain(ahead).collect();
    let most = all.iter().copied().fold(1.0, f64::max);
    let highest = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let (back, front) = all.split_at(MONTHS_BACK.min(all.len()));
    let tops = [highest(back), highest(front)];
    let mut named = [false, false];
    let bar = |(place, need): (usize, &f64)| {
        let month: NaiveDate = month_ahead(stock.since, i32::try_from(place).unwrap_or_default());
        let lies_ahead = place >= MONTHS_BACK;
        let side = usize::from(lies_ahead);
        let (top, done) =
            (tops.get(side).copied().unwrap_or_default(), named.get(side).copied().unwrap_or(true));
        let is_named = !done && *need > 0.0 && (*need - top).abs() < 1e-9;
        if let Some(named) = named.get_mut(side).filter(|_| is_named) {
            *named = true;
        }
        let height = (need / most * HEIGHT).max(if *need > 0.0 { 1.0 } else { 0.0 });
        let begins = place == 0 || month.month() == 1;
        Bar {
            month: month.format("%Y-%m").to_string(),
            count: need.round() as u32,
            x: place as f64 * STEP + (STEP - WIDTH) / 2.0,
            y: 20.0 + HEIGHT - height,
            width: WIDTH,
            height,
            ahead: lies_ahead,
            named: is_named,
            year: if begins { month.year().to_string() } else { String::new() },
        }
    };
    all.iter().enumerate().map(bar).collect()
}
