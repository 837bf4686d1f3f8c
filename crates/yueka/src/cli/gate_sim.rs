//! `yueka gate-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::sync::mpsc;

use crate::gate_sim::Simulator;
use crate::server::Stop;

/// A simulated entry gate, for trying: each line of standard input is a scan, each line that it prints says in or not
#[derive(Debug, Args)]
pub struct GateSim {
    /// The server: http://HOST:PORT, of this computer only
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// A file with the gate's token (right `admit_visitors`)
    #[arg(long, value_name = "FILE")]
    token_file: PathBuf,
    /// A folder for what the gate keeps: keys, list, visits to deliver
    #[arg(long, value_name = "FOLDER", default_value = "gate-sim")]
    state: PathBuf,
    /// Seconds between two tries to fetch the list and to deliver
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// Seconds by which its clock is wrong
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    clock_off: i64,
}

impl GateSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let token = tokio::fs::read_to_string(&self.token_file)
            .await
            .with_context(|| format!("{} can't be read", self.token_file.display()))?;
        let Some(address) = self.server.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')) else {
            bail!("{}: the simulator speaks http:// only, to this computer", self.server);
        };
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        if !["127.0.0.1", "localhost", "[::1]"].contains(&host) {
            bail!(
                "{}: a token would go over the network in the clear; the simulator talks to this computer",
                self.server
            );
        }
        let mut gate = Simulator::open(address, token.trim(), self.state, self.clock_off)?;
        let stop = Stop::on_signals()?;
        let mut scans = typed();
        let mut pulse = tokio::time::interval(Duration::from_secs(self.every));
        loop {
            tokio::select! {
                () = stop.wanted() => break,
                _ = pulse.tick() => {
                    for line in gate.refresh().await {
                        println!("{line}");
                    }
                }
                line = scans.recv() => match line {
                    Some(line) if line.trim().is_empty() => {}
                    Some(line) => println!("{}", gate.scan(&line).await?),
                    None => break,
                },
            }
        }
        for line in gate.refresh().await {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The lines of standard input, read by a thread of their own: it ends with the program.
fn typed() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}
