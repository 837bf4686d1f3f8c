//! The program killed, doubled and raced: what was acknowledged is there, nothing is there by half.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use hyper::{Method, StatusCode};
use service::cards;
use service::kernel::Engine;
use service::records::{Chain, seal_batch, verify};
use service::testing::{House, born, on_both_databases, resident_number};

use crate::running::{Client, Server, adult_json, desk_token};

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_yueka"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_1_64_openings_for_one_person_over_http_make_one_card_whatever_the_instance() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        // SQLite is one instance's; PostgreSQL is shared by two.
        let mut servers = vec![Server::start(program(), house, "one").await];
        if house.engine == Engine::Postgres {
            servers.push(Server::start(program(), house, "two").await);
        }
        let tasks: Vec<_> = (0..64)
            .map(|place| {
                let (address, token) = (servers[place % servers.len()].address, token.clone());
                tokio::spawn(async move {
                    let mut client = Client::connect(address, &token).await.unwrap();
                    client.open(&adult_json(1)).await.unwrap()
                })
            })
            .collect();
        let (mut opened, mut refused) = (0, 0);
        for task in tasks {
            let (status, body) = task.await.unwrap();
            match status {
                StatusCode::CREATED => opened += 1,
                StatusCode::CONFLICT => {
                    assert_eq!(body["code"], "already_holds_card", "{body}");
                    assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{body}");
                    refused += 1;
                }
                other => panic!("{other}: {body}"),
            }
        }
        assert_eq!((opened, refused), (1, 63));
        assert_silent(house, &servers);
    })
    .await;
}

/// No log tells what a person entered.
fn assert_silent(house: &House, servers: &[Server]) {
    for server in servers {
        let log = std::fs::read_to_string(&server.log).unwrap();
        for secret in
            [resident_number(1, born(1990, 5, 6)).as_str(), "13900000001", "reader1@example.org", "季华五路"]
        {
            assert!(!log.contains(secret), "{secret} is in the log of {:?}", house.engine);
        }
    }
}

/// How often the program is killed, on each database.
const KILLS: u32 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_5_3_a_killed_program_loses_no_card_that_it_acknowledged() {
    on_both_databases(async |house| {
        let token = desk_token(house).await;
        let serial = Arc::new(AtomicU32::new(1));
        let mut acknowledged: Vec<(u32, String)> = Vec::new();
        let mut asked: u32 = 0;
        for round in 0..KILLS {
            let server = Server::start(program(), house, "killed").await;
            let stop = Arc::new(AtomicBool::new(false));
            // Four desks, each opening a card every 80 ms: 50 a second.
            let desks: Vec<_> = (0..4)
                .map(|_| {
                    let (address, token) = (server.address, token.clone());
                    let (serial, stop) = (Arc::clone(&serial), Arc::clone(&stop));
                    tokio::spawn(async move {
                        let mut done = Vec::new();
                        let Some(mut client) = Client::connect(address, &token).await else { return done };
                        while !stop.load(Ordering::Relaxed) {
                            let next = serial.fetch_add(1, Ordering::Relaxed);
                            match client.open(&adult_json(next)).await {
                                Some((StatusCode::CREATED, body)) => {
                                    done.push((next, body["number"].as_str().unwrap().to_owned()));
                                }
                                Some((status, body)) => panic!("{status}: {body}"),
                                None => break,
                            }
                            tokio::time::sleep(Duration::from_millis(80)).await;
                        }
                        done
                    })
                })
                .collect();
            // Not always at the same beat of their work.
            tokio::time::sleep(Duration::from_millis(250 + u64::from(round * 37 % 90))).await;
            let pid = server.pid().to_string();
            assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
            drop(server);
            stop.store(true, Ordering::Relaxed);
            for desk in desks {
                acknowledged.extend(desk.await.unwrap());
            }
            asked = serial.load(Ordering::Relaxed) - 1;
        }
        assert!(acknowledged.len() > usize::try_from(KILLS).unwrap(), "work was done: {}", acknowledged.len());

        // Through a program started anew: every acknowledged card is there.
        let server = Server::start(program(), house, "after").await;
        let mut client = Client::connect(server.address, &token).await.unwrap();
        for (serial, number) in &acknowledged {
            let (status, body) =
                client.send(Method::GET, &format!("/api/v1/cards/{number}"), None).await.unwrap();
            assert_eq!(status, StatusCode::OK, "the card of {serial} is gone");
            assert_eq!(body["state"], "active");
        }
        drop(server);

        // None is there by half: each person asked for is unknown, or whole.
        let mut whole = 0;
        for serial in 1..=asked {
            let number = resident_number(serial, born(1990, 5, 6));
            let found =
                house.service.write(house.clerk(), async |op| cards::find(op, &number).await).await.unwrap();
            if let [reader] = found.readers.as_slice() {
                assert!(reader.card.is_some(), "{serial} is there without a card");
                assert_eq!(reader.reader.documents.len(), 1);
                whole += 1;
            }
        }
        assert!(whole >= acknowledged.len());
        for orphans in [
            "DELETE FROM card_numbers WHERE card_id NOT IN (SELECT id FROM cards)",
            "DELETE FROM identity_keys WHERE reader_id NOT IN (SELECT reader_id FROM cards)",
            "DELETE FROM cards WHERE id NOT IN (SELECT card_id FROM service_records WHERE card_id IS NOT NULL)",
        ] {
            assert_eq!(house.tamper(orphans).await.unwrap(), 0, "{orphans}");
        }

        for chain in Chain::ALL {
            while house
                .service
                .write(house.system(), async |op| seal_batch(op, chain, 500).await)
                .await
                .unwrap()
                .0
                > 0
            {}
        }
        let reports = house.service.read(house.system(), async |op| verify(op).await).await.unwrap();
        for report in reports {
            assert_eq!(report.misfit, None, "{:?}", report.chain);
        }
    })
    .await;
}
