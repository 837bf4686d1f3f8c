//! Every check of the project, one after another.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::count::Count;
use crate::install::{self, Installer, Need};
use crate::place::Place;
use crate::postgres::Cluster;
use crate::{run, tidy};

/// A check, and what it tells.
struct Step {
    name: &'static str,
    needs: &'static [Need],
    check: fn(&Round<'_>) -> Result<Count>,
}

/// The quick ones first, so that a slip is told at once.
const STEPS: &[Step] = &[
    Step { name: "fmt", needs: &[], check: |round| round.one(round.cargo(&["fmt", "--all", "--check"])) },
    Step { name: "tidy", needs: &[], check: |round| round.said(tidy::command(round.place)?) },
    Step { name: "clippy", needs: &[], check: clippy },
    Step { name: "docs", needs: &[], check: docs },
    Step {
        name: "tests",
        needs: &[
            Need::Postgres,
            Need::Node,
            Need::NodeModules,
            Need::Python,
            Need::Nextest,
            Need::Sip2Client,
        ],
        check: tests,
    },
    Step { name: "doctests", needs: &[], check: doctests },
    Step { name: "browser", needs: &[Need::Node, Need::NodeModules, Need::Chromium], check: browser },
];

/// What all steps share.
struct Round<'a> {
    place: &'a Place,
    installer: Installer<'a>,
    /// For the test runner.
    arguments: &'a [&'a str],
    keep_going: bool,
}

pub fn names() -> String {
    STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(" ")
}

/// `cargo xtask test`: true when everything passes.
pub fn test(place: &Place, arguments: &[&str]) -> Result<bool> {
    let (ours, theirs) = match arguments.iter().position(|argument| *argument == "--") {
        Some(at) => (arguments.get(..at).unwrap_or_default(), arguments.get(at + 1..).unwrap_or_default()),
        None => (arguments, &[][..]),
    };
    let (flags, wanted): (Vec<&str>, Vec<&str>) = ours.iter().partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--keep-going") {
        bail!("no option {unknown}; there is --keep-going, and -- ARGUMENTS for the test runner");
    }
    if let Some(unknown) = wanted.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        bail!("no step {unknown}; there are: {}", names());
    }
    let round =
        Round { place, installer: Installer::new(place), arguments: theirs, keep_going: !flags.is_empty() };
    Ok(round.run(&wanted))
}

impl<'a> Round<'a> {
    fn run(&self, wanted: &[&str]) -> bool {
        let mut rows = Vec::new();
        let mut total = Count::default();
        for step in STEPS.iter().filter(|step| wanted.is_empty() || wanted.contains(&step.name)) {
            println!("\n── {} ──", step.name);
            let begun = Instant::now();
            let mut count =
                self.installer.bring(step.needs).and_then(|()| (step.check)(self)).unwrap_or_else(|error| {
                    println!("{error:#}");
                    Count { passed: 0, failed: 1 }
                });
            if count == Count::default() {
                println!("{} has run nothing", step.name);
                count.failed = 1;
            }
            let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
            println!("── {} {verdict} in {} ──", step.name, seconds(begun.elapsed()));
            rows.push(format!(
                "{:<9} {verdict:<7} {:>8} {:>6} passed {:>4} failed",
                step.name,
                seconds(begun.elapsed()),
                count.passed,
                count.failed
            ));
            total.add(count);
            if count.failed > 0 && !self.keep_going {
                rows.push("the rest was not run; --keep-going runs it".to_owned());
                break;
            }
        }
        println!("\n{}\n\n{} passed, {} failed", rows.join("\n"), total.passed, total.failed);
        total.failed == 0
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.cargo();
        command.args(arguments);
        command
    }

    /// A check that is one yes or no.
    fn one(&self, mut command: Command) -> Result<Count> {
        run::run(&mut command)?;
        self.said(true)
    }

    fn said(&self, passed: bool) -> Result<Count> {
        Ok(Count { passed: passed.into(), failed: (!passed).into() })
    }

    /// A check that is a test runner; it has failed when it says so, whatever it counted.
    fn many(&self, mut command: Command) -> Result<Count> {
        let (ok, heard) = run::listen(&mut command)?;
        let mut count = Count::read(&heard)?;
        if !ok && count.failed == 0 {
            count.failed = 1;
        }
        Ok(count)
    }
}

fn clippy(round: &Round<'_>) -> Result<Count> {
    round.one(round.cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "--deny=warnings",
    ]))
}

fn docs(round: &Round<'_>) -> Result<Count> {
    let mut command = round.cargo(&["doc", "--quiet", "--workspace", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "--deny=warnings");
    round.one(command)
}

/// The whole workspace with a real PostgreSQL beside it.
fn tests(round: &Round<'_>) -> Result<Count> {
    run::run(&mut build(round))?;
    let cluster = Cluster::start(round.place)?;
    let mut command = if install::has_nextest(round.place) {
        let profile = if round.keep_going { "--profile=ci" } else { "--profile=default" };
        round.cargo(&["nextest", "run", "--workspace", "--all-features", profile])
    } else {
        let keep_going: &[&str] = if round.keep_going { &["--no-fail-fast"] } else { &[] };
        let mut command = round.cargo(&["test", "--workspace", "--all-features", "--all-targets"]);
        command.args(keep_going);
        command
    };
    command
        .args(round.arguments)
        .env("YUEKA_TEST_POSTGRES", cluster.url())
        .env("YUEKA_ORACLE_PYTHON", round.installer.python_program())
        .env("YUEKA_SIP2_CLIENT", round.installer.sip2_client_program())
        .env("YUEKA_ORACLE_NODE_MODULES", round.place.browser().join("node_modules"))
        .env("YUEKA_BIN", round.place.binary("debug"));
    round.many(command)
}

/// The examples in the documentation, of which there may be none.
fn doctests(round: &Round<'_>) -> Result<Count> {
    let count = round.many(round.cargo(&["test", "--doc", "--workspace", "--all-features"]))?;
    if count == Count::default() { round.said(true) } else { Ok(count) }
}

/// The pages, in a real Chromium.
fn browser(round: &Round<'_>) -> Result<Count> {
    run::run(&mut build(round))?;
    let folder = round.place.browser();
    let mut files: Vec<String> = std::fs::read_dir(&folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    files.sort();
    let mut command = install::node();
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(round.arguments)
        .args(files)
        .current_dir(&folder)
        .env("YUEKA_BIN", round.place.binary("debug"))
        .env("YUEKA_CHROMIUM", install::chromium()?)
        .env("YUEKA_SCREENSHOTS", round.place.target.join("screenshots"));
    round.many(command)
}

/// The program, built together with the tests: apart they would want other features of what they share, and much
/// would be built twice.
fn build(round: &Round<'_>) -> Command {
    round.cargo(&["build", "--quiet", "--workspace", "--all-features", "--bins", "--tests"])
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
