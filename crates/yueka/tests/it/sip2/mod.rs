//! Self-service machines over SIP2 (A.2.1 c, A.2.2, A.3.2), on a real socket.

use std::net::SocketAddr;
use std::sync::Arc;

use machines::{Limits, Options, Server, Tls};
use service::Service;
use service::cards::CardView;
use service::circulation::Ledger;
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::machines::{MachineSettings, NewMachine, add_machine};
use service::testing::{House, macao_resident};
use sip2::{Charset, Message, Rules};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::passwords::cheap;

mod cards;
mod clients;
mod conformance;
mod extensions;
mod glances;
mod limits;
mod lost;
mod repeats;
mod tls;
mod transcripts;
mod trouble;

pub const PASSWORD: &str = "geheim-2026";

/// A house that lends with its own ledger, and hashes readers' passwords cheaply.
pub fn lending(house: &House) -> Service {
    house.circulation.hand_over(Arc::new(Ledger));
    cheap(house).0.with_circulation(Arc::new(Ledger))
}

/// An account, at a service point of its own in FS.
pub async fn account(house: &House, login: &str, dialect: &str, set: impl FnOnce(&mut MachineSettings)) {
    let point = NewServicePoint {
        library: house.fs,
        code: login.to_uppercase(),
        kind: ServicePointKind::Machine,
        name: "一楼自助机".to_owned(),
    };
    let point = house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await);
    let mut settings = MachineSettings::new("一楼自助机", point.await.unwrap(), dialect);
    set(&mut settings);
    let new = NewMachine { login: login.to_owned(), password: PASSWORD.to_owned(), settings };
    let hash = new.password_hash().await.unwrap();
    house.service.write(house.system(), async |op| add_machine(op, &new, &hash).await).await.unwrap();
}

/// A server that runs.
pub struct Machines {
    pub server: Server,
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

impl Machines {
    pub async fn of(service: &Service) -> Self {
        Self::with(service, Limits::default()).await
    }

    pub async fn with(service: &Service, limits: Limits) -> Self {
        Self::behind(service, limits, None).await
    }

    /// Behind TLS, or in the clear.
    pub async fn behind(service: &Service, limits: Limits, tls: Option<Tls>) -> Self {
        let options = Options { limits, ..Options::default() };
        let server = Server::new(service.clone(), options).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = server.clone();
        let serving = tokio::spawn(async move { running.serve(listener, tls, stopped).await });
        Self { server, address, stop, serving }
    }

    /// A connection that has signed in.
    pub async fn signed_in(&self, login: &str, charset: Charset) -> Line {
        let mut line = Line::to(self.address, charset).await;
        let answer = line.say(&format!("9300CN{login}|CO{PASSWORD}|")).await;
        assert!(answer.trim_start_matches('|').starts_with("941"), "{answer}");
        line
    }

    pub async fn end(self) {
        self.stop.send_replace(true);
        self.serving.await.unwrap();
    }
}

/// What a machine hears and says.
pub struct Line {
    pub stream: TcpStream,
    charset: Charset,
    heard: Vec<u8>,
}

impl Line {
    pub async fn to(address: SocketAddr, charset: Charset) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), charset, heard: Vec::new() }
    }

    /// An answer without its end; nothing when the connection ended.
    pub async fn hear(&mut self) -> Option<String> {
        let mut piece = [0; 1024];
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\r') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                let line = line.strip_prefix(b"\n").unwrap_or(&line);
                return Some(self.charset.decode(&line[..line.len() - 1]).into_owned());
            }
            match self.stream.read(&mut piece).await {
                Ok(length @ 1..) => self.heard.extend_from_slice(&piece[..length]),
                _ => return None,
            }
        }
    }

    pub async fn say(&mut self, text: &str) -> String {
        let mut bytes = self.charset.encode(text).into_owned();
        bytes.push(b'\r');
        self.stream.write_all(&bytes).await.unwrap();
        self.hear().await.unwrap()
    }

    pub async fn ask(&mut self, text: &str) -> Message<'static> {
        let answer = self.say(text).await;
        Message::parse(&answer, Rules::Tolerant).unwrap().into_owned()
    }
}

/// The default password of the One-Card with this serial.
pub fn default_of_one_card(serial: u32) -> String {
    let number = &macao_resident(serial).documents[0].number;
    number[number.len() - 6..].to_owned()
}

/// When it is.
pub const NOW: &str = "20261124    100000";

/// 63 with the password.
pub fn look(card: &CardView, password: &str) -> String {
    format!("63019{NOW}{:10}AOFS|AA{}|AC|AD{password}|", "", card.number)
}

/// 11 with the password.
pub fn borrow(number: &str, password: &str, barcode: &str) -> String {
    format!("11NN{NOW}{:18}AOFS|AA{number}|AB{barcode}|AC|AD{password}|", "")
}

/// 09.
pub fn bring(barcode: &str) -> String {
    format!("09N{NOW}{NOW}AP|AOFS|AB{barcode}|AC|")
}
