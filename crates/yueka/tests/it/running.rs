//! The program as a process of its own, and a client that keeps its connection.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use service::kernel::Right;
use service::staff::{self, NewToken};
use service::testing::House;
use tokio::net::TcpStream;

/// A `yueka serve` on a house's database. Killed when dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its log goes.
    pub log: PathBuf,
    /// How long it took to answer, from its start.
    pub started_in: Duration,
}

impl Server {
    /// Starts the program and waits until it answers.
    pub async fn start(program: &Path, house: &House, name: &str) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = house.files().join(format!("{name}.toml"));
        let text = format!(
            "[http]\nlisten = \"{address}\"\n[database]\nurl = \"{}\"\nconnections = 24\n[keys]\nfile = \"{}\"\n",
            house.database_url,
            house.keys.display()
        );
        std::fs::write(&config, text).unwrap();
        let log = house.files().join(format!("{name}.log"));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let start = Instant::now();
        let process = Command::new(program)
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut server = Self { process, address, log, started_in: Duration::ZERO };
        while TcpStream::connect(address).await.is_err() {
            let told = || std::fs::read_to_string(&server.log).unwrap_or_default();
            assert!(server.process.try_wait().unwrap().is_none(), "the program ended: {}", told());
            assert!(start.elapsed() < Duration::from_secs(30), "the program does not answer: {}", told());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.started_in = start.elapsed();
        server
    }

    /// Its process id: for `kill -9`, and to weigh it.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection to the API.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    token: String,
    host: String,
}

impl Client {
    /// Connects; none while the server is gone.
    pub async fn connect(address: SocketAddr, token: &str) -> Option<Self> {
        Self::connect_as(address, token, "127.0.0.1").await
    }

    /// Connects, and asks for this host.
    pub async fn connect_as(address: SocketAddr, token: &str, host: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(Self { sender, token: token.to_owned(), host: host.to_owned() })
    }

    /// Sends a request; none when the answer was lost with the connection.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<(StatusCode, Value)> {
        self.sender.ready().await.ok()?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::from(body.map(Value::to_string).unwrap_or_default()))
            .ok()?;
        let response = self.sender.send_request(request).await.ok()?;
        let status = response.status();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// `POST /api/v1/cards`.
    pub async fn open(&mut self, body: &Value) -> Option<(StatusCode, Value)> {
        self.send(Method::POST, "/api/v1/cards", Some(body)).await
    }
}

/// A token of the desk of FS.
pub async fn desk_token(house: &House) -> String {
    let rights = vec![Right::OpenCards, Right::FindReaders];
    let new = NewToken { name: "test".to_owned(), service_point: house.fs_desk, rights };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

/// The JSON of a request to open a document card for the adult with this serial.
pub fn adult_json(serial: u32) -> Value {
    let request = service::testing::adult(serial);
    let document = &request.documents[0];
    serde_json::json!({
        "kind": "document",
        "channel": "desk",
        "reader": {
            "name": request.reader.name,
            "sex": request.reader.sex,
            "birth_date": "1990-05-06",
            "phone": request.reader.phone,
            "email": request.reader.email,
            "address": request.reader.address,
            "workplace": request.reader.workplace,
        },
        "document": { "type": document.kind, "number": document.number },
        "identity_check": { "method": "by_eye" },
    })
}
