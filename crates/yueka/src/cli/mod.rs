//! The command line: one file for each command.

mod demo;
mod sms_gateway_sim;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Reader cards for a federation of public libraries.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Yueka {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try it: a federation with lifelike data, on this machine, with nothing to install
    Demo(demo::Demo),
    /// A simulated SMS gateway, for trying: it shows what it was given and sends nothing
    SmsGatewaySim(sms_gateway_sim::SmsGatewaySim),
}

/// Runs a command; its failure is told on standard error.
pub fn run(yueka: Yueka) -> ExitCode {
    match run_command(yueka.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("yueka: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build()
        .context("no threads to work with")?;
    runtime.block_on(async {
        match command {
            Command::Demo(command) => command.run().await,
            Command::SmsGatewaySim(command) => command.run().await,
        }
    })
}

/// Two to four threads: what waits for a database needs no more.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}
