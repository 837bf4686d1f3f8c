//! Items and running loans are brought over from the command line, as an administrator types it (A.3.2 a).

use std::process::Command;

use chrono::TimeDelta;
use service::circulation::{item, loans};
use service::kernel::{Clock, ItemState};
use service::testing::on_both_databases;

use crate::circulation::{books, reader};
use crate::process_commands::{configure, done, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_3_2_a_lists_are_loaded_from_the_command_line() {
    on_both_databases(async |house| {
        // The program counts days by the machine's clock.
        house.clock.advance(Clock::system().now() - house.clock.now());
        let folder = configure(house);
        std::fs::write(folder.join("items.xlsx"), include_bytes!("circulation/items.xlsx")).unwrap();
        let all = ["item", "import", "items.xlsx", "--all-or-nothing"];
        refused(
            &folder,
            &all,
            &["row 5, library: is not known", "row 5, title: is missing", "Nothing was loaded: 1 of 3"],
        );
        let report = ["item", "import", "items.xlsx", "--report", "faults.csv"];
        refused(&folder, &report, &["3 rows: 2 added, 0 changed, 0 as before, 1 not taken"]);
        let faults = std::fs::read_to_string(folder.join("faults.csv")).unwrap();
        assert!(faults.starts_with("row,field,what\n5,"), "{faults}");
        let loaded =
            house.service.read(house.clerk(), async |op| item(op, "44060012345678").await).await.unwrap();
        assert_eq!(
            (loaded.title.as_str(), loaded.price, loaded.state),
            ("岭南文化", Some(4550), ItemState::Available)
        );

        let card = reader(house, 1).await;
        let day = |days: i64| (house.clock.today() + TimeDelta::days(days)).to_string();
        let list = format!(
            "条码,证号,借出馆,借出日期,应还日期\n44060012345678,{},FS,{},{}\nP2,0757,FS,{},{}\n",
            card.number,
            day(-10),
            day(20),
            day(-10),
            day(20)
        );
        std::fs::write(folder.join("loans.csv"), &list).unwrap();
        refused(&folder, &["loan", "import", "loans.csv"], &["row 3, card: is not known here", "1 added"]);
        std::fs::write(folder.join("loans.csv"), list.lines().take(2).collect::<Vec<_>>().join("\n"))
            .unwrap();
        let again = done(&folder, &["loan", "import", "loans.csv"]);
        assert!(again.contains("0 added, 0 changed, 1 as before, 0 not taken"), "{again}");
        let out = house.service.read(house.clerk(), async |op| loans(op, card.reader).await).await.unwrap();
        assert_eq!((out.len(), out[0].due.to_string()), (1, day(20)));

        std::fs::write(folder.join("bare.csv"), "title\nx\n").unwrap();
        refused(&folder, &["item", "import", "bare.csv"], &["no column barcode", "条码"]);
        refused(&folder, &["item", "import", "gone.csv"], &["there is no file gone.csv"]);
        let help =
            Command::new(env!("CARGO_BIN_EXE_yueka")).args(["item", "import", "--help"]).output().unwrap();
        assert!(String::from_utf8(help.stdout).unwrap().contains("--all-or-nothing"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_6_3_4_closed_days_and_items_out_of_lending_are_set_from_the_command_line() {
    on_both_databases(async |house| {
        house.clock.advance(Clock::system().now() - house.clock.now());
        let folder = configure(house);
        books(house, 2).await;
        let day = |days: i64| (house.clock.today() + TimeDelta::days(days)).to_string();
        let (first, last) = (day(10), day(12));
        let close = ["calendar", "close", "--library", "FS", &first, "--until", &last, "--note", "春节"];
        assert!(done(&folder, &close).contains("FS: closed on 3 days."));
        assert!(
            done(&folder, &["calendar", "open", "--library", "FS", &last]).contains("open again on 1 day.")
        );
        let listed = done(&folder, &["calendar", "list", "--library", "FS-ZM"]);
        assert!(listed.contains(&first) && listed.contains("春节") && !listed.contains(&last), "{listed}");
        // Nothing is half done, and a mistyped year is told.
        refused(&folder, &["calendar", "open", "--library", "FS", &first, "--until", &last], &["closed day"]);
        assert!(done(&folder, &["calendar", "list", "--library", "FS"]).contains(&first));
        refused(
            &folder,
            &["calendar", "close", "--library", "FS", &last, "--until", &first],
            &["comes after"],
        );
        refused(&folder, &["calendar", "close", "--library", "XX", &first], &["XX"]);

        let state = async || {
            house.service.read(house.clerk(), async |op| item(op, "B0001").await).await.unwrap().state
        };
        for (word, becomes) in [
            ("missing", ItemState::Missing),
            ("shelf", ItemState::Available),
            ("withdraw", ItemState::Withdrawn),
        ] {
            let said = done(&folder, &["item", word, "b0001"]);
            assert!(said.contains(&format!("B0001 第1本书: {}.", becomes.as_str())), "{said}");
            assert_eq!(state().await, becomes);
        }
        refused(
            &folder,
            &["item", "withdraw", "NOTHING", "B0002"],
            &["NOTHING", "B0002 第2本书: withdrawn."],
        );
    })
    .await;
}
