//! Looking readers up among ten thousand, and among a million: the same kinds of look-up, in the same run.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use service::Service;
use service::cards::{self, CardKind, CardState, ImportedCard, PastService};
use service::kernel::{Channel, ServiceName};
use service::records::CheckMethod;
use service::testing::{House, adult, born, resident_number};

const SMALL: u32 = 10_000;
const LOOK_UPS: u32 = 1_000;

pub async fn measure() {
    let large: u32 =
        std::env::var("YUEKA_BENCH_READERS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let house = House::on_sqlite().await.expect("a house");
    println!("\n| readers | by | p50 ms | p99 ms |\n|---|---|---|---|");
    let mut loaded = 0;
    for size in [SMALL, large] {
        let start = Instant::now();
        fill(&house, loaded, size).await;
        loaded = size;
        eprintln!("{size} readers, {:.0} s", start.elapsed().as_secs_f64());
        for (by, text) in [
            ("document", (|serial| resident_number(serial, born(1990, 5, 6))) as fn(u32) -> String),
            ("phone", |serial| format!("139{serial:08}")),
            ("name", |serial| adult(serial).reader.name),
            ("initials", |_| "cy".to_owned()),
            ("nobody", |serial| resident_number(serial + 20_000_000, born(1990, 5, 6))),
        ] {
            let mut times = Vec::new();
            for place in 0..LOOK_UPS {
                // Spread over all readers, so that the cache of the database is not flattered.
                let serial = 1 + place.wrapping_mul(2_654_435_761) % size;
                times.push(look_up(&house.service, &house, &text(serial)).await);
            }
            times.sort_unstable();
            println!("| {size} | {by} | {:.2} | {:.2} |", super::at(&times, 50), super::at(&times, 99));
        }
    }
    house.tear_down().await;
}

async fn look_up(service: &Service, house: &House, text: &str) -> Duration {
    let start = Instant::now();
    service.write(house.clerk(), async |op| cards::find(op, text).await).await.expect("an answer");
    start.elapsed()
}

async fn fill(house: &House, from: u32, to: u32) {
    let serials: Vec<u32> = (from + 1..=to).collect();
    for batch in serials.chunks(500) {
        let rows: Vec<ImportedCard> = batch.iter().map(|serial| imported(house, *serial)).collect();
        let load = async |op: &service::kernel::Op| cards::import(op, rows.clone()).await;
        house.service.write(house.system(), load).await.expect("an import");
    }
}

fn imported(house: &House, serial: u32) -> ImportedCard {
    let request = adult(serial);
    let at = house.service.clock().now() - TimeDelta::seconds(i64::from(serial));
    ImportedCard {
        kind: CardKind::Document,
        barcode: String::new(),
        state: CardState::Active,
        state_since: at,
        opened_at: at,
        issuing_library: house.fs,
        service_point: house.fs_desk,
        channel: Channel::Desk,
        reader: request.reader,
        document: request.documents.into_iter().next().expect("a document"),
        guardian: None,
        password_hash: None,
        services: vec![PastService {
            service: ServiceName::OpenCard,
            at,
            library: house.fs,
            service_point: house.fs_desk,
            channel: Channel::Desk,
            check: CheckMethod::ByEye,
        }],
    }
}
