//! `yueka gate-sim` beside a server that goes away and comes back (A.3.1).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use service::testing::on_both_databases;

use crate::gates::gate;
use crate::life::{document_card, in_person, report};
use crate::running::Server;

struct Sim {
    process: Child,
    scans: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Sim {
    fn start(folder: &Path, address: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_yueka"))
            .args(["gate-sim", "--server", &format!("http://{address}"), "--every", "1"])
            .arg("--token-file")
            .arg(folder.join("gate.token"))
            .arg("--state")
            .arg(folder.join("gate"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (scans, said) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, scans, said }
    }

    fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn scan(&mut self, text: &str) -> Value {
        writeln!(self.scans, "{text}").unwrap();
        self.hear()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn process_a_3_1_a_gate_goes_on_while_the_server_is_gone_and_delivers_when_it_is_back() {
    on_both_databases(async |house| {
        let folder = house.files();
        std::fs::write(folder.join("gate.token"), gate(house, house.fs, "G1").await).unwrap();
        let (good, lost) = (document_card(house, 1).await, document_card(house, 2).await);
        report(house, house.clerk(), lost.id, in_person()).await.unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_yueka"));
        let server = Server::start(program, house, "gate").await;
        let address = server.address.to_string();
        let mut sim = Sim::start(folder, &address);
        let start = Instant::now();
        while !folder.join("gate/list.tag").exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "no list");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let said = sim.scan(&good.number);
        assert_eq!((&said["admitted"], &said["by"]), (&true.into(), &"server".into()), "{said}");
        drop(server);
        let said = sim.scan(&good.number);
        assert_eq!((&said["admitted"], &said["by"]), (&true.into(), &"list".into()), "{said}");
        let said = sim.scan(&lost.number);
        assert_eq!((&said["admitted"], &said["by"]), (&false.into(), &"list".into()), "{said}");
        // A gate that was switched off has not forgotten.
        drop(sim);
        let mut sim = Sim::start(folder, &address);
        assert_eq!(sim.scan(&good.number)["admitted"], true);
        let mut server = Command::new(program)
            .args(["serve", "--config"])
            .arg(folder.join("gate.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let delivered = sim.hear();
        let visits = delivered["delivered"].as_array().unwrap();
        // The first was a visit; the others came within half an hour of it.
        assert_eq!(visits.len(), 2, "{delivered}");
        assert!(visits.iter().all(|visit| visit["outcome"] == "within_interval"), "{delivered}");
        assert_eq!(std::fs::read_to_string(folder.join("gate/visits")).unwrap(), "");
        let counted = house.tamper("UPDATE visits SET shown = shown").await.unwrap();
        assert_eq!(counted, 1);
        server.kill().unwrap();
        server.wait().unwrap();
    })
    .await;
}
