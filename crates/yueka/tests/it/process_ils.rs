//! `yueka ils-sim` and `yueka check`, as an administrator who connects a system types them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use service::testing::on_both_databases;

use crate::process_commands::{configure, done, refused};

/// A simulator that runs beside.
struct Beside {
    process: Child,
    address: String,
    /// Kept open: what it says later must not end it.
    _said: BufReader<ChildStdout>,
}

impl Beside {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yueka"))
            .args(["ils-sim", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut first).unwrap();
        let address = first.trim().rsplit(' ').next().unwrap().to_owned();
        Self { process: child, address, _said: said }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn process_c_6_3_4_check_tells_whether_the_circulation_system_answers_and_what_to_do() {
    on_both_databases(async |house| {
        let folder = configure(house);
        let system = Beside::start(&[
            "--dialect",
            "interlib",
            "--username",
            "yueka",
            "--password",
            "geheim",
            "--reader",
            "440600000017=2,3.50",
        ]);
        let base = std::fs::read_to_string(folder.join("yueka.toml")).unwrap();
        std::fs::write(folder.join("ilas.password"), "geheim\n").unwrap();
        let write = |more: &str| {
            let text = format!(
                "{base}[circulation]\nsystem = \"ils\"\n[[circulation.ils]]\nname = \"ILAS\"\naddress = \"{}\"\n\
                 username = \"yueka\"\npassword_file = \"ilas.password\"\ndialect = \"interlib\"\n{more}",
                system.address
            );
            std::fs::write(folder.join("yueka.toml"), text).unwrap();
        };
        write("");
        let said = done(&folder, &["check"]);
        let told = format!(
            "ok     circulation, ILAS: {} answers, logged in as yueka, in the clear; it speaks SIP 2.00 and calls itself 模拟借还系统",
            system.address
        );
        assert!(said.contains(&told), "{said}");
        assert!(!said.contains("geheim"));
        write("libraries = [\"XX\"]\n");
        refused(&folder, &["check"], &["circulation, ILAS", "there is no library XX"]);
        std::fs::write(folder.join("ilas.password"), "falsch\n").unwrap();
        write("");
        refused(&folder, &["check"], &["WRONG  circulation, ILAS", "name and password"]);
        std::fs::remove_file(folder.join("ilas.password")).unwrap();
        refused(&folder, &["check"], &["circulation.ils[0].password_file", "can't be read"]);
        std::fs::write(folder.join("ilas.password"), "geheim").unwrap();
        drop(system);
        refused(&folder, &["check"], &["WRONG  circulation, ILAS", "can't be reached", "not cancelled"]);
    })
    .await;
}

#[test]
fn process_ils_sim_listens_on_this_computer_only_and_says_what_it_wants() {
    let folder = std::env::temp_dir();
    refused(&folder, &["ils-sim", "--listen", "0.0.0.0:0"], &["127.0.0.1"]);
    refused(&folder, &["ils-sim", "--dialect", "ilas"], &["strict, interlib"]);
    refused(&folder, &["ils-sim", "--reader", "1=x"], &["NUMBER=LOANS,YUAN"]);
    refused(&folder, &["ils-sim", "--behaviour", "odd"], &["no-counts"]);
}
