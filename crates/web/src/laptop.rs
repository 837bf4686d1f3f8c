//! The laptop of a mobile card point (6.5): the pages of a desk without network, and no others; and the list of what was opened on it.

use std::net::{IpAddr, Ipv6Addr};

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use service::kernel::{Error, Right};
use service::points::{LaptopEntry, OpeningState};

use crate::App;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::problem;
use crate::session::SignedIn;
use crate::words::masked_name;

/// The page of its openings.
pub fn router() -> Router<App> {
    Router::new().route("/point", get(show))
}

/// What a point without network does: open cards, find those that it opened, print.
const PAGES: [&str; 12] = [
    "/",
    "/sign-in",
    "/sign-out",
    "/service-point",
    "/preferences",
    "/desk",
    "/desk/find",
    "/desk/open",
    "/desk/form",
    "/point",
    "/help",
    "/healthz",
];
/// And what lies under these.
const UNDER: [&str; 2] = ["/assets/", "/desk/open/"];

fn is_of_laptop(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    PAGES.contains(&path)
        || UNDER.iter().any(|under| path.starts_with(under))
        || matches!(
            parts.as_slice(),
            ["desk", "readers", _] | ["desk", "cards", _, "done" | "slip"] | ["desk", "readers", _, "form"]
        )
}

/// Whether a host, with a port or without, is this computer by an address of its own or as `localhost`.
fn is_this_computer(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    match name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: IpAddr| address.is_ipv4() && address.is_loopback())
        }
    }
}

/// Whether a request names this computer. A page of the web whose name was made to lead here names itself: the browser would let it read
/// what the desk shows (DNS rebinding).
fn asks_this_computer(request: &Request) -> bool {
    let authority = request.uri().authority().map(|authority| Some(authority.as_str()));
    let hosts = request.headers().get_all(header::HOST).iter().map(|host| host.to_str().ok());
    let mut named = authority.into_iter().chain(hosts).peekable();
    named.peek().is_some() && named.all(|host| host.is_some_and(is_this_computer))
}

/// On a laptop every other page is none, and only this computer is answered; elsewhere nothing is different.
pub async fn only_its_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(laptop) = app.service.laptop().cloned() else { return next.run(request).await };
    if !asks_this_computer(&request) {
        return (StatusCode::MISDIRECTED_REQUEST, "the desk of a mobile point is at 127.0.0.1 only\n")
            .into_response();
    }
    let path = request.uri().path();
    if !path.starts_with("/assets/")
        && let Err(error) = laptop.see_whether_over().await
    {
        // The page is shown all the same; opening a card looks again, and fails there.
        tracing::error!(%error, "whether the point is over can't be read");
    }
    if is_of_laptop(path) {
        return next.run(request).await;
    }
    problem::no_such_page_for(app, request).await
}

#[derive(Template)]
#[template(path = "desk/point.html")]
struct Openings {
    t: Text,
    page: Page,
    rows: Vec<Row>,
    valid_until: String,
    over: bool,
    server: String,
    counts: [(String, usize); 3],
}

struct Row {
    at: String,
    name: String,
    number: String,
    kind: String,
    state: &'static str,
    word: String,
    sign: &'static str,
    why: String,
}

// locale-keys: laptop-state-*
fn row(me: &SignedIn, entry: &LaptopEntry) -> Row {
    let t = me.text();
    let (state, word, sign) = match entry.state() {
        None => ("warning", "waits", "attention"),
        Some(OpeningState::Accepted) => ("active", "accepted", "done"),
        Some(OpeningState::Conflict) => ("refused", "conflict", "refused"),
        Some(OpeningState::Settled) => ("active", "settled", "done"),
    };
    let reasons = entry.answer.iter().flat_map(|answer| &answer.reasons);
    let why: Vec<String> = reasons.map(|code| t.opening_reason(code)).collect();
    Row {
        at: t.time(entry.opening.at),
        name: masked_name(entry.opening.name()),
        number: entry.opening.number.clone(),
        kind: t.card_kind(entry.opening.request().kind),
        state,
        word: t.t(&["laptop-state-", word].concat()),
        sign,
        why: why.join(t.t("comma").as_str()),
    }
}

/// What was opened on this laptop, the latest first, and what the house said to it.
async fn show(me: SignedIn) -> Answer {
    me.require(Right::OpenCards)?;
    let Some(laptop) = me.app().service.laptop().cloned() else {
        return Ok(Redirect::to("/desk").into_response());
    };
    let entries = laptop.openings().await.map_err(|error: Error| me.failure(error))?;
    let t = me.text();
    let count = |wanted: Option<OpeningState>| entries.iter().filter(|entry| entry.state() == wanted).count();
    let counts = [
        (t.t("laptop-state-waits"), count(None)),
        (t.t("laptop-state-accepted"), count(Some(OpeningState::Accepted))),
        (t.t("laptop-state-conflict"), count(Some(OpeningState::Conflict))),
    ];
    Ok(html(&Openings {
        t,
        page: me.page(),
        rows: entries.iter().rev().map(|entry| row(&me, entry)).collect(),
        valid_until: t.time(laptop.package().valid_until),
        over: laptop.standing().over,
        server: laptop.package().server.clone(),
        counts,
    }))
}

impl Text {
    /// Why an opening was held back: a code of a blocker, or a field that can't be taken.
    // locale-keys: blocker-*
    pub fn opening_reason(&self, code: &str) -> String {
        match code.strip_prefix("field:") {
            Some(field) => self.a("points-field-not-taken", &[("field", self.field(field))]),
            None => self.a(&format!("blocker-{code}"), &[("count", "")]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_of_laptop, is_this_computer};

    #[test]
    fn c_6_5_a_laptop_answers_who_names_this_computer() {
        for host in ["127.0.0.1", "127.0.0.1:8090", "localhost", "LOCALHOST:8090", "[::1]", "[::1]:8090"] {
            assert!(is_this_computer(host), "{host}");
        }
        for host in [
            "",
            ":8090",
            "card.example.org",
            "card.example.org:8090",
            "127.0.0.1.example.org",
            "localhost.example.org:8090",
            "[::2]:8090",
            "::1",
            "10.0.0.1:8090",
            "localhost:x",
            "127.0.0.1@example.org",
        ] {
            assert!(!is_this_computer(host), "{host}");
        }
    }

    #[test]
    fn c_6_5_a_laptop_has_the_pages_of_a_point_and_no_others() {
        for page in
            ["/desk", "/desk/open/form", "/desk/cards/1/slip", "/desk/readers/1", "/assets/css/base.css"]
        {
            assert!(is_of_laptop(page), "{page}");
        }
        for page in [
            "/office",
            "/my",
            "/apply",
            "/kiosk",
            "/api/v1/cards",
            "/desk/readers/1/reveal",
            "/desk/cards/1/cancel",
        ] {
            assert!(!is_of_laptop(page), "{page}");
        }
    }
}
