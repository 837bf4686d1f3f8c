//! `yueka id-reader-sim`

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::id_reader;
use crate::server::{self, Stop};

/// A simulated ID reader with people who cannot exist, for trying the desk.
#[derive(Debug, Args)]
pub struct IdReaderSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8091")]
    listen: SocketAddr,
    /// The origin of the pages that may read; may be given several times
    #[arg(long = "origin", value_name = "ORIGIN", default_values = ["http://127.0.0.1:8080", "http://localhost:8080"])]
    origins: Vec<String>,
}

impl IdReaderSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: a reader listens on 127.0.0.1", self.listen);
        }
        for origin in &self.origins {
            if !origin.starts_with("http://") && !origin.starts_with("https://") {
                bail!("{origin} is no origin: write http://HOST:PORT, as the browser shows it");
            }
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        println!("Simulated ID reader: http://{address}");
        println!("For pages of {}. Stop with ctrl-c.", self.origins.join(", "));
        let stop = Stop::on_signals()?;
        server::serve_router(listener, id_reader::router(address, self.origins), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
