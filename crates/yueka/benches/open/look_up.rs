//! Looking readers up among ten thousand, and among a million: the same kinds of look-up, in the same run.

use std::time::{Duration, Instant};

use service::Service;
use service::cards;
use service::testing::{House, adult, born, resident_number};

use crate::filled::fill;

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
        fill(&house, loaded, size, None).await;
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
