//! The transcripts of docs/sip2.md, each dialect's, character by character. `YUEKA_BLESS=1` writes the answers anew.

use std::path::PathBuf;

use service::testing::on_both_databases;
use sip2::{Charset, Dialect, Message, Rules, Sum, check_sum, field, message, sum_of_bytes};

use super::{Line, Machines, account, lending};
use crate::circulation::books;
use crate::life::one_card;

/// The number that the page has for the card which is opened in it; in truth it is thrown.
const THROWN: &str = "440600000017";

/// With the number of the page, and the checksum that fits it.
fn as_on_the_page(heard: &str, thrown: &str, charset: Charset) -> String {
    let written = heard.replace(thrown, THROWN);
    match written.rsplit_once("AZ") {
        Some((text, sum)) if sum.len() == 4 => {
            let bytes = charset.encode(heard);
            assert!(check_sum(&bytes, heard, Sum::Bytes).is_right(), "{heard}");
            let text = format!("{text}AZ");
            format!("{text}{:04X}", sum_of_bytes(&charset.encode(&text)))
        }
        _ => written,
    }
}

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
                    asked = Some(as_on_the_page(&heard, &thrown, line.charset));
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
