//! Clients that others wrote (`Sip2` and `pysip2` from PyPI), through a whole visit.

use service::testing::on_both_databases;

use super::conformance::fine;
use super::{Machines, PASSWORD, account, default_of_one_card, lending};
use crate::circulation::books;
use crate::life::one_card;

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
    let python = std::env::var("YUEKA_ORACLE_PYTHON");
    let Ok(python) = python else { panic!("YUEKA_ORACLE_PYTHON is not set: run `cargo xtask test`") };
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        account(house, "m1", "strict", |_| {}).await;
        books(house, 2).await;
        let card = one_card(house, 1).await;
        // What is owed does not keep anybody from borrowing here; it is less than that.
        fine(house, &card, 200).await;
        let mut visit = tokio::process::Command::new(&python);
        visit.arg("-c").arg(include_str!("clients.py")).arg(machines.address.port().to_string());
        visit.args(["m1", PASSWORD, &card.number, &default_of_one_card(1)]);
        let visited = visit.output().await.unwrap();
        let heard = String::from_utf8_lossy(&visited.stdout).replace("Sip2 object unset\n", "");
        assert_eq!(heard, HEARD, "{}", String::from_utf8_lossy(&visited.stderr));
        machines.end().await;
    })
    .await;
}
