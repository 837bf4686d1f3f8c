//! `yueka`: reader cards for a federation of public libraries, as one program.

mod cli;
mod config;
mod demo;
mod gate_sim;
mod id_reader;
mod jobs;
mod logging;
mod messages;
mod opening;
mod partners;
mod png;
mod server;
mod sheet;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    cli::run(cli::Yueka::parse())
}
