//! Entry checks at gates: `crates/yueka/benches/gate`.

use anyhow::Result;

use super::Bench;
use crate::place::Place;
use crate::run;

/// `cargo xtask bench gate [READERS]`: a hundred thousand readers to look up among, unless told otherwise.
pub fn measure(place: &Place, bench: &Bench, arguments: &[&str]) -> Result<()> {
    let readers = arguments.first().copied().unwrap_or("100000");
    let mut cargo = place.cargo();
    cargo.args(["bench", "--package=yueka", "--bench=gate"]);
    cargo.env("YUEKA_TEST_POSTGRES", bench.postgres.url()).env("YUEKA_BENCH_READERS", readers);
    run::run(&mut cargo)
}
