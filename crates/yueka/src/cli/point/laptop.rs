//! `yueka point serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use service::kernel::{Clock, local_time};
use service::points::Laptop;
use web::WebOptions;

use super::passphrase::{Passphrase, exists, told};
use crate::config::Log;
use crate::logging;
use crate::server::{self, Stop};

/// Serve the desk of a mobile point on this laptop, without network.
#[derive(Debug, Args)]
pub struct Serve {
    /// The folder of the point
    folder: PathBuf,
    /// Where to listen: an address of this computer only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Where the program of the document reader listens on this laptop: http://127.0.0.1:8091
    #[arg(long, value_name = "URL")]
    id_reader: Option<String>,
    #[command(flatten)]
    passphrase: Passphrase,
}

impl Serve {
    pub(super) async fn run(self) -> Result<()> {
        if !self.listen.ip().is_loopback() {
            bail!(
                "{} can be reached from elsewhere: the desk of a point is for this laptop alone",
                self.listen
            );
        }
        exists(&self.folder)?;
        logging::begin(&Log::default());
        let passphrase = self.passphrase.read()?;
        let listener = server::bind(self.listen, "--listen").await?;
        let opened = Laptop::open_desk(&self.folder, &passphrase, Clock::system()).await;
        let (laptop, missing) = opened.map_err(|error| told(&self.folder, error))?;
        if missing > 0 {
            eprintln!(
                "{missing} openings of this laptop can't be shown again; they are kept, and handed in all the same."
            );
        }
        let laptop = Arc::new(laptop);
        let service = laptop.house()?.clone().with_laptop(Arc::clone(&laptop));
        let standing = laptop.standing();
        println!("{}: http://{}", standing.name, listener.local_addr()?);
        println!(
            "  {} virtual numbers left, {} openings to hand in, until {}. Stop with ctrl-c.",
            standing.numbers_left,
            standing.waiting,
            local_time(standing.valid_until)
        );
        let options = WebOptions { id_reader_url: self.id_reader, ..WebOptions::default() };
        let stop = Stop::on_signals()?;
        server::serve_router(listener, web::router(service, options), &stop).await
    }
}
