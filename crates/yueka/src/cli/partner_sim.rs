//! `yueka partner-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use delivery::province::ProvinceSettings;
use delivery::service_desk::ServiceDesk;
use service::kernel::Clock;

use crate::server::{self, Stop};

/// A simulated partner service, for trying: it asks whether a card works, and learns nothing else
#[derive(Debug, Args)]
pub struct PartnerSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8098")]
    listen: SocketAddr,
    /// Where Yueka is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    yueka: String,
    /// The name of its account: `yueka partner add --kind service`
    #[arg(long, value_name = "NAME")]
    partner: String,
    /// What its page calls it
    #[arg(long, value_name = "TEXT", default_value = "城市体育中心")]
    title: String,
    /// The name of its key
    #[arg(long, value_name = "KEY", default_value = "k1")]
    key: String,
    /// Its key
    #[arg(long, value_name = "SECRET")]
    secret: String,
}

impl PartnerSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        let listener = server::bind(self.listen, "--listen").await?;
        println!("Simulated partner service: http://{}", listener.local_addr()?);
        println!("Stop with ctrl-c.");
        let Self { yueka, partner, title, key, secret, .. } = self;
        let yueka = yueka.trim_end_matches('/').to_owned();
        let desk =
            ServiceDesk::new(&title, ProvinceSettings { yueka, partner, key, secret }, Clock::system())?;
        let stop = Stop::on_signals()?;
        server::serve_router(listener, desk.router(), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
