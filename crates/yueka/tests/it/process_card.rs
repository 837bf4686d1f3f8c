//! The services of a desk from the command line leave what those of a desk leave.

use service::cards;
use service::kernel::Role;
use service::records;
use service::testing::{macao_resident, on_both_databases};

use crate::process_commands::{configure, done, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_6_3_a_card_is_lost_restored_and_replaced_from_the_command_line_as_at_the_desk() {
    on_both_databases(async |house| {
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        house.add_staff("he.jiaxin", house.sd, Role::Clerk).await.unwrap();
        let opened =
            house.service.write(house.clerk(), async |op| cards::open(op, macao_resident(1)).await).await;
        let opened = opened.unwrap();
        let folder = configure(house);
        let number = opened.card.number.as_str();
        let at_fs = ["--staff", "chen.min", "--library", "FS"];
        let at_sd = ["--staff", "he.jiaxin", "--library", "SD"];
        let card = |service: &str, rest: &[&'static str]| {
            [&["card", service, number], rest].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let run = |words: Vec<String>| done(&folder, &words.iter().map(String::as_str).collect::<Vec<_>>());
        let refuse = |words: Vec<String>, named: &[&str]| {
            refused(&folder, &words.iter().map(String::as_str).collect::<Vec<_>>(), named);
        };

        let shown = run(card("show", &at_sd));
        assert!(shown.contains("report_loss") && shown.contains("issuing_library_only (6.3.3)"), "{shown}");
        refuse(card("restore", &[&at_sd[..], &["--reason", "found"]].concat()), &["card_active (A.4.2)"]);
        assert!(run(card("report-loss", &at_sd)).contains("lost since"));
        assert!(
            run(card("restore", &[&at_sd[..], &["--reason", "found"]].concat())).contains("active since")
        );
        refuse(card("restore", &[&at_fs[..], &["--reason", "luck"]].concat()), &["found, document_reissued"]);
        let replace = ["--barcode", "FS00000099", "--circulation-checked"];
        refuse(card("replace", &[&at_sd[..], &replace].concat()), &["issuing_library_only (6.3.3)"]);
        refuse(card("replace", &[&at_fs[..], &replace[..2]].concat()), &["circulation_not_checked (6.3.4)"]);
        assert!(run(card("replace", &[&at_fs[..], &replace].concat())).contains("FS00000099"));
        refuse(card("report-loss", &["--staff", "nobody", "--library", "FS"]), &["account"]);
        refuse(card("report-loss", &["--staff", "he.jiaxin", "--library", "FS"]), &["service point"]);

        let history = house
            .service
            .read(house.clerk(), async |op| records::timeline(op, opened.reader.id, 50).await)
            .await
            .unwrap();
        let rendered: Vec<&str> = history
            .iter()
            .rev()
            .filter(|entry| entry.outcome == "done")
            .map(|entry| entry.service.as_str())
            .collect();
        assert_eq!(rendered, ["open_card", "report_loss", "restore", "report_loss", "cancel", "replace"]);
        assert!(history.iter().all(|entry| entry.checked_how.is_some() || entry.outcome == "refused"));
    })
    .await;
}
