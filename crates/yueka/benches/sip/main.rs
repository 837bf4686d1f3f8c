//! `cargo xtask bench sip`: patron information (63) per second over SIP2 beside the raw look-up of the same cards, in the same run; with
//! default and with chosen passwords; among ten thousand readers, and among a million.
//!
//! The house lends with its own ledger; who stands at the machines has two items and a charge of two yuan, one in
//! sixteen an item that is overdue. The raw look-up is the SQL that
//! nobody can do without who has to answer 63: card, holder, block, what is on loan, overdue, owed, reserved, in one statement straight at
//! the database, without network, words, password, or the account of the machine. Beside it stands the plainest look-up that there is, of the
//! card and its holder alone. All three are measured for the same time, one after the other, over as many connections to the database.
//!
//! Prints a table; asserts nothing, since machines differ. Needs `YUEKA_TEST_POSTGRES`. `YUEKA_BENCH_READERS` changes the million (0: ten
//! thousand alone), `YUEKA_BENCH_CONNECTIONS` the connections (`1,64`), `YUEKA_BENCH_ENGINES` the databases (`sqlite`).

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
use std::time::{Duration, Instant};

use machines::{Limits, Options, Server};
use service::cards::password;
use service::circulation::{
    self, AddCharge, ItemRow, Ledger, LoanRow, add_charge, import_items, import_loans,
};
use service::kernel::{Actor, Channel, Engine, Role, hash_password, local_date};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::machines::{MachineSettings, NewMachine, add_machine};
use service::testing::{House, born, resident_number};
use sqlx::Row;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::measure::{at, per_second};
use crate::raw_look_ups::raw_look_ups;

const SMALL: u32 = 10_000;
/// How long each figure is measured.
const MEASURED: Duration = Duration::from_secs(3);
const CONNECTIONS: [usize; 4] = [1, 16, 64, 512];
/// So many readers are at machines; what they read is spread over all, so that the cache of the database is not flattered.
const VISITORS: u32 = 64;
const PASSWORD: &str = "geheim-2026";
const CHOSEN: &str = "lesen2026";

/// What a 64 has to say of a reader.
const RAW: &str = "SELECT c.state, c.number, c.password_hash, d.number, r.name, r.language,
        (SELECT b.reason FROM reader_blocks b WHERE b.reader_id = r.id AND b.lifted_at IS NULL
            AND (b.until IS NULL OR b.until >= $2) ORDER BY b.id LIMIT 1),
        (SELECT count(*) FROM loans l WHERE l.reader_id = r.id AND l.returned_at IS NULL),
        (SELECT count(*) FROM loans l WHERE l.reader_id = r.id AND l.returned_at IS NULL AND l.due < $2),
        (SELECT sum(h.unpaid) FROM charges h WHERE h.reader_id = r.id AND h.unpaid > 0),
        (SELECT count(*) FROM reservations w WHERE w.reader_id = r.id AND w.state = 'waiting'),
        (SELECT count(*) FROM reservations w WHERE w.reader_id = r.id AND w.state = 'ready')
    FROM card_numbers n JOIN cards c ON c.id = n.card_id JOIN readers r ON r.id = c.reader_id
        JOIN identity_documents d ON d.id = c.document_id WHERE n.number = $1";
/// What leads from a number to its card and reader, and no more.
const PLAIN: &str = "SELECT c.state FROM card_numbers n JOIN cards c ON c.id = n.card_id
    JOIN readers r ON r.id = c.reader_id JOIN identity_documents d ON d.id = c.document_id WHERE n.number = $1
    AND $2 IS NOT NULL";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` and nextest ask benches what tests they hold.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let large = std::env::var("YUEKA_BENCH_READERS").ok().and_then(|count| count.parse().ok());
    let hash = hash_password(CHOSEN).await.expect("a hash");
    let connections = connections();
    let engines = std::env::var("YUEKA_BENCH_ENGINES").unwrap_or_default();
    println!(
        "| database | readers | passwords | connections | 63/s | p50 ms | p99 ms | raw look-ups/s | ratio | of card and holder alone/s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if !engines.is_empty() && !engines.to_lowercase().contains(&format!("{engine:?}").to_lowercase()) {
            continue;
        }
        let house = match engine {
            Engine::Sqlite => House::on_sqlite().await,
            Engine::Postgres => House::on_postgres().await,
        }
        .expect("a house");
        account(&house).await;
        house.circulation.hand_over(Arc::new(Ledger));
        let limits = Limits { per_address: 4096, ..Limits::default() };
        let server = Server::new(house.service.clone(), Options { limits, ..Options::default() });
        let (server, (stop, stopped)) = (server.expect("a server"), watch::channel(false));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { server.serve(listener, None, stopped).await });
        let mut loaded = 0;
        for size in [SMALL, large.unwrap_or(1_000_000)] {
            if size <= loaded {
                continue;
            }
            filled::fill(&house, loaded, size, Some(&hash)).await;
            loaded = size;
            for (passwords, odd) in [("default", 1), ("chosen", 0)] {
                let visitors = Arc::new(visitors(&house, size, odd).await);
                borrow(&house, size, passwords, &visitors).await;
                // Whoever stands at a machine types the password once; later messages are what is measured.
                asked(address, &visitors, 2, MEASURED).await;
                for connections in connections.iter().copied() {
                    let (rate, mut times) = asked(address, &visitors, connections, MEASURED).await;
                    times.sort_unstable();
                    let plain = raw(&house, PLAIN, &visitors, connections, MEASURED).await;
                    let raw = raw(&house, RAW, &visitors, connections, MEASURED).await;
                    println!(
                        "| {engine:?} | {size} | {passwords} | {connections} | {rate:.0} | {:.2} | {:.2} | {raw:.0} | {:.2} | {plain:.0} |",
                        at(&times, 50),
                        at(&times, 99),
                        rate / raw
                    );
                }
            }
        }
        stop.send_replace(true);
        serving.await.unwrap();
        house.tear_down().await;
    }
}

fn connections() -> Vec<usize> {
    let asked = std::env::var("YUEKA_BENCH_CONNECTIONS").unwrap_or_default();
    let asked: Vec<usize> = asked.split(',').filter_map(|count| count.trim().parse().ok()).collect();
    if asked.is_empty() { CONNECTIONS.to_vec() } else { asked }
}

/// Everybody at the machines has two items and owes something.
async fn borrow(house: &House, size: u32, passwords: &str, visitors: &[(String, String)]) {
    let (mut items, mut loans) = (Vec::new(), Vec::new());
    let mut new = Vec::new();
    for (card, _) in visitors {
        let asked = card.clone();
        let has = async |op: &service::kernel::Op| {
            let reader = password::presented(op, &asked).await?.expect("a reader").reader;
            Ok(!circulation::loans(op, reader).await?.is_empty())
        };
        // Some stood here when there were fewer readers.
        if !new.contains(card) && !house.service.read(house.clerk(), has).await.unwrap() {
            new.push(card.clone());
        }
    }
    for (place, card) in new.iter().enumerate() {
        for copy in 0..2 {
            let barcode = format!("B{size}{passwords}{place}X{copy}").to_uppercase();
            let (library, kind) = ("FS".to_owned(), "book".to_owned());
            items.push(ItemRow {
                barcode: barcode.clone(),
                title: barcode.clone(),
                library,
                kind,
                ..ItemRow::default()
            });
            let due = if place % 16 == 0 && copy == 0 { "2026-11-10" } else { "2026-12-20" };
            let (lent_on, due) = ("2026-10-20".to_owned(), due.to_owned());
            let (card, library) = (card.clone(), "FS".to_owned());
            loans.push(LoanRow { barcode, card, library, lent_on, due, renewals: String::new() });
        }
    }
    let (service, system) = (&house.service, house.system());
    service.write(system.clone(), async |op| import_items(op, items.clone(), true).await).await.unwrap();
    service.write(system, async |op| import_loans(op, loans.clone(), true).await).await.unwrap();
    let manager =
        Actor { rights: Role::BranchManager.rights().to_vec(), channel: Channel::Desk, ..house.clerk() };
    for card in &new {
        let owes = async |op: &service::kernel::Op| {
            let reader = password::presented(op, card).await?.expect("a reader").reader;
            let (kind, note) = ("other".to_owned(), "复印".to_owned());
            add_charge(op, AddCharge { reader, loan: None, kind, amount: 200, note }).await
        };
        service.write(manager.clone(), owes).await.unwrap();
    }
}

async fn account(house: &House) {
    let point = NewServicePoint {
        library: house.fs,
        code: "M1".to_owned(),
        kind: ServicePointKind::Machine,
        name: "自助机".to_owned(),
    };
    let point = house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await);
    let new = NewMachine {
        login: "m1".to_owned(),
        password: PASSWORD.to_owned(),
        settings: MachineSettings::new("自助机", point.await.unwrap(), "strict"),
    };
    let hash = new.password_hash().await.unwrap();
    house.service.write(house.system(), async |op| add_machine(op, &new, &hash).await).await.unwrap();
}

/// Numbers and passwords of those at the machines; those with odd serials have the default.
async fn visitors(house: &House, size: u32, odd: u32) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for place in 0..VISITORS {
        let serial = 2 * (1 + place.wrapping_mul(2_654_435_761) % (size / 2 - 2)) + odd;
        let document = resident_number(serial, born(1990, 5, 6));
        let default = document[12..].to_owned();
        let who = house.service.read(house.clerk(), async move |op| password::presented(op, &document).await);
        let who = who.await.unwrap().expect("a reader");
        assert_eq!(who.card.default_password, odd == 1);
        found.push((who.card.number, if odd == 1 { default } else { CHOSEN.to_owned() }));
    }
    found
}

/// Messages answered per second, and how long each took.
async fn asked(
    address: SocketAddr,
    visitors: &Arc<Vec<(String, String)>>,
    connections: usize,
    measured: Duration,
) -> (f64, Vec<Duration>) {
    let mut lines = Vec::new();
    for _ in 0..connections {
        let mut line = BufReader::new(TcpStream::connect(address).await.unwrap());
        line.get_ref().set_nodelay(true).unwrap();
        let heard = say(&mut line, &format!("9300CNm1|CO{PASSWORD}|")).await;
        assert_eq!(heard, "941\r");
        lines.push(line);
    }
    let start = Instant::now();
    let machines: Vec<_> = (0..)
        .zip(lines)
        .map(|(place, mut line)| {
            let visitors = Arc::clone(visitors);
            tokio::spawn(async move {
                let mut times = Vec::new();
                for (number, password) in visitors.iter().cycle().skip(place % visitors.len()) {
                    if start.elapsed() > measured && times.len() >= visitors.len().min(1 + 64 / (place + 1)) {
                        break;
                    }
                    let text = format!("6301920261124    100000{:10}AOFS|AA{number}|AC|AD{password}|", "");
                    let asked = Instant::now();
                    let heard = say(&mut line, &text).await;
                    assert!(heard.contains("|CQY|") && heard.contains("|BHCNY|BV"), "{heard}");
                    assert_eq!(heard.get(45..53), Some("00020001"), "{heard}");
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for machine in machines {
        times.extend(machine.await.unwrap());
    }
    (per_second(times.len(), start), times)
}

async fn say(line: &mut BufReader<TcpStream>, text: &str) -> String {
    line.get_mut().write_all(format!("{text}\r").as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    line.read_until(b'\r', &mut heard).await.unwrap();
    String::from_utf8(heard).unwrap()
}

/// Raw look-ups per second by as many tasks, over as many connections to the database as the program has.
async fn raw(
    house: &House,
    sql: &'static str,
    visitors: &Arc<Vec<(String, String)>>,
    tasks: usize,
    measured: Duration,
) -> f64 {
    let today = local_date(house.clock.now());
    raw_look_ups!(house, visitors, tasks, 1, measured, |pool, (number, _)| {
        let query = sqlx::query(sql).bind(number).bind(today);
        let state: String = query.fetch_one(&pool).await.unwrap().get(0);
        assert_eq!(state, "active");
    })
}
