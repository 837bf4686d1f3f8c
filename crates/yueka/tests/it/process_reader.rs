//! The services for a reader from the command line leave what those of a desk leave.

use std::path::Path;

use service::kernel::{ReaderId, Role};
use service::people;
use service::readers::{self, RequestChange};
use service::records;
use service::testing::{House, adult, foreigner, macao_resident, on_both_databases};

use crate::amend::{by_eye, opened, seen};
use crate::process_commands::{configure, done, refused};
use crate::requests::asked;

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0 a face\xFF\xD9";
const CLERK: [&str; 4] = ["--staff", "chen.min", "--library", "FS"];
const MANAGER: [&str; 4] = ["--staff", "li.zhiqiang", "--library", "FS"];

async fn staffed(house: &House) {
    house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
    house.add_staff("li.zhiqiang", house.fs, Role::BranchManager).await.unwrap();
}

async fn history(house: &House, id: ReaderId) -> Vec<(String, Option<String>)> {
    let entries =
        house.service.read(house.clerk(), async move |op| records::timeline(op, id, 50).await).await;
    let done = entries.unwrap().into_iter().rev().filter(|entry| entry.outcome == "done");
    done.map(|entry| (entry.service, entry.checked_how)).collect()
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_4_2_a_reader_is_changed_blocked_and_noted_from_the_command_line_as_at_the_desk() {
    on_both_databases(async |house| {
        staffed(house).await;
        let held = opened(house, adult(1)).await;
        let (id, number) = (held.reader.id, held.card.number.as_str());
        let folder = configure(house);
        let as_who = |who: &[&'static str], words: &[&str]| -> Vec<String> {
            [&["reader"], words, who].concat().into_iter().map(str::to_owned).collect()
        };
        let run = |words: &[&str]| {
            let words = as_who(&CLERK, words);
            done(&folder, &words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let manage = |words: &[&str]| {
            let words = as_who(&MANAGER, words);
            done(&folder, &words.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let refuse = |words: &[&str], named: &[&str]| {
            let words = as_who(&CLERK, words);
            refused(&folder, &words.iter().map(String::as_str).collect::<Vec<_>>(), named);
        };

        let shown = run(&["show", number]);
        assert!(shown.contains("version 1") && shown.contains("139****0001"), "{shown}");
        assert!(!shown.contains("13900000001") && run(&["show", &id.to_string()]) == shown);
        write(&folder, "new.json", r#"{ "phone": "13900009901" }"#);
        write(&folder, "odd.json", r#"{ "fone": "13900009901" }"#);
        refuse(&["amend", number, "--changes", "odd.json"], &["odd.json", "line 1"]);
        refuse(&["amend", number, "--changes", "new.json", "--seen", "7"], &["somebody else"]);
        refuse(&["amend", number, "--changes", "new.json", "--who", "agent"], &["--papers"]);
        let document = &adult(1).documents[0].number;
        let papers = format!(r#"{{ "document": {{ "type": "resident_id", "number": "{document}" }} }}"#);
        write(&folder, "papers.json", papers);
        let changed = run(&[
            "amend",
            number,
            "--changes",
            "new.json",
            "--seen",
            "1",
            "--check",
            "reader-device",
            "--papers",
            "papers.json",
        ]);
        assert!(changed.contains("reader.phone") && changed.contains("version 2"), "{changed}");
        assert_eq!(seen(house, id).await.phone, "139****9901");

        let reset = run(&["reset-password", number]);
        assert!(reset.contains("resident_id") && !reset.contains(&document[12..]), "{reset}");
        run(&["unlock", number]);
        write(&folder, "note.txt", "需要轮椅\n");
        let note = run(&["note", "add", number, "--text", "note.txt", "--alert"]);
        let note = note.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(run(&["note", "list", number]).contains("需要轮椅"));
        run(&["note", "remove", number, &note]);
        refuse(&["block", number, "--reason", "unpaid"], &["block_readers"]);
        let block = manage(&["block", number, "--reason", "unpaid", "--until", "2036-12-31"]);
        let block = block.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(run(&["show", number]).contains("blocked: unpaid"));
        manage(&["unblock", number, &block]);

        write(&folder, "face.jpg", JPEG);
        run(&["photo", "set", number, "--file", "face.jpg"]);
        run(&["photo", "get", number, "--file", "again.jpg"]);
        assert_eq!(std::fs::read(folder.join("again.jpg")).unwrap(), JPEG);
        refuse(&["photo", "get", number, "--file", "again.jpg"], &["not overwritten"]);
        run(&["photo", "remove", number]);
        run(&["export", number, "--reason", "案卷17", "--out", "all.json"]);
        let all = std::fs::read_to_string(folder.join("all.json")).unwrap();
        assert!(all.contains("13900009901"), "{all}");
        refuse(&["export", number, "--reason", "?", "--out", "more.json"], &["reason"]);

        let rendered = history(house, id).await;
        let services: Vec<&str> = rendered.iter().map(|(service, _)| service.as_str()).collect();
        assert_eq!(
            services,
            [
                "open_card",
                "amend",
                "reset_password",
                "unlock",
                "note",
                "note",
                "block",
                "unblock",
                "amend",
                "amend"
            ]
        );
        assert_eq!(rendered[1].1.as_deref(), Some("reader_device"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_6_1_3_2_records_are_merged_and_requests_answered_from_the_command_line() {
    on_both_databases(async |house| {
        staffed(house).await;
        let (first, second) = (opened(house, macao_resident(1)).await, opened(house, adult(2)).await);
        let folder = configure(house);
        let (stays, goes) = (first.card.number.as_str(), second.card.number.as_str());
        let run = |words: &[&str]| done(&folder, &[&["reader"], words, &MANAGER].concat());
        let refuse = |words: &[&str], who: &[&str], named: &[&str]| {
            refused(&folder, &[&["reader"], words, who].concat(), named);
        };
        refuse(&["merge", stays, goes, "--card", stays], &CLERK, &["merge_readers"]);
        refuse(&["merge", stays, goes], &MANAGER, &["card is missing"]);
        refuse(&["merge", stays, goes, "--take", "shoes"], &MANAGER, &["workplace"]);
        let merged = run(&["merge", stays, goes, "--card", stays, "--take", "phone", "--reason", "同一人"]);
        let merge = merged.trim().rsplit(' ').next().unwrap().to_owned();
        assert_eq!(seen(house, second.reader.id).await.merged_into, Some(first.reader.id));
        assert!(run(&["merges"]).contains(&merge));
        run(&["undo-merge", &merge]);
        assert_eq!(seen(house, second.reader.id).await.merged_into, None);
        refuse(&["undo-merge", &merge], &MANAGER, &["undone_already"]);
        let listed =
            house.service.read(house.system(), async |op| people::merges(op, 10).await).await.unwrap();
        assert!(listed[0].undone_at.is_some());

        let reader = opened(house, foreigner(4)).await.reader.id;
        let asked = RequestChange { check: by_eye(), ..asked(reader, "Ana Lima") };
        let id = house
            .service
            .write(house.clerk(), async move |op| readers::request_change(op, asked.clone()).await)
            .await
            .unwrap()
            .to_string();
        assert!(run(&["requests", "list"]).contains(&id));
        assert!(run(&["requests", "show", &id]).contains("name Ana Lima"));
        refuse(&["requests", "answer", &id, "--reply", "ask"], &CLERK, &["answer is missing"]);
        write(&folder, "why.txt", "Which wedding?");
        run(&["requests", "answer", &id, "--reply", "ask", "--text", "why.txt", "--seen", "1"]);
        refuse(&["requests", "answer", &id, "--reply", "approve", "--seen", "1"], &CLERK, &["somebody else"]);
        run(&["requests", "answer", &id, "--reply", "approve"]);
        assert_eq!(seen(house, reader).await.name, "Ana Lima");
    })
    .await;
}
