//! A system elsewhere, well and unwell. What is learnt is what it says; whatever goes wrong leaves all unknown.

#![expect(clippy::unwrap_used, reason = "a test that meets what it did not expect should stop")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ils::simulator::{Behaviour, Running, SimOptions, SimReader, Simulator};
use ils::{BreakerState, Fault, Ils, IlsSettings};
use service::kernel::{
    AskedNumber, Circulation, Clock, Known, Question, ReaderId, Standing, Systems, Told, Wanted,
};
use sip2::{Charset, Dialect, message};
use tokio::task::JoinSet;

const NUMBER: &str = "440600000017";

fn settings(address: SocketAddr) -> IlsSettings {
    IlsSettings {
        name: "ILAS".to_owned(),
        address: address.to_string(),
        username: "yueka".to_owned(),
        password: "geheim".to_owned(),
        institution: "FS".to_owned(),
        // Far more than any test takes: those that wait for an end of waiting say so.
        connect_ms: 30_000,
        answer_ms: 30_000,
        wait_ms: 60_000,
        patience_ms: 60_000,
        keep_alive_ms: 0,
        ..IlsSettings::default()
    }
}

fn ils(settings: &IlsSettings) -> Ils {
    Ils::new(settings, Clock::system()).unwrap()
}

async fn strict() -> (Simulator, Running, IlsSettings) {
    let simulator = Simulator::new(SimOptions {
        login: Some(("yueka".to_owned(), "geheim".to_owned())),
        ..SimOptions::default()
    });
    simulator.reader(NUMBER, SimReader::with(2, "3.50"));
    let running = simulator.start().await.unwrap();
    let settings = settings(running.address);
    (simulator, running, settings)
}

fn about(number: &str, wanted: Wanted) -> Question {
    let numbers = vec![AskedNumber { number: number.to_owned(), libraries: vec!["FS".to_owned()] }];
    Question { reader: ReaderId(uuid::Uuid::from_u128(1)), numbers, wanted }
}

async fn told(system: &Ils, number: &str, wanted: Wanted) -> Told {
    system.ask(&about(number, wanted)).await.remove(0)
}

async fn known(system: &Ils, number: &str) -> Known {
    told(system, number, Wanted::Standing).await.known
}

fn standing(loans: u32, charges: i64) -> Known {
    Known::Standing(Standing { loans, overdue: 0, charges })
}

fn unavailable(system: &Ils) -> Known {
    Known::Unavailable(system.name())
}

#[tokio::test]
async fn c_6_3_4_every_dialect_and_charset_tells_what_is_out_and_owed() {
    for name in Dialect::NAMES {
        for charset in Charset::ALL {
            let dialect = Dialect::named(name).unwrap();
            let simulator = Simulator::new(SimOptions { dialect, charset: Some(charset), login: None });
            let mut reader = SimReader::with(3, "12.05");
            (reader.overdue, reader.name) = (1, "陈𠮷•敏".to_owned());
            simulator.reader(NUMBER, reader);
            let running = simulator.start().await.unwrap();
            let system = ils(&IlsSettings {
                dialect: name.to_owned(),
                charset: charset.as_str().to_owned(),
                ..settings(running.address)
            });
            let expected = Known::Standing(Standing { loans: 3, overdue: 1, charges: 1205 });
            assert_eq!(known(&system, NUMBER).await, expected, "{name} {charset:?}");
            let told = told(&system, NUMBER, Wanted::Loans).await;
            assert_eq!(told.known, expected, "{name} {charset:?}");
            let loans = told.loans.unwrap();
            assert_eq!(loans.len(), 3);
            assert_eq!(loans[1].barcode, "B0002");
            assert_eq!(loans[1].title.as_deref(), Some("射雕英雄传（2）"), "{name} {charset:?}");
            assert_eq!(loans[1].due.unwrap().to_string(), "2026-12-24", "{name} {charset:?}");
            assert!(!told.marks.contains(&"unknown_reader"));
            let unknown = told_of_nobody(&system).await;
            assert_eq!((unknown.known, unknown.marks), (standing(0, 0), vec!["unknown_reader"]), "{name}");
            assert_eq!(simulator.count(message::LOGIN), 1, "{name}: one connection is enough");
        }
    }
}

async fn told_of_nobody(system: &Ils) -> Told {
    told(system, "440600000099", Wanted::Standing).await
}

#[tokio::test]
async fn c_6_3_4_whatever_goes_wrong_leaves_all_unknown_and_passes() {
    let (simulator, _running, well) = strict().await;
    let settings = IlsSettings { failures: 1000, ..well };
    // What ends by itself.
    let system = ils(&settings);
    for behaviour in [
        Behaviour::Garbage,
        Behaviour::Closing,
        Behaviour::Half,
        Behaviour::WrongSum,
        Behaviour::AskingForEver,
        Behaviour::AnotherReader,
        Behaviour::NoCounts,
    ] {
        simulator.behave(behaviour);
        assert_eq!(known(&system, NUMBER).await, unavailable(&system), "{behaviour:?}");
        simulator.behave(Behaviour::Well);
        assert_eq!(known(&system, NUMBER).await, standing(2, 350), "after {behaviour:?}");
    }
    // What ends because nobody waits for ever.
    let impatient = ils(&IlsSettings { answer_ms: 300, ..settings.clone() });
    let patient_once = ils(&IlsSettings { patience_ms: 300, ..settings });
    for system in [impatient, patient_once] {
        for behaviour in [Behaviour::Silent, Behaviour::Slow(50)] {
            simulator.behave(behaviour);
            assert_eq!(known(&system, NUMBER).await, unavailable(&system), "{behaviour:?}");
        }
        assert_eq!(system.health().idle, 0, "a late answer reaches nobody");
    }
}

#[tokio::test]
async fn c_6_3_4_an_answer_that_was_altered_anywhere_on_the_way_is_not_believed() {
    let (simulator, _running, settings) = strict().await;
    let system = ils(&IlsSettings { failures: 1000, ..settings });
    let (mut unknown, mut place) = (0, 0);
    loop {
        simulator.behave(Behaviour::Altered(place));
        match known(&system, NUMBER).await {
            known if known == unavailable(&system) => unknown += 1,
            known => {
                assert_eq!(known, standing(2, 350), "byte {place}");
                break;
            }
        }
        place += 1;
    }
    // Up to the end of the answer, none.
    assert_eq!((unknown, place > 100), (place, true));
}

#[tokio::test]
async fn c_6_3_4_what_can_be_mended_is_mended() {
    for behaviour in [
        Behaviour::WrongSumOnce,
        Behaviour::AskingAgain,
        Behaviour::Twice,
        Behaviour::ClosingAfter,
        Behaviour::Slow(0),
    ] {
        let (simulator, _running, settings) = strict().await;
        for place in 0..5 {
            simulator.reader(&format!("F{place}"), SimReader::with(place, ""));
        }
        simulator.behave(behaviour);
        let system = ils(&settings);
        for place in 0..5 {
            assert_eq!(known(&system, &format!("F{place}")).await, standing(place, 0), "{behaviour:?}");
        }
        assert_eq!(system.health().failures, 0, "{behaviour:?}");
    }
}

#[tokio::test]
async fn a_title_that_cannot_be_had_takes_nothing_away_from_what_is_known() {
    let (simulator, _running, settings) = strict().await;
    simulator.behave(Behaviour::NoTitles);
    let system = ils(&IlsSettings { answer_ms: 300, ..settings });
    let answer = told(&system, NUMBER, Wanted::Loans).await;
    assert_eq!(answer.known, standing(2, 350));
    let loans = answer.loans.unwrap();
    assert_eq!((loans.len(), loans[1].barcode.as_str(), &loans[1].title), (2, "B0002", &None));
    assert_eq!(simulator.count(message::ITEM_INFORMATION), 1, "it is not asked about the next");
    simulator.behave(Behaviour::Well);
    let titles = told(&system, NUMBER, Wanted::Loans).await.loans.unwrap();
    assert!(titles.iter().all(|loan| loan.title.is_some()));
    assert_eq!(simulator.count(message::LOGIN), 2, "what was out of step is closed");
}

#[tokio::test]
async fn checksums_are_looked_at_as_it_is_configured() {
    for (checks, expected) in [("strict", false), ("lenient", true), ("off", true)] {
        let (simulator, _running, settings) = strict().await;
        simulator.behave(Behaviour::WrongSum);
        let system = ils(&IlsSettings { checks: checks.to_owned(), ..settings });
        assert_eq!(known(&system, NUMBER).await == standing(2, 350), expected, "{checks}");
        let asked_again = simulator.count(message::REQUEST_ACS_RESEND);
        assert_eq!(asked_again, if checks == "strict" { 2 } else { 0 }, "{checks}");
    }
}

#[tokio::test]
async fn c_6_3_4_money_that_can_not_be_read_to_the_fen_is_not_known() {
    let (simulator, _running, settings) = strict().await;
    let system = ils(&settings);
    for (written, currency, expected) in [
        ("0.29", "CNY", Some(29)),
        ("1.005", "CNY", None),
        ("3,50", "CNY", None),
        ("3.50", "RMB", Some(350)),
        ("3.50", "", Some(350)),
        ("3.50", "HKD", None),
        ("0.00", "HKD", Some(0)),
        ("-1.00", "CNY", Some(0)),
    ] {
        simulator.reader(NUMBER, SimReader { currency: currency.to_owned(), ..SimReader::with(0, written) });
        let expected = expected.map_or(unavailable(&system), |charges| standing(0, charges));
        assert_eq!(known(&system, NUMBER).await, expected, "{written} {currency}");
    }
    assert_eq!(system.health().failures, 0, "it answered each time");
    assert_eq!(simulator.most_connections(), 1);
}

/// A time that passes when it is told to.
fn hand_set() -> (Arc<AtomicU64>, impl Fn() -> Instant + Send + Sync + 'static) {
    let (millis, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let passed = Arc::clone(&millis);
    (millis, move || start + Duration::from_millis(passed.load(Ordering::SeqCst)))
}

#[tokio::test]
async fn a_system_that_fails_again_and_again_is_left_in_peace_and_tried_after_a_while() {
    let (simulator, _running, settings) = strict().await;
    let (time, now) = hand_set();
    let system = ils(&IlsSettings { failures: 3, pause_ms: 15_000, ..settings }).with_time(now);
    simulator.behave(Behaviour::Closing);
    for _ in 0..3 {
        assert_eq!(system.health().breaker, BreakerState::Closed);
        assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    }
    assert_eq!(system.health().breaker, BreakerState::Open);
    let heard = simulator.messages().len();
    for _ in 0..10 {
        assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    }
    assert_eq!(simulator.messages().len(), heard, "nobody asks");

    time.store(15_000, Ordering::SeqCst);
    assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    assert_eq!(simulator.count(message::PATRON_INFORMATION), 4, "one tries");
    assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    assert_eq!(simulator.count(message::PATRON_INFORMATION), 4);

    time.store(30_000, Ordering::SeqCst);
    simulator.behave(Behaviour::Well);
    assert_eq!(known(&system, NUMBER).await, standing(2, 350));
    assert_eq!((system.health().breaker, system.health().failures), (BreakerState::Closed, 0));
}

#[tokio::test]
async fn while_one_tries_others_are_told_at_once() {
    let (simulator, _running, settings) = strict().await;
    let (time, now) = hand_set();
    let system = ils(&IlsSettings { failures: 1, ..settings }).with_time(now);
    simulator.behave(Behaviour::Closing);
    known(&system, NUMBER).await;
    time.store(60_000, Ordering::SeqCst);
    simulator.behave(Behaviour::Waiting);
    let trying = tokio::spawn({
        let system = system.clone();
        async move { known(&system, NUMBER).await }
    });
    simulator.heard(message::PATRON_INFORMATION, 2).await;
    for _ in 0..20 {
        assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    }
    simulator.behave(Behaviour::Well);
    assert_eq!(trying.await.unwrap(), standing(2, 350));
    assert_eq!(system.health().breaker, BreakerState::Closed);
}

#[tokio::test]
async fn two_hundred_who_ask_at_once_share_the_connections_there_are() {
    let (simulator, _running, settings) = strict().await;
    let system = ils(&IlsSettings { connections: 4, ..settings });
    for place in 0..200 {
        simulator.reader(&format!("F{place}"), SimReader::with(place % 7, ""));
    }
    simulator.behave(Behaviour::Waiting);
    let mut asking = JoinSet::new();
    for place in 0..200 {
        let system = system.clone();
        asking.spawn(async move { (place, known(&system, &format!("F{place}")).await) });
    }
    simulator.heard(message::PATRON_INFORMATION, 4).await;
    assert_eq!((simulator.connections(), system.health().asking), (4, 4));
    simulator.behave(Behaviour::Well);
    while let Some(answered) = asking.join_next().await {
        let (place, known) = answered.unwrap();
        assert_eq!(known, standing(place % 7, 0), "each their own answer");
    }
    assert_eq!(simulator.most_connections(), 4);
    assert_eq!(simulator.count(message::LOGIN), 4, "connections are kept");
}

#[tokio::test]
async fn who_waits_for_a_connection_does_not_wait_for_ever() {
    let (simulator, _running, settings) = strict().await;
    let system = ils(&IlsSettings { connections: 2, wait_ms: 50, ..settings });
    simulator.behave(Behaviour::Waiting);
    let mut asking = JoinSet::new();
    for _ in 0..20 {
        let system = system.clone();
        asking.spawn(async move { known(&system, NUMBER).await });
    }
    for _ in 0..18 {
        assert_eq!(asking.join_next().await.unwrap().unwrap(), unavailable(&system));
    }
    assert_eq!(system.health().failures, 0, "that says nothing of the system");
    simulator.behave(Behaviour::Well);
    while let Some(answered) = asking.join_next().await {
        assert_eq!(answered.unwrap(), standing(2, 350));
    }
}

#[tokio::test]
async fn an_answer_to_somebody_who_went_away_reaches_nobody() {
    let (simulator, _running, settings) = strict().await;
    let system = ils(&IlsSettings { connections: 1, ..settings });
    simulator.reader("F1", SimReader::with(7, ""));
    known(&system, NUMBER).await;
    for round in 0..10 {
        simulator.behave(Behaviour::Waiting);
        let asked = simulator.count(message::PATRON_INFORMATION);
        let going = tokio::spawn({
            let system = system.clone();
            async move { known(&system, "F1").await }
        });
        simulator.heard(message::PATRON_INFORMATION, asked + 1).await;
        going.abort();
        assert!(going.await.unwrap_err().is_cancelled());
        simulator.behave(Behaviour::Well);
        assert_eq!(known(&system, NUMBER).await, standing(2, 350), "round {round}");
    }
    assert_eq!(system.health().asking, 0, "nothing is left over");
}

#[tokio::test]
async fn a_system_that_was_started_anew_is_asked_as_if_nothing_had_happened() {
    let (simulator, running, settings) = strict().await;
    let system = ils(&settings);
    assert_eq!(known(&system, NUMBER).await, standing(2, 350));
    let address = running.address;
    drop(running);
    while simulator.connections() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(known(&system, NUMBER).await, unavailable(&system), "nothing listens");
    let _running = simulator.start_on(tokio::net::TcpListener::bind(address).await.unwrap()).unwrap();
    assert_eq!(known(&system, NUMBER).await, standing(2, 350));
    assert_eq!(simulator.count(message::LOGIN), 2);
}

#[tokio::test]
async fn idle_connections_are_used_so_that_nobody_on_the_way_forgets_them() {
    let (simulator, _running, settings) = strict().await;
    // One place, so that the question waits while the connection is being kept alive.
    let system = ils(&IlsSettings { keep_alive_ms: 20, connections: 1, ..settings });
    known(&system, NUMBER).await;
    // One at the opening, and then again and again.
    simulator.heard(message::SC_STATUS, 4).await;
    assert_eq!(known(&system, NUMBER).await, standing(2, 350));
    assert_eq!((simulator.count(message::LOGIN), simulator.most_connections()), (1, 1));
}

#[tokio::test]
async fn what_it_says_of_itself_is_told_in_words() {
    let (simulator, running, settings) = strict().await;
    let system = ils(&settings);
    let survey = system.survey().await.unwrap();
    assert_eq!(survey.tells_of_readers, Some(true));
    let said = survey.to_string();
    let address = running.address;
    assert_eq!(
        said,
        format!(
            "{address} answers, logged in as yueka, in the clear; it speaks SIP 2.00 and calls itself 模拟借还系统"
        )
    );
    simulator.behave(Behaviour::Refusing);
    assert_eq!(system.survey().await, Err(Fault::LoginRefused));
    assert_eq!(known(&system, NUMBER).await, unavailable(&system));
    simulator.behave(Behaviour::OffLine);
    assert_eq!(system.survey().await, Err(Fault::OffLine));
    let wrong = ils(&IlsSettings { password: "falsch".to_owned(), ..settings });
    simulator.behave(Behaviour::Well);
    assert_eq!(wrong.survey().await, Err(Fault::LoginRefused));
}

#[tokio::test]
async fn c_6_3_4_several_systems_add_up_each_for_its_own_libraries() {
    let (first, _one, settings) = strict().await;
    let second = Simulator::new(SimOptions::default());
    second.reader(NUMBER, SimReader::with(5, "1.00"));
    let running = second.start().await.unwrap();
    let of = |name: &str, address: SocketAddr, library: &str| {
        let settings = IlsSettings {
            name: name.to_owned(),
            address: address.to_string(),
            libraries: [library]
                .iter()
                .filter(|code| !code.is_empty())
                .map(|code| (*code).to_owned())
                .collect(),
            ..settings.clone()
        };
        Arc::new(ils(&settings))
    };
    let one = of("ILAS", settings.address.parse().unwrap(), "");
    for (library, expected) in [("", Some(5)), ("FS", Some(5)), ("SD", None)] {
        let other = of("Koha", running.address, library);
        let all = Systems::new(vec![one.clone(), other]);
        let told = all.ask(&about(NUMBER, Wanted::Standing)).await;
        let loans: Vec<_> = told.iter().map(|told| (told.system.as_str(), told.known)).collect();
        let mut wanted = vec![("ILAS", standing(2, 350))];
        wanted.extend(expected.map(|loans| ("Koha", standing(loans, 100))));
        assert_eq!(loans, wanted, "{library}");
    }
    // Both are asked at the same time: the one that waits holds up the other one's question, not the asking of it.
    let all = Systems::new(vec![one, of("Koha", running.address, "")]);
    let before = (first.count(message::PATRON_INFORMATION), second.count(message::PATRON_INFORMATION));
    first.behave(Behaviour::Waiting);
    let asking = tokio::spawn(async move { all.ask(&about(NUMBER, Wanted::Standing)).await });
    first.heard(message::PATRON_INFORMATION, before.0 + 1).await;
    second.heard(message::PATRON_INFORMATION, before.1 + 1).await;
    first.behave(Behaviour::Well);
    assert_eq!(asking.await.unwrap().len(), 2);
}

#[tokio::test]
async fn c_5_1_3_tls_is_spoken_with_whom_the_certificate_names_and_with_nobody_else() {
    let issued = rcgen::generate_simple_self_signed(vec!["ilas.example.org".to_owned()]).unwrap();
    let ca = std::env::temp_dir().join(format!("yueka-ils-{}.pem", std::process::id()));
    std::fs::write(&ca, issued.cert.pem()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls::pki_types::PrivateKeyDer::try_from(issued.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let simulator = Simulator::new(SimOptions::default());
    simulator.reader(NUMBER, SimReader::with(1, ""));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = simulator.clone();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(tcp).await {
                let simulator = serving.clone();
                tokio::spawn(async move { simulator.converse(stream).await });
            }
        }
    });
    let settings = IlsSettings {
        tls: true,
        tls_name: "ilas.example.org".to_owned(),
        tls_ca: ca.clone(),
        ..settings(address)
    };
    let system = ils(&settings);
    for _ in 0..3 {
        assert_eq!(known(&system, NUMBER).await, standing(1, 0));
    }
    assert_eq!(simulator.most_connections(), 1, "a connection is used again");
    assert!(system.survey().await.unwrap().to_string().contains("by TLS"));
    let another = ils(&IlsSettings { tls_name: "koha.example.org".to_owned(), ..settings.clone() });
    assert!(matches!(another.survey().await, Err(Fault::Tls(_))));
    let browsers = ils(&IlsSettings { tls_ca: "".into(), ..settings });
    assert!(matches!(browsers.survey().await, Err(Fault::Tls(_))));
    std::fs::remove_file(ca).unwrap();
}
