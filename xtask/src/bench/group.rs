//! Checking and issuing a list of 100,000: `crates/yueka/benches/group`.

use anyhow::Result;

use super::Bench;
use crate::place::Place;
use crate::run;

/// `cargo xtask bench group [ROWS]`: 100,000 rows, unless told otherwise.
pub fn measure(place: &Place, bench: &Bench, arguments: &[&str]) -> Result<()> {
    let rows = arguments.first().copied().unwrap_or("100000");
    let mut cargo = place.cargo();
    cargo.args(["bench", "--package=yueka", "--bench=group"]);
    cargo.env("YUEKA_TEST_POSTGRES", bench.postgres.url()).env("YUEKA_BENCH_ROWS", rows);
    run::run(&mut cargo)
}
