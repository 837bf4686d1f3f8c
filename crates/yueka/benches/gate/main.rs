//! `cargo xtask bench gate`: entry checks per second over HTTP beside the raw look-up of the same cards, in the same run: of readers who
//! came a short while ago (nothing is written), of readers who come first (a visit is written), and by e-card codes (a code is used up,
//! and a visit written).
//!
//! Prints a table; asserts nothing of time, since machines differ. Needs `YUEKA_TEST_POSTGRES`; `YUEKA_BENCH_READERS` changes the hundred
//! thousand.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that meets what it did not expect stops, and it prints"
)]

#[path = "../open/filled.rs"]
mod filled;
#[path = "../open/measure.rs"]
mod measure;
#[path = "../open/raw_look_ups.rs"]
mod raw_look_ups;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use service::cards;
use service::kernel::{Actor, Engine, Right};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::staff::{NewToken, issue_token};
use service::testing::House;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::net::{TcpListener, TcpStream};

use crate::measure::{at, per_second};
use crate::raw_look_ups::raw_look_ups;

/// How long each figure is measured.
const MEASURED: Duration = Duration::from_secs(3);
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// So many different readers come, spread over all.
const VISITORS: u32 = 20_000;
/// Codes are made before they are measured; more than can be used in the time.
const CODES: usize = 12_000;

/// What leads from a number to its card and reader, without rules or words.
const RAW: &str = "SELECT c.state FROM card_numbers n JOIN cards c ON c.id = n.card_id
    JOIN readers r ON r.id = c.reader_id WHERE n.number = $1";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` and nextest ask benches what tests they hold.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let size = std::env::var("YUEKA_BENCH_READERS").ok().and_then(|count| count.parse().ok());
    let size: u32 = size.unwrap_or(100_000);
    println!(
        "| database | readers | shown | connections | entries/s | p50 ms | p99 ms | raw look-ups/s | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let house = match engine {
            Engine::Sqlite => House::on_sqlite().await,
            Engine::Postgres => House::on_postgres().await,
        }
        .expect("a house");
        filled::fill(&house, 0, size, None).await;
        let token = token(&house).await;
        // The clock of the house stands still, so that codes do not end while they are used.
        let app = web::router(house.service.clone(), web::WebOptions::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, app).await });
        let visitors = visitors(&house).await;
        let numbers: Arc<Vec<String>> = Arc::new(visitors.iter().map(|(number, _)| number.clone()).collect());
        let few: Vec<Value> =
            numbers.iter().take(64).map(|number| json!({ "card_number": number })).collect();
        for connections in CONNECTIONS {
            entries(address, &token, few.clone(), 1, Duration::ZERO, true).await;
            let again = entries(address, &token, few.clone(), connections, MEASURED, true).await;
            report(&house, size, "number, again", connections, again, &numbers).await;
            // Another interval: all of them come first.
            house.clock.advance(chrono::TimeDelta::hours(1));
            let all = numbers.iter().map(|number| json!({ "card_number": number })).collect();
            let first = entries(address, &token, all, connections, MEASURED, false).await;
            report(&house, size, "number, first", connections, first, &numbers).await;
            house.clock.advance(chrono::TimeDelta::hours(1));
            let codes = codes(&house, &visitors).await;
            let coded = entries(address, &token, codes, connections, MEASURED, false).await;
            report(&house, size, "e-card", connections, coded, &numbers).await;
        }
        serving.abort();
        house.tear_down().await;
    }
}

async fn token(house: &House) -> String {
    let point = NewServicePoint {
        library: house.fs,
        code: "G1".to_owned(),
        kind: ServicePointKind::Machine,
        name: "闸机".to_owned(),
    };
    let point = house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await);
    let rights = vec![Right::AdmitVisitors];
    let new = NewToken { name: "闸机".to_owned(), service_point: point.await.unwrap(), rights };
    house.service.write(house.system(), async |op| issue_token(op, &new).await).await.unwrap()
}

/// Numbers of cards that work, and who holds them.
async fn visitors(house: &House) -> Vec<(String, Actor)> {
    let sql = "SELECT number, reader_id FROM cards WHERE state = 'active' ORDER BY id LIMIT $1";
    let limit = i64::from(VISITORS);
    let rows: Vec<(String, uuid::Uuid)> = match house.engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::new().filename(&house.database_url).read_only(true);
            let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
            sqlx::query_as::<_, (String, Vec<u8>)>(sql)
                .bind(limit)
                .fetch_all(&pool)
                .await
                .unwrap()
                .into_iter()
                .map(|(number, id)| (number, uuid::Uuid::from_slice(&id).unwrap()))
                .collect()
        }
        Engine::Postgres => {
            let pool = PgPoolOptions::new().connect(&house.database_url).await.unwrap();
            let sql = "SELECT number, reader_id::text FROM cards WHERE state = 'active' ORDER BY id LIMIT $1";
            sqlx::query_as::<_, (String, String)>(sql)
                .bind(limit)
                .fetch_all(&pool)
                .await
                .unwrap()
                .into_iter()
                .map(|(number, id)| (number, id.parse().unwrap()))
                .collect()
        }
    };
    rows.into_iter().map(|(number, id)| (number, Actor::reader(id.into(), house.fs))).collect()
}

/// A fresh code for each of them.
async fn codes(house: &House, visitors: &[(String, Actor)]) -> Vec<Value> {
    let mut codes = Vec::new();
    for (_, actor) in visitors.iter().take(CODES) {
        let card = house.service.read(actor.clone(), async |op| cards::e_card(op).await).await.unwrap();
        codes.push(json!({ "code": card.text }));
    }
    codes
}

async fn report(
    house: &House,
    size: u32,
    shown: &str,
    connections: usize,
    (rate, mut times): (f64, Vec<Duration>),
    numbers: &Arc<Vec<String>>,
) {
    times.sort_unstable();
    let raw = raw(house, numbers, connections).await;
    println!(
        "| {:?} | {size} | {shown} | {connections} | {rate:.0} | {:.2} | {:.2} | {raw:.0} | {:.2} |",
        house.engine,
        at(&times, 50),
        at(&times, 99),
        rate / raw
    );
}

/// Entries answered per second, and how long each took. What is shown is shown once, or over and over.
async fn entries(
    address: SocketAddr,
    token: &str,
    shown: Vec<Value>,
    connections: usize,
    measured: Duration,
    over_again: bool,
) -> (f64, Vec<Duration>) {
    let bodies: Arc<Vec<Bytes>> = Arc::new(shown.iter().map(|body| Bytes::from(body.to_string())).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let gates: Vec<_> = (0..connections)
        .map(|_| {
            let (bodies, next, token) = (Arc::clone(&bodies), Arc::clone(&next), token.to_owned());
            tokio::spawn(async move {
                let stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
                tokio::spawn(connection);
                let mut times = Vec::new();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let ended = start.elapsed() > measured && place >= bodies.len().min(64);
                    if ended || !over_again && place >= bodies.len() {
                        return times;
                    }
                    let asked = Instant::now();
                    enter(&mut sender, &token, bodies[place % bodies.len()].clone()).await;
                    times.push(asked.elapsed());
                }
            })
        })
        .collect();
    let mut times = Vec::new();
    for gate in gates {
        times.extend(gate.await.unwrap());
    }
    (per_second(times.len(), start), times)
}

async fn enter(sender: &mut SendRequest<Full<Bytes>>, token: &str, body: Bytes) {
    sender.ready().await.unwrap();
    let request = Request::post("/api/v1/visits")
        .header("host", "127.0.0.1")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Full::from(body))
        .unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let answer = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(answer.starts_with(b"{\"admitted\":true"), "{answer:?}");
}

async fn raw(house: &House, numbers: &Arc<Vec<String>>, tasks: usize) -> f64 {
    raw_look_ups!(house, numbers, tasks, 97, MEASURED, |pool, number| {
        let state: (String,) = sqlx::query_as(RAW).bind(number).fetch_one(&pool).await.unwrap();
        assert_eq!(state.0, "active");
    })
}
