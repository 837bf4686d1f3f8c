//! Two thousand connections, half of them no good.

use std::time::Duration;

use machines::Limits;
use service::machines::{close_machine, list_machines};
use service::testing::{House, on_both_databases};
use sip2::{Charset, field};
use tokio::io::AsyncWriteExt;

use super::{Line, Machines, PASSWORD, account, default_of_one_card, lending, look};
use crate::life::one_card;

const ALL: usize = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_5_1_two_thousand_connections_half_of_them_no_good_and_the_others_are_served() {
    // Which database stands behind it makes no difference to connections; the embedded one is enough.
    let house = House::on_sqlite().await.unwrap();
    let service = lending(&house);
    let limits = Limits {
        per_address: ALL,
        connections: ALL,
        sign_in: Duration::from_secs(600),
        slow: Duration::from_secs(600),
        ..Limits::default()
    };
    let machines = Machines::with(&service, limits).await;
    account(&house, "m1", "strict", |_| {}).await;
    let card = one_card(&house, 1).await;
    let p = default_of_one_card(1);
    let mut bad = Vec::new();
    for number in 0..ALL / 2 {
        let mut line = Line::to(machines.address, Charset::Utf8).await;
        match number % 3 {
            // Silent.
            0 => {}
            // Without an end: more than any line may have.
            1 => {
                let _ = line.stream.write_all(&[b'x'; 8_000]).await;
            }
            // One byte at a time.
            _ => {
                for byte in b"9300CN" {
                    let _ = line.stream.write_all(&[*byte]).await;
                }
            }
        }
        bad.push(line);
    }
    let mut good = Vec::new();
    for _ in 0..ALL / 2 {
        good.push(machines.signed_in("m1", Charset::Utf8).await);
    }
    // There is no more room, and who comes now is turned away at once.
    let mut late = Line::to(machines.address, Charset::Utf8).await;
    assert_eq!(late.hear().await, None);
    let seen = machines.server.figures().seen();
    assert_eq!((seen.open, seen.turned_away, seen.signed_in), (2_000, 1, 1_000));
    for line in &mut bad {
        let _ = line.stream.write_all(b"\x00\xFF|AY").await;
    }
    for line in &mut good {
        let told = line.ask(&look(&card, &p)).await;
        assert_eq!(told.get(field::VALID_PASSWORD), Some("Y"));
    }
    assert_eq!(machines.server.figures().seen().messages, 1_000);
    drop((bad, good));
    machines.end().await;
    house.tear_down().await;
}

#[test]
fn c_5_1_what_waits_for_its_end_takes_no_more_than_a_line() {
    let limit = Limits::default().line;
    let mut framer = sip2::Framer::new(limit);
    for _ in 0..10_000 {
        framer.push(&[b'x'; 2048]);
        while framer.next_line().is_some() {}
        assert!(framer.capacity() <= 2 * (limit + 2048), "{}", framer.capacity());
    }
}

#[tokio::test]
async fn c_5_1_who_says_nothing_right_is_heard_no_longer() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        // Lines that are no messages.
        let mut line = Line::to(machines.address, Charset::Utf8).await;
        for _ in 0..30 {
            if line.stream.write_all(b"nonsense\r").await.is_err() {
                break;
            }
        }
        assert_eq!(line.hear().await, None, "and it was told nothing");
        // Sign-ins that fail.
        let mut line = Line::to(machines.address, Charset::Gb18030).await;
        for _ in 0..3 {
            let told = line.say("9300CNm1|COfalsch|").await;
            assert!(told.starts_with("940"), "{told}");
        }
        assert_eq!(line.hear().await, None);
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_2_1_c_a_machine_is_heard_from_its_own_network_and_until_its_account_is_closed() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |settings| settings.addresses = "127.0.0.0/8".to_owned()).await;
        account(house, "m2", "strict", |settings| settings.addresses = "10.0.0.0/8".to_owned()).await;
        let mut elsewhere = Line::to(machines.address, Charset::Gb18030).await;
        let refused = elsewhere.say(&format!("9300CNm2|CO{PASSWORD}|")).await;
        assert!(refused.starts_with("940"), "{refused}");
        let mut line = machines.signed_in("m1", Charset::Utf8).await;
        assert!(line.say("9900522.00").await.starts_with("98Y"));
        // `house.service` is another instance.
        let all = house.service.read(house.system(), list_machines).await.unwrap();
        let id = all.iter().find(|entry| entry.login == "m1").unwrap().id;
        house.service.write(house.system(), async |op| close_machine(op, id).await).await.unwrap();
        line.stream.write_all(b"9900522.00\r").await.unwrap();
        assert_eq!(line.hear().await, None);
        machines.end().await;
    })
    .await;
}

#[tokio::test]
async fn c_5_3_a_refused_sign_in_tells_nobody_from_elsewhere_whether_there_is_such_an_account() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "anywhere", "wenhua", |_| {}).await;
        account(house, "at-home", "wenhua", |settings| settings.addresses = "127.0.0.0/8".to_owned()).await;
        account(house, "elsewhere", "wenhua", |settings| settings.addresses = "10.0.0.0/8".to_owned()).await;
        let mut told = Vec::new();
        for login in ["nobody", "anywhere", "elsewhere", "at-home"] {
            let mut line = Line::to(machines.address, Charset::Gb18030).await;
            told.push(line.say(&format!("9300CN{login}|COfalsch|")).await);
        }
        assert!(told[0].starts_with("940") && told[0].contains("登录失败"), "{}", told[0]);
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0], told[2]);
        assert_ne!(told[0], told[3], "who sets a machine up in its own network reads why");
        machines.end().await;
    })
    .await;
}
