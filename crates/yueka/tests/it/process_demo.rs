//! `yueka demo` and `yueka id-reader-sim`, as whoever tries them meets them.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};
use serde_json::Value;

use crate::running::Client;

struct Demo {
    process: Child,
    json: PathBuf,
}

impl Demo {
    async fn start(folder: &Path, options: &[&str]) -> (Self, Value) {
        let json = folder.join("demo.json");
        let process = Command::new(env!("CARGO_BIN_EXE_yueka"))
            .args(["demo", "--http", "127.0.0.1:0", "--readers", "40", "--data"])
            .arg(folder)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut demo = Self { process, json };
        let start = Instant::now();
        loop {
            if let Ok(text) = std::fs::read_to_string(&demo.json) {
                return (demo, serde_json::from_str(&text).unwrap());
            }
            assert!(demo.process.try_wait().unwrap().is_none(), "the demo ended");
            assert!(start.elapsed() < Duration::from_secs(60), "the demo does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops it as ctrl-c does; gives how long that took.
    fn stop(mut self) -> Duration {
        let start = Instant::now();
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
        start.elapsed()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn address(url: &Value) -> SocketAddr {
    url.as_str().unwrap().strip_prefix("http://").unwrap().parse().unwrap()
}

fn text<'a>(entry: &'a Value, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| entry[*name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_demo_is_started_again_and_afresh_and_says_where_everything_is() {
    let folder = std::env::temp_dir().join(format!("yueka-demo-{}", std::process::id()));
    let (demo, json) = Demo::start(&folder, &[]).await;
    for machine in json["machines"].as_array().unwrap() {
        text(machine, &["login", "password", "institution", "dialect"]);
    }
    let sip: SocketAddr = json["sip"].as_str().unwrap().parse().unwrap();
    let machine = &json["machines"][0];
    let [login, password] = ["login", "password"].map(|name| machine[name].as_str().unwrap());
    let reader = &json["readers"][0];
    let [number, secret] = ["number", "password"].map(|name| reader[name].as_str().unwrap());
    let mut stream = tokio::net::TcpStream::connect(sip).await.unwrap();
    let said = format!("9300CN{login}|CO{password}|\r2301920261124    100000AO|AA{number}|AC|AD{secret}|\r");
    tokio::io::AsyncWriteExt::write_all(&mut stream, said.as_bytes()).await.unwrap();
    let mut heard = String::new();
    let mut lines = tokio::io::BufReader::new(stream);
    while heard.matches('\r').count() < 2 {
        let mut piece = Vec::new();
        tokio::io::AsyncBufReadExt::read_until(&mut lines, b'\r', &mut piece).await.unwrap();
        heard.push_str(&String::from_utf8(piece).unwrap());
    }
    assert!(heard.starts_with("941\r24"), "{heard}");
    assert!(heard.contains("BLY|CQY|"), "{heard}");
    for token in json["api_tokens"].as_array().unwrap() {
        text(token, &["token", "library", "service_point"]);
    }
    let roles: Vec<&str> = json["staff"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(one, &["username", "password", "role", "library"])[2])
        .collect();
    assert!(roles.contains(&"clerk") && roles.contains(&"federation_admin"), "{roles:?}");
    for reader in json["readers"].as_array().unwrap() {
        text(
            reader,
            &[
                "sort",
                "number",
                "document_type",
                "document_number",
                "password",
                "kind",
                "state",
                "issuing_library",
            ],
        );
    }

    // One of them called, and the card is lost until that is confirmed.
    let caller = json["readers"].as_array().unwrap().iter().find(|reader| reader["sort"] == "lost_by_phone");
    assert_eq!(caller.unwrap()["state"], "lost");

    let token = json["api_tokens"][0]["token"].as_str().unwrap();
    let mut client = Client::connect(address(&json["http"]), token).await.unwrap();
    let number = json["readers"][0]["number"].as_str().unwrap();
    let (status, card) = client.send(Method::GET, &format!("/api/v1/cards/{number}"), None).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{card}");
    let (status, _) = client.send(Method::GET, "/healthz", None).await.unwrap();
    assert!(status.is_success());
    let (status, _) = client.send(Method::GET, "/sign-in", None).await.unwrap();
    assert_eq!(status, StatusCode::OK, "the pages are there");

    // The one who lies on the reader is the first of the readers.
    let reader = address(&json["id_reader"]);
    let mut client = Client::connect_as(reader, "", &reader.to_string()).await.unwrap();
    let (status, body) = client.send(Method::POST, "/v1/read", None).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    let record = documents::chip::ChipRecord::parse_text(body["record"].as_str().unwrap()).unwrap();
    assert_eq!(record.documents[0].1, json["readers"][0]["document_number"].as_str().unwrap());
    assert!(demo.stop() < Duration::from_secs(5));

    let (demo, again) = Demo::start(&folder, &[]).await;
    assert_eq!((&again["api_tokens"], &again["readers"]), (&json["api_tokens"], &json["readers"]));
    demo.stop();

    // The reader's port is taken: the demo starts without.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().map(|address| (address.to_string(), taken)).unwrap();
    let (demo, fresh) = Demo::start(&folder, &["--fresh", "--id-reader", &taken.0]).await;
    assert_ne!(fresh["api_tokens"], json["api_tokens"]);
    assert_eq!(fresh["id_reader"], "");
    demo.stop();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_simulated_reader_listens_on_this_computer_only() {
    for (arguments, named) in
        [(["--listen", "0.0.0.0:0"], "127.0.0.1"), (["--origin", "desk.example.org"], "http://HOST:PORT")]
    {
        let output =
            Command::new(env!("CARGO_BIN_EXE_yueka")).arg("id-reader-sim").args(arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(named), "{told}");
    }
}
