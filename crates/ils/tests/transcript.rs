//! The transcript of docs/ils.md, character by character: what this client sends, and what the simulator answers.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect should stop")]

use chrono::{TimeZone, Utc};
use ils::simulator::{SimOptions, SimReader, Simulator};
use ils::{Ils, IlsSettings};
use service::kernel::{AskedNumber, Circulation, Clock, Known, Question, ReaderId, Standing, Wanted};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NUMBER: &str = "440600000017";

/// Questions and their answers.
fn transcript() -> Vec<(&'static str, &'static str)> {
    let docs = include_str!("../../../docs/ils.md");
    let lines = |arrow: &'static str| docs.lines().filter_map(move |line| line.strip_prefix(arrow));
    lines("→ ").zip(lines("← ")).collect()
}

async fn line(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        match stream.read_u8().await.unwrap() {
            b'\r' => return String::from_utf8(bytes).unwrap(),
            byte => bytes.push(byte),
        }
    }
}

#[tokio::test]
async fn the_simulator_answers_as_the_page_says() {
    let login = Some(("yueka".to_owned(), "geheim".to_owned()));
    let simulator = Simulator::new(SimOptions { login, ..SimOptions::default() });
    simulator.reader(NUMBER, SimReader::with(2, "3.50"));
    let running = simulator.start().await.unwrap();
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    assert_eq!(transcript().len(), 4);
    for (question, answer) in transcript() {
        stream.write_all(format!("{question}\r").as_bytes()).await.unwrap();
        assert_eq!(line(&mut stream).await, answer, "{question}");
    }
}

#[tokio::test]
async fn the_client_asks_as_the_page_says() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = IlsSettings {
        name: "ILAS".to_owned(),
        address: listener.local_addr().unwrap().to_string(),
        username: "yueka".to_owned(),
        password: "geheim".to_owned(),
        institution: "FS".to_owned(),
        ..IlsSettings::default()
    };
    let answering = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for (question, answer) in transcript() {
            assert_eq!(line(&mut stream).await, question);
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    });
    let now = Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).unwrap();
    let system = Ils::new(&settings, Clock::set_to(now)).unwrap();
    for (number, loans, charges) in [(NUMBER, 2, 350), ("440600000099", 0, 0)] {
        let numbers = vec![AskedNumber { number: number.to_owned(), libraries: Vec::new() }];
        let question =
            Question { reader: ReaderId(uuid::Uuid::from_u128(1)), numbers, wanted: Wanted::Standing };
        let told = system.ask(&question).await;
        assert_eq!(told[0].known, Known::Standing(Standing { loans, overdue: 0, charges }));
    }
    answering.await.unwrap();
}
