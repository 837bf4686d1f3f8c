//! `yueka sms-gateway-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use delivery::simulator::Simulator;

use crate::server::{self, Stop};

/// A simulated SMS gateway, for trying: it shows what it was given and sends nothing
#[derive(Debug, Args)]
pub struct SmsGatewaySim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8095")]
    listen: SocketAddr,
    /// The key of the signatures that it asks for; nothing for none
    #[arg(long, value_name = "KEY", default_value = "")]
    secret: String,
}

impl SmsGatewaySim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let address = listener.local_addr()?;
        println!("Simulated SMS gateway: http://{address}");
        println!("In yueka.toml: [sms] gateway = \"http://{address}/messages\". Stop with ctrl-c.");
        let stop = Stop::on_signals()?;
        server::serve_router(listener, Simulator::new(&self.secret).router(), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
