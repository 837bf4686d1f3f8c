//! `yueka serve`

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use delivery::Delivery;
use service::Service;

use crate::config::{Config, ConfigFile};
use crate::server::{self, MachineDoors, Stop};
use crate::{logging, opening};

/// Serve the pages, the API and SIP2.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigFile,
}

impl Serve {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let config = self.config.read()?;
        logging::begin(&config.log);
        let address = config.http.address().context("http.listen is no address")?;
        let service = opening::house(&config).await?;
        let listener = server::bind(address, "http.listen").await?;
        let machines = machine_doors(&config, &service).await?;
        let stop = Stop::on_signals()?;
        if config.http.is_in_the_clear() {
            tracing::warn!(
                "passwords and cookies cross the network in the clear: put a proxy with TLS in front and set \
                 http.secure_cookies = true (docs/operations.md)"
            );
        }
        tracing::info!(version = env!("CARGO_PKG_VERSION"), address = %listener.local_addr()?, "serving");
        let delivery = Arc::new(Delivery::new(&config.mail, &config.sms)?);
        let router = web::router(service.clone(), config.web());
        server::serve(listener, router, machines, service, delivery, stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Takes the places where machines are served, if there are any.
async fn machine_doors(config: &Config, service: &Service) -> Result<MachineDoors> {
    let server = machines::Server::new(service.clone(), config.sip2.options())?;
    let mut doors = Vec::new();
    let [clear, encrypted] = config.sip2.addresses();
    if let Some(address) = clear {
        let listener = server::bind(address, "sip2.listen").await?;
        if !address.ip().is_loopback() {
            tracing::warn!(
                "SIP2 at {address} is in the clear: keep machines in a network of their own, or use sip2.tls_listen (docs/sip2.md)"
            );
        }
        doors.push((listener, None));
    }
    if let Some(address) = encrypted {
        let tls = config.sip2.tls().context("sip2.certificate and sip2.key can't be used")?;
        doors.push((server::bind(address, "sip2.tls_listen").await?, Some(tls)));
    }
    for (listener, tls) in &doors {
        tracing::info!(address = %listener.local_addr()?, tls = tls.is_some(), "serving machines");
    }
    Ok(MachineDoors { server, doors })
}
