//! Clients that others wrote, through a whole visit: `Sip2` and `pysip2` from PyPI, the codec of `invenio-sip2`, and the program of the
//! crate `sip2`, Evergreen's.

use service::testing::on_both_databases;

use super::conformance::fine;
use super::{Machines, PASSWORD, account, default_of_one_card, lending};
use crate::circulation::books;
use crate::life::one_card;

/// A program in Python goes through its visit with the first card.
async fn visit(program: &str, machines: &Machines, number: &str) -> std::process::Output {
    let python = std::env::var("YUEKA_ORACLE_PYTHON");
    let Ok(python) = python else { panic!("YUEKA_ORACLE_PYTHON is not set: run `cargo xtask test`") };
    let mut visit = tokio::process::Command::new(&python);
    visit.arg("-c").arg(program).arg(machines.address.port().to_string());
    visit.args(["m1", PASSWORD, number, &default_of_one_card(1)]);
    visit.output().await.unwrap()
}

const HEARD: &str = "\
login\t1
status\tY\tYYYNYYYYYYYNNYYY
patron\t测二\tY\tY
checkout\t1\t第1本书
information\t0001\tB0001
renew\t1
item\t第1本书
checkin\t1
fee\tY
end\tY
login\t1
patron\t测二\tY\tY
checkout\t1\t第2本书
renew all\t0001\t0000
checkin\t1
end\tY
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_3_2_a_clients_of_others_borrow_renew_return_and_pay() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 2).await;
        let card = one_card(house, 1).await;
        // What is owed does not keep anybody from borrowing here; it is less than that.
        fine(house, &card, 200).await;
        let visited = visit(include_str!("clients.py"), &machines, &card.number).await;
        let heard = String::from_utf8_lossy(&visited.stdout).replace("Sip2 object unset\n", "");
        assert_eq!(heard, HEARD, "{}", String::from_utf8_lossy(&visited.stderr));
        machines.end().await;
    })
    .await;
}

const HEARD_BY_INVENIO: &str = "\
login\t1
status\tY\tYYYNYYYYYYYNNYYY
patron\t测二\tY
checkout\t1\t第1本书
information\t1\tB0001
nobody\t0\tN
renew\t1
item\t第1本书\t04
checkin\t1
fee\t38Y
end\tY
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_3_2_a_the_codec_of_another_server_reads_every_answer() {
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 1).await;
        let card = one_card(house, 1).await;
        fine(house, &card, 100).await;
        let visited = visit(include_str!("clients_invenio.py"), &machines, &card.number).await;
        let heard = String::from_utf8_lossy(&visited.stdout);
        assert_eq!(heard, HEARD_BY_INVENIO, "{}", String::from_utf8_lossy(&visited.stderr));
        machines.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_3_2_a_the_client_of_evergreen_borrows_and_returns() {
    let client = std::env::var("YUEKA_SIP2_CLIENT");
    let Ok(client) = client else { panic!("YUEKA_SIP2_CLIENT is not set: run `cargo xtask test`") };
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 1).await;
        let card = one_card(house, 1).await;
        fine(house, &card, 100).await;
        let mut visit = tokio::process::Command::new(&client);
        visit.args(["--sip-host", &machines.address.to_string(), "--sip-user", "m1", "--sip-pass", PASSWORD]);
        visit.args(["--institution", "FS", "--patron-barcode", &card.number]);
        visit.args(["--patron-password", &default_of_one_card(1), "--item-barcode", "B0001"]);
        visit.args(["--pay-amount", "1.00", "--transaction-id", "T1", "--print-raw-messages"]);
        // `checkout` comes twice: the first answer may not have reached the client.
        for message in [
            "patron-status",
            "checkout",
            "checkout",
            "patron-information",
            "item-information",
            "checkin",
            "fee-paid",
        ] {
            visit.args(["--message-type", message]);
        }
        let visited = visit.output().await.unwrap();
        let heard = String::from_utf8_lossy(&visited.stdout);
        let told = |begins: &str, has: &str| {
            let line = heard.lines().find(|line| line.starts_with(begins));
            let line = line.unwrap_or_else(|| {
                panic!("no {begins} in {heard}{}", String::from_utf8_lossy(&visited.stderr))
            });
            assert!(line.contains(has), "{has}: {line}");
        };
        assert!(heard.contains("Login OK") && heard.contains("SC Status OK"), "{heard}");
        told("24", "AE测二|BLY|CQY|");
        told("121NNY", "AJ第1本书|");
        told("64", "|BLY|CQY|");
        told("1804", "AJ第1本书|");
        told("101YNN", "AF还书成功|");
        // It pays in dollars, whatever it is told.
        told("38N", "AF只收人民币|");
        assert_eq!(heard.lines().filter(|line| line.starts_with("121NNY")).count(), 2);
        machines.end().await;
    })
    .await;
}
