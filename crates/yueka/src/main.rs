//! `yueka`: reader cards for a federation of public libraries, as one program.

mod cli;
mod demo;
mod jobs;
mod messages;
mod server;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::Yueka::parse())
}
