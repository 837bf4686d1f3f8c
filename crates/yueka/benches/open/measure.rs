//! What benches share: rates and percentiles.

use std::time::{Duration, Instant};

#[expect(clippy::cast_precision_loss, reason = "a count of seconds' work")]
pub fn per_second(count: usize, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}

/// A percentile of sorted times, in milliseconds.
pub fn at(times: &[Duration], percent: usize) -> f64 {
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}
