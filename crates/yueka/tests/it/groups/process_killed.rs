//! `kill -9` while cards are issued: in the end each row has exactly one card, and each barcode was used once.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

use service::groups::{self, BatchState, Outcome};
use service::kernel::{Clock, Role};
use service::testing::on_both_databases;

use super::{
    add_school, adult_row, begin, confirm, group_clerk, in_store, list, look, macao_row, receive_cards,
    rows_of,
};
use crate::process_commands::{configure, done};

const ROWS: u32 = 1500;
const KILLS: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn process_c_6_1_3_2_killed_twenty_times_each_row_has_one_card_and_each_barcode_was_used_once() {
    on_both_databases(async |house| {
        house.clock.advance(Clock::system().now() - house.clock.now());
        house.add_staff("chen", house.fs, Role::GroupClerk).await.unwrap();
        let folder = configure(house);
        let clerk = group_clerk(house);
        receive_cards(house, &clerk, "FS00000001", "FS00000500").await;
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let row = |serial| if serial % 3 == 0 { macao_row(serial) } else { adult_row(serial) };
        let rows: Vec<String> = (1..=ROWS).map(row).collect();
        groups::check_list(&house.service, &clerk, id, &list(&rows)).await.unwrap();
        assert_eq!(look(&house.service, &clerk, id).await.1.go, u64::from(ROWS));
        confirm(house, &clerk, id).await;

        let batch = id.to_string();
        let arguments = ["group", "go-on", "--portion", "25", "--staff", "chen", "--library", "FS", &batch];
        let mut dealt_with = 0;
        for kill in 0..KILLS {
            let mut process = Command::new(env!("CARGO_BIN_EXE_yueka"))
                .args(arguments)
                .current_dir(&folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Once it is at it, another moment each time: within a portion, between two.
            let progress = async || look(&house.service, &clerk, id).await.0.progress.done;
            while progress().await == dealt_with {
                assert!(process.try_wait().unwrap().is_none(), "it ended before its time");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(u64::from(kill * 7919 % 23))).await;
            assert!(process.try_wait().unwrap().is_none(), "it is killed at its work");
            process.kill().unwrap();
            process.wait().unwrap();
            dealt_with = progress().await;
        }
        assert!((1..i64::from(ROWS)).contains(&dealt_with));
        done(&folder, &arguments);

        let (batch, counts) = look(&house.service, &clerk, id).await;
        assert_eq!(batch.state, BatchState::Issued);
        assert_eq!(counts.ended(Outcome::Opened), u64::from(ROWS));
        let numbers: Vec<String> = rows_of(&house.service, &clerk, id)
            .await
            .into_iter()
            .map(|row| row.outcome.unwrap().number.unwrap())
            .collect();
        let apart: BTreeSet<&String> = numbers.iter().collect();
        assert_eq!(apart.len(), numbers.len(), "each number once");
        let barcodes: Vec<&String> = numbers.iter().filter(|number| number.starts_with("FS")).collect();
        let in_order: Vec<String> = (1..=500).map(|number| format!("FS{number:08}")).collect();
        assert_eq!(
            barcodes,
            in_order.iter().collect::<Vec<_>>(),
            "each barcode once, in the order of the list"
        );
        assert_eq!(in_store(house).await, 0);
    })
    .await;
}
