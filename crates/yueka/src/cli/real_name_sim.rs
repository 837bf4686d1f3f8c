//! `yueka real-name-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono::NaiveDate;
use clap::Args;
use delivery::real_name_sim::{KnownPerson, RealNameSimulator};
use documents::synthetic;
use service::kernel::Clock;

use crate::server::{self, Stop};

/// A simulated real-name service, for trying online opening: it knows some people who cannot exist
#[derive(Debug, Args)]
pub struct RealNameSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8098")]
    listen: SocketAddr,
    /// The key of the signatures
    #[arg(long, value_name = "KEY")]
    secret: String,
}

impl RealNameSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        if self.secret.is_empty() {
            bail!("--secret is empty: an answer that nobody signed counts for nothing");
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        println!("Simulated real-name service: http://{address}");
        println!(
            "In yueka.toml: [real_name] service = \"http://{address}/check\", and the same secret. Stop with ctrl-c."
        );
        let simulator = RealNameSimulator::new(&self.secret, people(), Clock::system());
        let stop = Stop::on_signals()?;
        server::serve_router(listener, simulator.router(), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Eight grown-ups who cannot exist.
pub fn people() -> Vec<KnownPerson> {
    const NAMES: [&str; 8] = ["罗试安", "霍试宁", "区试和", "邓试平", "简试清", "冼试明", "招试远", "关试真"];
    NAMES
        .into_iter()
        .zip(1_u32..)
        .map(|(name, serial)| {
            let year = 1984 + i32::try_from(serial).unwrap_or_default();
            let born = NaiveDate::from_ymd_opt(year, 7, 12).unwrap_or_default();
            let sequence = u16::try_from(600 + serial).unwrap_or_default();
            let sex = if serial % 2 == 0 { documents::Sex::Male } else { documents::Sex::Female };
            KnownPerson {
                name: name.to_owned(),
                document_type: "resident_id".to_owned(),
                number: synthetic::resident_number(serial, born, sex, sequence),
            }
        })
        .collect()
}
