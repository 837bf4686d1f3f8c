//! `yueka resource-sim`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use delivery::resources::{ResourceSettings, Resources};

use crate::server::{self, Stop};

/// A simulated platform of digital resources, for trying: readers sign on to it by their card
#[derive(Debug, Args)]
pub struct ResourceSim {
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8096")]
    listen: SocketAddr,
    /// Where Yueka is
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    yueka: String,
    /// The name of its account: `yueka platform add`
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its secret
    #[arg(long, value_name = "SECRET")]
    secret: String,
}

impl ResourceSim {
    pub(super) async fn run(self) -> Result<ExitCode> {
        if !self.listen.ip().is_loopback() {
            bail!("{} can be reached from elsewhere: the simulator listens on 127.0.0.1", self.listen);
        }
        let listener = server::bind(self.listen, "--listen").await?;
        let own = format!("http://{}", listener.local_addr()?);
        let Self { yueka, name, secret, .. } = self;
        println!("Simulated platform of digital resources: {own}");
        println!(
            "It may send browsers back after: yueka platform set {name} --return-to {own}{}",
            Resources::BACK
        );
        println!("Stop with ctrl-c.");
        let yueka = yueka.trim_end_matches('/').to_owned();
        let platform = Resources::new(ResourceSettings { yueka, own, name, secret })?;
        let stop = Stop::on_signals()?;
        server::serve_router(listener, platform.router(), &stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
