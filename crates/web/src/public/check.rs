//! Which card can I get, and what do I bring? Two questions, answered by the rules that open cards. Nothing is asked that says who it is, so
//! the answer may stand in an address.

use askama::Template;
use axum::extract::Query;
use documents::DocumentKind;
use serde::Deserialize;
use service::kernel::{CardKind, Channel};
use service::promotion::{self, Advice, Bring};
use service::readers::ADULT_FROM;

use super::card::{Door, door};
use super::{Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;
use crate::words::BlockerText;

/// What was answered.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    document: String,
    #[serde(default)]
    age: String,
}

#[derive(Template)]
#[template(path = "public/check.html")]
struct Check {
    t: Text,
    page: Page,
    here: &'static str,
    written: Option<Written>,
    kinds: Vec<(&'static str, String)>,
    asked: Asked,
    /// Whether an answer is missing.
    missing: bool,
    answer: Option<Told>,
}

/// The answer.
struct Told {
    document: String,
    minor: bool,
    cards: Vec<CardTold>,
    bring: Vec<String>,
    /// Kinds of card that they can't have, and why.
    not: Vec<(String, Vec<BlockerText>)>,
    /// Doors at which they get none, and why.
    shut: Vec<(String, Vec<BlockerText>)>,
}

/// A kind of card that they can have.
struct CardTold {
    word: &'static str,
    name: String,
    what: String,
    doors: Vec<Door>,
}

// locale-keys: check-card-*
// locale-keys: check-bring-*
fn told(t: Text, document: DocumentKind, age: i32, offered: &[Channel]) -> Told {
    let advice = promotion::advise(document, age);
    let card = |kind: &CardKind| CardTold {
        word: kind.as_str(),
        name: t.public_card(*kind),
        what: t.t(&format!("check-card-{kind}")),
        doors: advice
            .doors(*kind)
            .filter(|door| offered.contains(door))
            .map(|channel| door(t, channel))
            .collect(),
    };
    let words =
        |blockers: &[service::kernel::Blocker]| blockers.iter().map(|blocker| t.blocker(blocker)).collect();
    let Advice { kinds, bring, not, shut, .. } = &advice;
    let bring_words = |bring: &Bring| match bring {
        Bring::Document => t.a("check-bring-document", &[("document", t.document_kind(document))]),
        other => t.t(&format!("check-bring-{}", other.as_str())),
    };
    Told {
        document: t.document_kind(document),
        minor: age < ADULT_FROM,
        cards: kinds.iter().map(card).collect(),
        bring: bring.iter().map(bring_words).collect(),
        not: not.iter().map(|(kind, why)| (t.public_card(*kind), words(why))).collect(),
        shut: shut
            .iter()
            .filter(|(door, _)| offered.contains(door))
            .map(|(door, why)| (t.door(*door), words(why)))
            .collect(),
    }
}

pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let offered = read(&visit, promotion::doors_offered).await?;
    let age = match asked.age.as_str() {
        "minor" => Some(ADULT_FROM - 1),
        "adult" => Some(ADULT_FROM),
        _ => None,
    };
    let document = asked.document.parse::<DocumentKind>().ok();
    let answer = document.zip(age).map(|(document, age)| told(t, document, age, &offered));
    let written = written(&visit, t, None, "check").await?;
    let check = Check {
        t,
        page,
        here: "check",
        written,
        kinds: DocumentKind::ALL.map(|kind| (kind.as_str(), t.document_kind(kind))).to_vec(),
        missing: answer.is_none() && !(asked.document.is_empty() && asked.age.is_empty()),
        asked,
        answer,
    };
    Ok(html(&check))
}
