//! What waits, longest first; what is shown stands in the address.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::applications::{self, ApplicationLine, Filter as Wanted, PAGE, State};
use service::kernel::LibraryId;

use super::sign;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;
use crate::words::masked_name;

/// A line: the application, the name masked, the library, for how long it waits.
struct Line {
    line: ApplicationLine,
    name: String,
    library: String,
    age: String,
    /// Colour and sign of its state.
    sign: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "desk/applications/list.html")]
struct List {
    t: Text,
    page: Page,
    lines: Vec<Line>,
    count: u64,
    state: State,
    states: Vec<(&'static str, String)>,
    libraries: Vec<(String, String)>,
    filter: Filter,
    /// Where the next page begins.
    next: Option<String>,
    done: String,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    library: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    done: String,
}

/// The states that can be chosen; a draft is nobody's to see.
const STATES: [State; 5] = [State::Waiting, State::Asked, State::Approved, State::Rejected, State::Expired];

/// For how long something waits: minutes, hours or days.
fn age(t: Text, since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (now - since).num_minutes().max(0);
    match minutes {
        0..=89 => t.a("applications-minutes", &[("count", minutes)]),
        90..=2879 => t.a("applications-hours", &[("count", minutes / 60)]),
        _ => t.a("applications-days", &[("count", minutes / 1440)]),
    }
}

// locale-keys: applications-done-*
/// What was just done, in words.
fn done(t: Text, word: &str) -> String {
    match word {
        "approve" | "reject" | "ask" | "at_desk" => t.t(&format!("applications-done-{word}")),
        _ => String::new(),
    }
}

pub async fn show(me: SignedIn, Query(filter): Query<Filter>) -> Answer {
    let state = State::from_word(&filter.state).filter(|state| STATES.contains(state));
    let wanted = Wanted {
        state,
        library: filter.library.parse::<LibraryId>().ok(),
        from: filter.from.parse::<DateTime<Utc>>().ok(),
    };
    let (lines, count) = me.read(async move |op| applications::applications(op, &wanted).await).await?;
    let (t, session, now) = (me.text(), me.session(), me.app().service.clock().now());
    let next = lines.last().filter(|_| lines.len() == PAGE).map(|line| line.sent_at.timestamp_millis());
    let next = next
        .and_then(DateTime::from_timestamp_millis)
        .map(|at| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
    let ours = session.tree.libraries().filter(|library| {
        session.tree.covers(session.actor.scope, library.id) || library.id == session.actor.library
    });
    let shown = |line: ApplicationLine| Line {
        name: line.name.as_deref().map(masked_name).unwrap_or_default(),
        library: t.library(&session.tree, line.library),
        age: age(t, line.sent_at, now),
        sign: sign(line.state),
        line,
    };
    let list = List {
        t,
        page: me.page(),
        lines: lines.into_iter().map(shown).collect(),
        count,
        state: state.unwrap_or(State::Waiting),
        states: STATES.map(|state| (state.as_str(), t.application_state(state))).to_vec(),
        libraries: ours.map(|library| (library.id.to_string(), t.library_name(library))).collect(),
        done: done(t, &filter.done),
        filter,
        next,
    };
    Ok(html(&list))
}
