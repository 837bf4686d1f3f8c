//! Requests that wait for staff of one's own libraries (4.2.1, 6.3.3); what is shown stands in the address.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::kernel::LibraryId;
use service::readers::{self, RequestFilter, Waiting};

use super::Nav;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

/// The states that can be chosen; nothing is what waits.
const STATES: [&str; 6] = ["open", "asked", "approved", "rejected", "done", "withdrawn"];
const KINDS: [&str; 2] = ["change", "referral"];

#[derive(Template)]
#[template(path = "office/requests.html")]
struct RequestsPage {
    t: Text,
    page: Page,
    nav: Nav,
    lines: Vec<(Waiting, String)>,
    count: u64,
    states: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, String)>,
    libraries: Vec<(String, String)>,
    filter: Filter,
    /// Where the next page begins.
    next: Option<String>,
    done: bool,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    library: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    done: Option<String>,
}

impl Filter {
    fn of(&self) -> RequestFilter {
        let known = |words: &[&str], word: &str| words.contains(&word).then(|| word.to_owned());
        RequestFilter {
            state: known(&STATES, &self.state),
            kind: known(&KINDS, &self.kind),
            library: self.library.parse::<LibraryId>().ok(),
            before: self.before.parse::<DateTime<Utc>>().ok(),
        }
    }
}

pub async fn show(me: SignedIn, Query(filter): Query<Filter>) -> Answer {
    let wanted = filter.of();
    let (lines, count) = me.read(async move |op| readers::requests(op, &wanted).await).await?;
    let (t, session) = (me.text(), me.session());
    let next = lines.last().filter(|_| lines.len() == 50).map(|line| line.created_at.timestamp_millis());
    let next = next
        .and_then(DateTime::from_timestamp_millis)
        .map(|at| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
    let ours = session.tree.libraries().filter(|library| {
        session.tree.covers(session.actor.scope, library.id) || library.id == session.actor.library
    });
    let page = RequestsPage {
        t,
        page: me.page(),
        nav: Nav::of(&me, "requests"),
        lines: t.with_library(&session.tree, lines, |line| line.library),
        count,
        states: STATES.map(|word| (word, t.request_state(word))).to_vec(),
        kinds: KINDS.map(|word| (word, t.request_kind(word))).to_vec(),
        libraries: ours.map(|library| (library.id.to_string(), t.library_name(library))).collect(),
        done: filter.done.is_some(),
        filter,
        next,
    };
    Ok(html(&page))
}
