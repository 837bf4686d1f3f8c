//! What is asked of a system, and what it tells, is in no log: not when all is well, and not when nothing is.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect should stop")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use ils::simulator::{Behaviour, SimOptions, SimReader, Simulator};
use ils::{Ils, IlsSettings};
use service::kernel::{AskedNumber, Circulation, Clock, Known, Question, ReaderId, Wanted};

const NUMBER: &str = "440600000017";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn c_5_1_3_nothing_of_a_reader_is_in_the_log_of_what_was_asked() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let simulator = Simulator::new(SimOptions {
        login: Some(("yueka".to_owned(), "geheim".to_owned())),
        ..SimOptions::default()
    });
    simulator.reader(NUMBER, SimReader::with(2, "3.50"));
    let running = simulator.start().await.unwrap();
    let settings = IlsSettings {
        name: "ILAS".to_owned(),
        address: running.address.to_string(),
        username: "yueka".to_owned(),
        password: "geheim".to_owned(),
        answer_ms: 200,
        failures: 2,
        pause_ms: 0,
        ..IlsSettings::default()
    };
    let system = Ils::new(&settings, Clock::system()).unwrap();
    let numbers = vec![AskedNumber { number: NUMBER.to_owned(), libraries: vec!["FS".to_owned()] }];
    let question = Question { reader: ReaderId(uuid::Uuid::from_u128(1)), numbers, wanted: Wanted::Loans };
    for behaviour in [
        Behaviour::Well,
        Behaviour::Silent,
        Behaviour::Garbage,
        Behaviour::Half,
        Behaviour::WrongSum,
        Behaviour::AnotherReader,
        Behaviour::Refusing,
        Behaviour::NoCounts,
        Behaviour::Well,
    ] {
        simulator.behave(behaviour);
        let told = system.ask(&question).await;
        tracing::info!(?told, ?question, ?system, ?settings, "what a careless line would tell");
        assert!(behaviour != Behaviour::Well || matches!(told[0].known, Known::Standing(_)));
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("ILAS") && log.contains("asked in vain") && log.contains("answers again"), "{log}");
    for secret in [NUMBER, "geheim", "陈敏", "射雕", "B0001"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
