//! A chart of what came of a campaign: cards as bars, by the day or, over a longer time, by the week; visits as a line behind them. Plain
//! shapes with labels, in units of the drawing.

use chrono::{Datelike, Days, NaiveDate};
use service::promotion::CampaignResult;

/// Width and height of the drawing.
const WIDTH: u64 = 720;
const HEIGHT: u64 = 220;
/// What the axis and the labels take.
const LEFT: u64 = 40;
const TOP: u64 = 16;
const BOTTOM: u64 = 28;
/// More days than this are counted by the week.
const DAYS: i64 = 45;
/// No more bars than can be told apart.
const BARS: usize = 110;

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    /// The first day that it counts.
    pub day: NaiveDate,
    pub cards: u64,
}

/// The drawing.
#[derive(Clone, Debug)]
pub struct Chart {
    pub bars: Vec<Bar>,
    /// The line of visits, as a path.
    pub visits: String,
    /// Lines across, with what they stand for: height, cards.
    pub grid: Vec<(String, u64)>,
    /// Labels below: place, text, which end of the text stands there.
    pub labels: Vec<(String, String, &'static str)>,
    pub most_visits: u64,
    pub weekly: bool,
}

impl Chart {
    /// The chart of a result; none where nothing happened.
    pub fn of(result: &CampaignResult, today: NaiveDate) -> Option<Self> {
        let (first, last) = (result.by_day.first()?.day, result.by_day.last()?.day);
        let first = first.min(result.campaign.starts_on);
        let last = result.campaign.ends_on.map_or(last, |end| last.max(end.min(today)));
        let weekly = (last - first).num_days() >= DAYS;
        let begin = |day: NaiveDate| match weekly {
            true => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            false => day,
        };
        let step = if weekly { 7 } else { 1 };
        let mut slots: Vec<(NaiveDate, u64, u64)> = begin(first)
            .iter_days()
            .step_by(step)
            .take_while(|day| *day <= last)
            .map(|day| (day, 0, 0))
            .collect();
        for day in &result.by_day {
            if let Some(slot) = slots.iter_mut().find(|slot| slot.0 == begin(day.day)) {
                slot.1 += day.cards;
                slot.2 += day.visits;
            }
        }
        // What is longer ago than fits is in the numbers above.
        let hidden = slots.len().saturating_sub(BARS);
        slots.drain(..hidden);
        let most = slots.iter().map(|slot| slot.1).max().unwrap_or_default();
        let top = round_up(most);
        let most_visits = slots.iter().map(|slot| slot.2).max().unwrap_or_default();
        let (inner_width, inner_height) = ((WIDTH - LEFT) as f64, (HEIGHT - TOP - BOTTOM) as f64);
        let each = inner_width / slots.len().max(1) as f64;
        let height_of = |count: u64, of: u64| inner_height * count as f64 / of.max(1) as f64;
        let base = (HEIGHT - BOTTOM) as f64;
        let bars: Vec<Bar> = slots
            .iter()
            .enumerate()
            .map(|(place, (day, cards, _))| {
                let height = height_of(*cards, top);
                Bar {
                    x: short(LEFT as f64 + each * (place as f64 + 0.15)),
                    y: short(base - height),
                    width: short(each * 0.7),
                    height: short(height),
                    day: *day,
                    cards: *cards,
                }
            })
            .collect();
        let line = slots.iter().enumerate().map(|(place, slot)| {
            let x = LEFT as f64 + each * (place as f64 + 0.5);
            let letter = if place == 0 { "M" } else { "L" };
            format!("{letter}{} {}", short(x), short(base - height_of(slot.2, most_visits)))
        });
        let visits = if most_visits == 0 { String::new() } else { line.collect() };
        let grid = [0, top / 2, top].into_iter().map(|count| (short(base - height_of(count, top)), count));
        let label = |place: usize, anchor| {
            let slot = slots.get(place)?;
            Some((
                short(LEFT as f64 + each * (place as f64 + 0.5)),
                slot.0.format("%m-%d").to_string(),
                anchor,
            ))
        };
        let end = slots.len().saturating_sub(1);
        let places = match end {
            0 => vec![(0, "middle")],
            1..8 => (0..=end).map(|place| (place, "middle")).collect(),
            _ => vec![(0, "start"), (end / 2, "middle"), (end, "end")],
        };
        let labels = places.into_iter().filter_map(|(place, anchor)| label(place, anchor)).collect();
        Some(Self { bars, visits, grid: grid.collect(), labels, most_visits, weekly })
    }
}

/// An even number that nothing goes beyond, and that halves well.
fn round_up(most: u64) -> u64 {
    let steps = [2, 4, 10, 20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000, 100_000];
    steps.into_iter().find(|step| most <= *step).unwrap_or(most + most % 2)
}

/// A number without more decimals than a drawing needs.
fn short(number: f64) -> String {
    format!("{number:.1}")
}
