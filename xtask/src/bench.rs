//! What is measured, in release, with a PostgreSQL that keeps its promises (fsync on).

mod gate;
mod group;
mod open;
mod sip;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::install::{Installer, Need};
use crate::place::Place;
use crate::postgres::Cluster;
use crate::run;

/// What a bench is given.
pub struct Bench {
    /// The program, built for release.
    pub binary: PathBuf,
    pub postgres: Cluster,
}

/// It is also given what followed its name on the command line.
type Measure = fn(&Place, &Bench, &[&str]) -> Result<()>;

/// Each bench is one file in `bench/`: `mod open;` and a line here.
const BENCHES: &[(&str, Measure)] =
    &[("gate", gate::measure), ("group", group::measure), ("open", open::measure), ("sip", sip::measure)];

pub fn command(place: &Place, arguments: &[&str]) -> Result<()> {
    let (name, arguments) = arguments.split_first().context("cargo xtask bench NAME")?;
    let Some((_, measure)) = BENCHES.iter().find(|(known, _)| known == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        bail!("no bench {name}; there are: [{}]", known.join(", "));
    };
    Installer::new(place).bring(&[Need::Postgres])?;
    run::run(place.cargo().args(["build", "--release", "--package=yueka"]))?;
    let bench = Bench { binary: place.binary("release"), postgres: Cluster::start(place)? };
    println!("{name}: {} and {}", bench.binary.display(), bench.postgres.url());
    measure(place, &bench, arguments)
}
