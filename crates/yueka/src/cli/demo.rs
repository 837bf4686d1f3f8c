//! `yueka demo`

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use delivery::mail_sink::MailSink;
use delivery::real_name_sim::RealNameSimulator;
use delivery::simulator::Simulator;
use delivery::{Delivery, MailSettings, RealNameService, RealNameSettings, SmsSettings};
use service::Service;
use service::kernel::random_password;
use service::outbox::Carrier;
use tokio::net::TcpListener;
use web::WebOptions;

use super::real_name_sim::people as known_people;
use super::yuedutong_sim::people;
use crate::config::Log;
use crate::demo::{self, Filled, Folder, Manifest};
use crate::server::{self, MachineDoors, Stop};
use crate::{id_reader, logging};

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
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address)]
    http: SocketAddr,
    /// Where SIP2 is served [default: 127.0.0.1:6001; a free port when --http has port 0]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    sip: Option<SocketAddr>,
    /// Where the simulated ID reader listens [default: 127.0.0.1:8091; a free port when --http has port 0]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    id_reader: Option<SocketAddr>,
    /// How many readers to fill in, the first time
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    readers: u32,
}

/// An address and a port; a name of this computer will do, as in `localhost:8080`.
fn address(text: &str) -> Result<SocketAddr, String> {
    // What a name leads to first may be IPv6, which is not what people who type it look for.
    let mut found: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|fault| format!("{fault}: write an address and a port, as in 127.0.0.1:8080"))?
        .collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    found.first().copied().ok_or_else(|| "this leads to no address".to_owned())
}

/// A port that browsers may always be told of.
const ID_READER_PORT: u16 = 8091;
/// Where machines usually find SIP2.
const SIP_PORT: u16 = 6001;

impl Demo {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let listener = server::bind(self.http, "--http").await?;
        let folder = Folder::take(&self.data, self.fresh)?;
        let stop = Stop::on_signals()?;
        let (service, filled) = tokio::select! {
            opened = demo::open(&folder, self.readers) => opened?,
            () = stop.wanted() => return Ok(ExitCode::from(130)),
        };
        let address = listener.local_addr()?;
        let reader = self.bind_reader().await;
        let id_reader = match &reader {
            Ok(reader) => format!("http://{}", reader.local_addr()?),
            Err(_) => String::new(),
        };
        let Outside { delivery, sms, mail } = Outside::simulated(&stop).await?;
        let (service, real_name) = names(service, &stop).await?;
        let own = format!("http://{address}");
        let yuedutong = province(&service, &own, &stop).await?;
        let resources = resources(&service, &own, &stop).await?;
        let partner_service = partner_service(&service, &own, &stop).await?;
        let sip = self.bind_sip().await;
        let sip_address = sip.as_ref().ok().map(TcpListener::local_addr).transpose()?;
        let manifest = Manifest {
            http: format!("http://{address}"),
            sip: sip_address.map(|address| address.to_string()),
            id_reader: id_reader.clone(),
            sms,
            mail,
            yuedutong,
            resources,
            real_name,
            partner_service,
            filled,
        };
        self.welcome(&folder, &manifest, reader.as_ref().err(), sip.as_ref().err());
        // Scripts wait for this file: what it says is true from now on.
        demo::write_manifest(&folder.demo_json(), &manifest)?;
        logging::begin(&Log { level: "warn".to_owned(), ..Log::default() });
        let options = WebOptions {
            id_reader_url: Some(id_reader).filter(|url| !url.is_empty()),
            ..WebOptions::default()
        };
        let machines = MachineDoors {
            server: machines::Server::new(service.clone(), machines::Options::default())?,
            doors: sip.into_iter().map(|listener| (listener, None)).collect(),
        };
        let router = web::router(service.clone(), options);
        let pages = server::serve(listener, router, machines, service, delivery, stop.clone());
        let simulator = async {
            let Ok(reader) = reader else { return Ok(()) };
            let router = id_reader::router(reader.local_addr()?, origins(address));
            server::serve_router(reader, router, &stop).await
        };
        let ended = tokio::try_join!(pages, simulator);
        folder.forget_run()?;
        ended?;
        Ok(ExitCode::SUCCESS)
    }

    async fn bind_reader(&self) -> Result<TcpListener> {
        let port = if self.http.port() == 0 { 0 } else { ID_READER_PORT };
        let address = self.id_reader.unwrap_or(SocketAddr::from(([127, 0, 0, 1], port)));
        if !address.ip().is_loopback() {
            anyhow::bail!("{address} can be reached from elsewhere: a reader listens on 127.0.0.1");
        }
        server::bind(address, "--id-reader").await
    }

    async fn bind_sip(&self) -> Result<TcpListener> {
        let port = if self.http.port() == 0 { 0 } else { SIP_PORT };
        server::bind(self.sip.unwrap_or(SocketAddr::from(([127, 0, 0, 1], port))), "--sip").await
    }

    fn welcome(
        &self,
        folder: &Folder,
        manifest: &Manifest,
        no_reader: Option<&anyhow::Error>,
        no_sip: Option<&anyhow::Error>,
    ) {
        let Filled { staff, api_tokens, readers, reader_count, .. } = &manifest.filled;
        println!("Yueka demo: {reader_count} readers in {}", folder.path().display());
        println!("\n  pages      {}", manifest.http);
        println!("  my card    {}/my (the readers' own pages)", manifest.http);
        println!("  online     {}/apply (open a card on a phone)", manifest.http);
        match no_reader {
            None => println!("  ID reader  {} (simulated: choose there who lies on it)", manifest.id_reader),
            Some(error) => println!("  ID reader  none: {error:#}"),
        }
        println!("  SMS        {} (simulated: what readers are told is shown there)", manifest.sms);
        println!("  mail       {} (simulated too: nothing is sent on)", manifest.mail);
        println!("  real names {} (simulated: says yes to the people listed there)", manifest.real_name);
        if !manifest.yuedutong.is_empty() {
            println!("  粤读通     {} (the province's platform, simulated)", manifest.yuedutong);
        }
        if !manifest.resources.is_empty() {
            println!("  resources  {} (digital resources, simulated: sign on by card)", manifest.resources);
        }
        if !manifest.filled.kiosk_token.is_empty() {
            println!("  kiosk      {}/kiosk/set-up (self-service; the token is below)", manifest.http);
        }
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
        if !manifest.filled.kiosk_token.is_empty() {
            println!("\nToken of the kiosk, for {}/kiosk/set-up", manifest.http);
            println!("  {}", manifest.filled.kiosk_token);
        }
        match (&manifest.sip, no_sip) {
            (Some(address), _) => tell_of_machines(address, &manifest.filled),
            (None, Some(error)) => println!("\nMachines (SIP2): none: {error:#}"),
            (None, None) => {}
        }
        println!(
            "\nFor scripts: {}. Stop with ctrl-c; start over with --fresh.",
            folder.demo_json().display()
        );
    }
}

/// Who a machine signs in as, and a conversation to try.
fn tell_of_machines(address: &str, filled: &Filled) {
    println!("\nMachines (SIP2) at {address}");
    for machine in &filled.machines {
        let demo::Machine { login, password, institution, dialect } = machine;
        println!("  {login:12} {password:10} {institution:3} {dialect}");
    }
    let (Some(machine), Some(reader)) = (filled.machines.first(), filled.readers.first()) else { return };
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    println!("\n  A conversation to try (each line ends with CR):");
    println!(
        "    printf '9300CN{}|CO{}|\\r23019{:18}AO{}|AA{}|AC|AD{}|\\r' | nc -q 2 {host} {port} | tr '\\r' '\\n'",
        machine.login,
        machine.password,
        "20261124    100000",
        machine.institution,
        reader.number,
        reader.password
    );
    println!("  The first answer is 941, the second begins with 24 and says BLY and CQY.");
}

/// As browsers may call the pages.
fn origins(http: SocketAddr) -> Vec<String> {
    let port = http.port();
    let mut origins = vec![format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")];
    if !http.ip().is_unspecified() {
        origins.push(format!("http://{http}"));
    }
    origins
}

/// The world outside, simulated: what readers are told, codes included, can be read on two pages of the demo's own.
struct Outside {
    delivery: Arc<dyn Carrier>,
    /// The page of the SMS gateway.
    sms: String,
    /// The page of the mail server.
    mail: String,
}

impl Outside {
    async fn simulated(stop: &Stop) -> Result<Self> {
        let sms = page(Simulator::new("").router(), stop).await?;
        let sink = MailSink::default();
        let mail = page(sink.router(), stop).await?;
        let smtp = local().await?;
        let mail_settings = MailSettings {
            server: format!("smtp+plain://{}", smtp.local_addr()?),
            from: "阅卡演示 <demo@library.example.org>".to_owned(),
            ..MailSettings::default()
        };
        let sms_settings = SmsSettings { gateway: format!("{sms}/messages"), ..SmsSettings::default() };
        let delivery = Arc::new(Delivery::new(&mail_settings, &sms_settings)?);
        let stop = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = sink.serve(smtp) => {}
                () = stop.wanted() => {}
            }
        });
        Ok(Self { delivery, sms, mail })
    }
}

/// Serves the simulated province platform; gives its address, or nothing where it has no account.
async fn province(service: &Service, yueka: &str, stop: &Stop) -> Result<String> {
    let listener = local().await?;
    let own = format!("http://{}", listener.local_addr()?);
    let router = demo::platform(service, people(), yueka, &own).await?;
    Ok(serve_if(router, listener, own, stop))
}

/// Serves the simulated platform of digital resources; gives its address, or nothing where it has no account.
async fn resources(service: &Service, yueka: &str, stop: &Stop) -> Result<String> {
    let listener = local().await?;
    let own = format!("http://{}", listener.local_addr()?);
    let router = demo::resources(service, yueka, &own).await?;
    Ok(serve_if(router, listener, own, stop))
}

/// Serves a simulator that has an account; gives its address.
fn serve_if(router: Option<axum::Router>, listener: TcpListener, own: String, stop: &Stop) -> String {
    let Some(router) = router else { return String::new() };
    let stop = stop.clone();
    tokio::spawn(async move {
        if let Err(error) = server::serve_router(listener, router, &stop).await {
            tracing::error!(%error, "a simulator stopped");
        }
    });
    own
}

/// The house with the simulated real-name service, by a secret of this run; and its address.
async fn names(service: Service, stop: &Stop) -> Result<(Service, String)> {
    let secret = random_password()?;
    let simulator = RealNameSimulator::new(&secret, known_people(), service.clock().clone());
    let own = page(simulator.router(), stop).await?;
    let settings = RealNameSettings {
        service: format!("{own}/check"),
        secret,
        phone: true,
        photo: true,
        ..RealNameSettings::default()
    };
    let client = RealNameService::new(&settings, service.clock().clone())?;
    let service = match client {
        Some(client) => service.with_real_name(Arc::new(client)),
        None => service,
    };
    Ok((service, own))
}

/// Serves the simulated partner service; gives its address, or nothing where it has no account.
async fn partner_service(service: &Service, yueka: &str, stop: &Stop) -> Result<String> {
    match demo::service_desk(service, yueka).await? {
        Some(router) => page(router, stop).await,
        None => Ok(String::new()),
    }
}

/// A free port of this computer.
async fn local() -> Result<TcpListener> {
    server::bind(SocketAddr::from(([127, 0, 0, 1], 0)), "--http").await
}

/// Serves a simulator's page; gives its address.
async fn page(router: axum::Router, stop: &Stop) -> Result<String> {
    let listener = local().await?;
    let own = format!("http://{}", listener.local_addr()?);
    Ok(serve_if(Some(router), listener, own, stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_a_name_of_this_computer() {
        assert_eq!(address("127.0.0.1:8080"), Ok(SocketAddr::from(([127, 0, 0, 1], 8080))));
        assert!(address("localhost:8080").unwrap().ip().is_loopback());
        for bad in ["8080", "localhost", "nowhere.invalid:80"] {
            assert!(address(bad).unwrap_err().contains("127.0.0.1:8080"), "{bad}");
        }
    }
}
