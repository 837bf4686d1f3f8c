//! Patron information over SIP2: `crates/yueka/benches/sip`.

use anyhow::Result;

use super::Bench;
use crate::place::Place;
use crate::run;

/// `cargo xtask bench sip [READERS] [CONNECTIONS] [DATABASES]`: a million readers to look up among, unless told otherwise; `1,64`
/// measures at these numbers of connections alone, `sqlite` or `postgres` on that database alone.
pub fn measure(place: &Place, bench: &Bench, arguments: &[&str]) -> Result<()> {
    let readers = arguments.first().copied().unwrap_or("1000000");
    let mut cargo = place.cargo();
    cargo.args(["bench", "--package=yueka", "--bench=sip"]);
    for (place, name) in [(1, "YUEKA_BENCH_CONNECTIONS"), (2, "YUEKA_BENCH_ENGINES")] {
        if let Some(chosen) = arguments.get(place) {
            cargo.env(name, chosen);
        }
    }
    cargo.env("YUEKA_TEST_POSTGRES", bench.postgres.url()).env("YUEKA_BENCH_READERS", readers);
    run::run(&mut cargo)
}
