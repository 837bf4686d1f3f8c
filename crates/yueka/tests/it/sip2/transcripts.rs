//! The transcripts of docs/sip2.md, each dialect's, character by character. `YUEKA_BLESS=1` writes the answers anew.

use std::path::PathBuf;

use service::testing::on_both_databases;
use sip2::{Charset, Dialect, Message, Rules, field, message};

use super::{Line, Machines, account, lending};
use crate::circulation::books;
use crate::life::one_card;

/// The number that the page has for the card which is opened in it; in truth it is thrown.
const THROWN: &str = "440600000017";

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/sip2.md")
}

#[tokio::test]
async fn a_2_1_c_the_transcripts_of_the_page_are_what_machines_hear() {
    let page = page();
    let docs = std::fs::read_to_string(&page).unwrap();
    let bless = std::env::var_os("YUEKA_BLESS").is_some();
    let begins = |name: &str| format!("<!-- transcript: {name} -->");
    for name in Dialect::NAMES {
        assert!(docs.contains(&begins(name)), "no transcript of {name}");
    }
    let written = std::sync::Mutex::new(docs.clone());
    on_both_databases(async |house| {
        let service = lending(house);
        let machines = Machines::of(&service).await;
        books(house, 4).await;
        one_card(house, 1).await;
        let mut fresh = Vec::new();
        let mut dialect: Option<Dialect> = None;
        let mut line: Option<Line> = None;
        let mut thrown = THROWN.to_owned();
        let mut asked: Option<String> = None;
        for text in docs.lines() {
            if let Some(name) = Dialect::NAMES.into_iter().find(|name| text == begins(name)) {
                account(house, &format!("{name}-1"), name, |settings| settings.opens_cards = true).await;
                let spoken = Dialect::named(name).unwrap();
                // Until it has signed in, a machine is answered in its own charset too.
                let charset = if spoken.charset == Charset::Utf8 { Charset::Utf8 } else { Charset::Gbk };
                line = Some(Line::to(machines.address, charset).await);
                dialect = Some(spoken);
            }
            match (text.strip_prefix("→ "), text.strip_prefix("← "), &mut line) {
                (Some(said), _, Some(line)) => {
                    let heard = line.say(&said.replace(THROWN, &thrown)).await;
                    let read = Message::parse(&heard, Rules::Tolerant).unwrap();
                    if read.code() == message::OPEN_CARD_RESPONSE && read.succeeded() == Some(true) {
                        thrown = read.get(field::PATRON).unwrap().to_owned();
                    }
                    asked = Some(heard.replace(&thrown, THROWN));
                    fresh.push(text.to_owned());
                }
                (_, Some(expected), Some(_)) => {
                    let heard = asked.take().unwrap();
                    if !bless {
                        assert_eq!(heard, expected, "{dialect:?}");
                    }
                    fresh.push(format!("← {heard}"));
                }
                _ => fresh.push(text.to_owned()),
            }
        }
        *written.lock().unwrap() = fresh.join("\n") + "\n";
        drop(line);
        machines.end().await;
    })
    .await;
    if bless {
        std::fs::write(page, written.into_inner().unwrap()).unwrap();
    }
}

#[test]
fn a_2_1_c_the_dialect_that_the_page_shows_can_be_read() {
    let docs = std::fs::read_to_string(page()).unwrap();
    let begin = docs.find("[[sip2.dialects]]").unwrap();
    let (table, _) = docs[begin..].split_once("```").unwrap();
    let table: toml::Table = toml::from_str(table).unwrap();
    let shown: Dialect = table["sip2"]["dialects"][0].clone().try_into().unwrap();
    assert_eq!(shown.name, "our-gates");
    assert_eq!((shown.charset, shown.due), (Charset::Gb18030, sip2::Due::Digits));
    assert_eq!(shown.shapes[0].rename, [(field::FEE_AMOUNT, field::HOLD_QUEUE_LENGTH)]);
    // What it does not say is as in the protocol.
    assert!(!shown.all_lists && shown.joined.is_none());
}
