//! `cargo xtask bench open`: openings per second over HTTP beside the same inserts in raw SQL, in the same run; looking
//! readers up among ten thousand and a million; how soon the server answers, and what it weighs.
//!
//! Prints a table; asserts nothing, since machines differ. Needs `YUEKA_TEST_POSTGRES`; `YUEKA_BENCH_READERS` changes the
//! million. `openings`, `start-up` and `look-up` measure that part alone.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that meets what it did not expect stops, and it prints"
)]

#[path = "../../tests/it/running.rs"]
mod running;

mod filled;
mod look_up;
mod measure;
mod raw;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use service::kernel::Engine;
use service::testing::House;

use measure::{at, per_second};
use running::{Client, Server, adult_json, desk_token};

/// How long each figure is measured.
const MEASURED: Duration = Duration::from_secs(4);
const CONNECTIONS: [usize; 3] = [1, 8, 64];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` and nextest ask benches what tests they hold.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let parts: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("openings") {
        all_openings().await;
    }
    if wanted("start-up") {
        start_up().await;
    }
    if wanted("look-up") {
        look_up::measure().await;
    }
}

/// Openings over HTTP beside raw inserts, on both databases, at several widths.
async fn all_openings() {
    println!("| database | connections | openings/s over HTTP | p50 ms | p99 ms | raw inserts/s | ratio |");
    println!("|---|---|---|---|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = match engine {
            Engine::Sqlite => House::on_sqlite().await,
            Engine::Postgres => House::on_postgres().await,
        }
        .expect("a house");
        let token = desk_token(&house).await;
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), &house, "bench").await;
        let serial = Arc::new(AtomicU32::new(1));
        openings(&server, &token, &serial, 8, Duration::from_secs(1)).await;
        for connections in CONNECTIONS {
            let (done, mut times) = openings(&server, &token, &serial, connections, MEASURED).await;
            times.sort_unstable();
            let raw = raw::inserts(&house, connections, MEASURED).await;
            println!(
                "| {engine:?} | {connections} | {done:.0} | {:.1} | {:.1} | {raw:.0} | {:.2} |",
                at(&times, 50),
                at(&times, 99),
                done / raw
            );
        }
        drop(server);
        house.tear_down().await;
    }
}

/// Openings per second, and how long each took.
async fn openings(
    server: &Server,
    token: &str,
    serial: &Arc<AtomicU32>,
    connections: usize,
    measured: Duration,
) -> (f64, Vec<Duration>) {
    let start = Instant::now();
    let desks: Vec<_> = (0..connections)
        .map(|_| {
            let (address, token, serial) = (server.address, token.to_owned(), Arc::clone(serial));
            tokio::spawn(async move {
                let mut client = Client::connect(address, &token).await.expect("a connection");
                let mut times = Vec::new();
                while start.elapsed() < measured {
                    let body = adult_json(serial.fetch_add(1, Ordering::Relaxed));
                    let asked = Instant::now();
                    let (status, answer) = client.open(&body).await.expect("an answer");
                    assert_eq!(status, StatusCode::CREATED, "{answer}");
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for desk in desks {
        times.extend(desk.await.unwrap());
    }
    (per_second(times.len(), start), times)
}

/// Start-up and weight of the idle server.
async fn start_up() {
    let house = House::on_sqlite().await.expect("a house");
    let mut starts = Vec::new();
    let mut resident = 0;
    for _ in 0..5 {
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), &house, "start").await;
        starts.push(server.started_in);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
        resident = line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default();
    }
    starts.sort_unstable();
    println!("\nstart-up: {:.0} ms (median of 5), idle: {:.0} MB", at(&starts, 50), resident / 1024);
    house.tear_down().await;
}
