//! `cargo xtask bench group`: a list of 100,000 people checked and issued by the program, beside a raw bulk insert of as many rows into
//! the same tables, in the same run; and the memory it takes.
//!
//! Prints a table; asserts nothing of time. Needs `YUEKA_TEST_POSTGRES`; `YUEKA_BENCH_ROWS` changes the 100,000.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that meets what it did not expect stops, and it prints"
)]

mod list;
mod raw;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use service::groups::{self, Agreement, Contact, UnitForm};
use service::kernel::{Channel, Clock, Engine, Role};
use service::stock::{self, Range, Receive};
use service::testing::House;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` and nextest ask benches what tests they hold.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let rows: u32 = std::env::var("YUEKA_BENCH_ROWS").map_or(100_000, |rows| rows.parse().expect("a number"));
    println!("| database | rows | check s | issue s | rows/s | raw rows/s | ratio | most memory MB |");
    println!("|---|---|---|---|---|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let check = run(engine, rows, Work::Check).await;
        let all = run(engine, rows, Work::Issue).await;
        let house = house(engine).await;
        let raw = raw::inserts(&house, rows).await;
        house.tear_down().await;
        let per_second = f64::from(rows) / all.took.as_secs_f64();
        println!(
            "| {engine:?} | {rows} | {:.1} | {:.1} | {per_second:.0} | {raw:.0} | {:.2} | {} |",
            check.took.as_secs_f64(),
            all.took.as_secs_f64(),
            per_second / raw,
            all.most_memory / 1024,
        );
    }
}

async fn house(engine: Engine) -> House {
    match engine {
        Engine::Sqlite => House::on_sqlite().await,
        Engine::Postgres => House::on_postgres().await,
    }
    .expect("a house")
}

#[derive(Clone, Copy, PartialEq)]
enum Work {
    /// The list is read and looked at; nothing is kept.
    Check,
    /// It is read, checked, kept, confirmed and issued.
    Issue,
}

struct Ran {
    took: Duration,
    /// KiB.
    most_memory: u64,
}

/// Runs the program on a list in a house of its own.
async fn run(engine: Engine, rows: u32, work: Work) -> Ran {
    let house = house(engine).await;
    let program = Path::new(env!("CARGO_BIN_EXE_yueka"));
    let config = house.files().join("bench.toml");
    std::fs::write(
        &config,
        format!(
            "[database]\nurl = \"{}\"\n[keys]\nfile = \"{}\"\n",
            house.database_url,
            house.keys.display()
        ),
    )
    .unwrap();
    house.clock.advance(Clock::system().now() - house.clock.now());
    house.add_staff("bench", house.fs, Role::GroupClerk).await.unwrap();
    let manager = service::kernel::Actor {
        rights: Role::FederationAdmin.rights().to_vec(),
        channel: Channel::Desk,
        ..house.clerk()
    };
    let unit = UnitForm {
        kind: "company".to_owned(),
        name: "测试单位".to_owned(),
        address: String::new(),
        contacts: vec![Contact {
            name: "陈敏".to_owned(),
            phone: "13900001111".to_owned(),
            ..Contact::default()
        }],
        agreement: Agreement::default(),
    };
    house.service.write(manager.clone(), async |op| groups::add_unit(op, unit.clone()).await).await.unwrap();
    let cards = list::one_cards(rows);
    let range = Range::between("FS00000001", &format!("FS{cards:08}")).expect("a range");
    let receive = Receive {
        library: house.fs,
        order: None,
        design: None,
        ranges: vec![range],
        spoiled: Vec::new(),
        note: String::new(),
    };
    house.service.write(manager, async |op| stock::receive(op, receive.clone()).await).await.unwrap();
    let file = house.files().join("list.csv");
    std::fs::write(&file, list::text(rows)).unwrap();
    let consent = house.files().join("consent.pdf");
    std::fs::write(&consent, b"%PDF-1.4\n%%EOF\n").unwrap();

    let at = ["--staff", "bench", "--library", "FS", "--service-point", "D1"];
    let mut command = Command::new(program);
    match work {
        Work::Check => command.args(["group", "check"]),
        Work::Issue => {
            command.args(["group", "issue", "--yes", "--unit", "测试单位"]).arg("--consent").arg(&consent)
        }
    };
    command.arg("--config").arg(&config).args(at).arg(&file).stdin(Stdio::null());
    let start = Instant::now();
    let ran = weighed(&mut command);
    let took = start.elapsed();
    let told = String::from_utf8_lossy(&ran.0.stdout).into_owned();
    assert!(ran.0.status.success(), "{told}{}", String::from_utf8_lossy(&ran.0.stderr));
    let last = told.lines().last().unwrap_or_default();
    assert!(last.contains(&rows.to_string()), "{told}");
    house.tear_down().await;
    Ran { took, most_memory: ran.1 }
}

/// Runs a command to its end; gives the most memory that it had at once, in KiB.
fn weighed(command: &mut Command) -> (std::process::Output, u64) {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
    let mut most = 0;
    while !waiting.is_finished() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        let now = line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default();
        most = most.max(now);
        std::thread::sleep(Duration::from_millis(20));
    }
    (waiting.join().unwrap(), most)
}
