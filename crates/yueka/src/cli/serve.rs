//! `yueka serve`

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use delivery::Delivery;

use crate::config::ConfigFile;
use crate::server::{self, Stop};
use crate::{logging, opening};

/// Serve the pages and the API.
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
        let stop = Stop::on_signals()?;
        if config.http.is_in_the_clear() {
            tracing::warn!(
                "passwords and cookies cross the network in the clear: put a proxy with TLS in front and set \
                 http.secure_cookies = true (docs/operations.md)"
            );
        }
        tracing::info!(version = env!("CARGO_PKG_VERSION"), address = %listener.local_addr()?, "serving");
        let delivery = Arc::new(Delivery::new(&config.mail, &config.sms)?);
        server::serve(listener, web::router(service.clone(), config.web()), service, delivery, stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
