//! `yueka demo`

#![expect(clippy::print_stdout, reason = "this is what the command is asked to say")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use delivery::simulator::Simulator;
use delivery::{Delivery, MailSettings, SmsSettings};
use service::outbox::Carrier;

use crate::demo::{self, Filled, Folder, Manifest};
use crate::server::{self, Stop};

/// Try it: a federation with lifelike data, on this machine, with nothing to install.
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder for the demo's database; it is made, and used again the next time
    #[arg(long, value_name = "FOLDER", default_value = "yueka-demo")]
    data: PathBuf,
    /// Start over with new data; only a folder that a demo made is ever emptied
    #[arg(long)]
    fresh: bool,
    /// Where to serve the pages and the API; port 0 finds a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    http: SocketAddr,
    /// Where SIP2 will be served; this version has none
    #[arg(long, value_name = "ADDRESS")]
    sip: Option<SocketAddr>,
    /// How many readers to fill in, the first time
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    readers: u32,
}

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let listener = server::bind(self.http, "--http").await?;
        let folder = Folder::take(&self.data, self.fresh)?;
        let stop = Stop::on_signals()?;
        let (service, filled) = tokio::select! {
            opened = demo::open(&folder, self.readers) => opened?,
            () = stop.wanted() => return Ok(ExitCode::from(130)),
        };
        let http = format!("http://{}", listener.local_addr()?);
        let (delivery, sms) = simulated_sms(&stop).await?;
        let manifest = Manifest { http, sip: None, id_reader: String::new(), sms, filled };
        demo::write_manifest(&folder.demo_json(), &manifest)?;
        self.welcome(&folder, &manifest);
        server::serve(listener, server::router(&service), service, delivery, stop).await?;
        Ok(ExitCode::SUCCESS)
    }

    fn welcome(&self, folder: &Folder, manifest: &Manifest) {
        let Filled { staff, api_tokens, readers, reader_count, .. } = &manifest.filled;
        println!("Yueka demo: {reader_count} readers in {}", folder.path().display());
        println!("\n  pages    {}", manifest.http);
        println!("  SMS      {} (simulated)", manifest.sms);
        println!("\nAccounts of staff");
        for account in staff {
            println!(
                "  {:12} {:10} {:17} {}",
                account.username, account.password, account.role, account.library
            );
        }
        println!("\nReaders to try");
        for reader in readers {
            println!(
                "  {:35} {:18} {:18} {:10} {}",
                reader.sort, reader.number, reader.document_number, reader.password, reader.state
            );
        }
        println!("\nTokens of the API");
        for token in api_tokens {
            println!("  {:3} {:3} {}", token.library, token.service_point, token.token);
        }
        if let Some(address) = self.sip {
            println!("\nThis version has no SIP2; nothing listens on {address}.");
        }
        println!(
            "\nFor scripts: {}. Stop with ctrl-c; start over with --fresh.",
            folder.demo_json().display()
        );
    }
}

/// A simulated SMS gateway of this demo's own: codes to readers can be read on its page.
async fn simulated_sms(stop: &Stop) -> Result<(Arc<dyn Carrier>, String)> {
    let listener = server::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--http").await?;
    let page = format!("http://{}", listener.local_addr()?);
    let settings = SmsSettings { gateway: format!("{page}/messages"), ..SmsSettings::default() };
    let delivery = Delivery::new(&MailSettings::default(), &settings)?;
    let stop = stop.clone();
    tokio::spawn(async move {
        if let Err(error) = server::serve_router(listener, Simulator::new("").router(), &stop).await {
            tracing::error!(%error, "the simulated SMS gateway stopped");
        }
    });
    Ok((Arc::new(delivery), page))
}
