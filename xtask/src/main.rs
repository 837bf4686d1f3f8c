//! The project's own commands. `cargo xtask` lists them.
#![expect(clippy::print_stdout, reason = "commands for a terminal")]

mod bench;
mod count;
mod install;
mod place;
mod postgres;
mod run;
mod screenshots;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::place::Place;

const USAGE: &str = "\
cargo xtask test [STEP…] [--keep-going] [-- ARGUMENTS]
                          every check, or only these; installs what they lack. ARGUMENTS go to the test runner
cargo xtask tidy          the house rules, in a second
cargo xtask pg            a throw-away PostgreSQL, until Ctrl-C
cargo xtask screenshots   docs/screenshots, from the demo
cargo xtask bench NAME    measures, in release, with a PostgreSQL at hand
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match command(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked; false when a check said no and has told why.
fn command(arguments: &[&str]) -> Result<bool> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{USAGE}\nSteps of test: {}\n", test::names());
        return Ok(true);
    };
    run::on_interrupt()?;
    let place = Place::find()?;
    match *name {
        "test" => test::test(&place, rest),
        "tidy" => tidy::command(&place),
        "pg" => postgres::command(&place).map(|()| true),
        "screenshots" => screenshots::command(&place).map(|()| true),
        "bench" => bench::command(&place, rest).map(|()| true),
        other => bail!("no command {other}\n\n{USAGE}"),
    }
}
