//! What surrounds each question: where the kiosk stands, the steps, the bar below; and the page that says what went wrong.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Clock, Error, local_time};
use service::kiosk::{self, End, Stage};
use service::libraries::ServicePointKind;

use super::at::At;
use crate::i18n::Text;
use crate::page::{Page, html_with};

/// Seconds without a touch after which everything is wiped (5.3).
const IDLE: u32 = 40;

/// What the layout shows.
#[derive(Clone, Debug)]
pub struct Screen {
    pub page: Page,
    pub library: String,
    pub point: String,
    pub steps: Vec<Step>,
    /// Whether somebody stands there: then there is a way back, and quiet wipes them.
    pub somebody: bool,
    pub idle: u32,
    /// `none`, `called` or `coming`.
    pub call: &'static str,
    pub call_text: String,
    /// Where the desk is.
    pub desk: Desk,
    /// Whether the browser may print.
    pub printer: bool,
}

/// A step of the line on top.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub number: usize,
    pub done: bool,
    pub now: bool,
}

/// Where people are served.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The names of the library's desks.
    pub names: Vec<String>,
    pub phone: String,
    pub hours: String,
}

const STEPS: [&str; 6] = [
    "kiosk-step-language",
    "kiosk-step-document",
    "kiosk-step-notice",
    "kiosk-step-phone",
    "kiosk-step-password",
    "kiosk-step-done",
];
/// Where the document says that there is no card to open.
const SHORT: [&str; 3] = ["kiosk-step-language", "kiosk-step-document", "kiosk-step-result"];

/// The words of the steps, and how far somebody is.
// locale-keys: kiosk-step-*
fn steps(t: Text, somebody: Option<&kiosk::Visit>) -> Vec<Step> {
    let (keys, now): (&[&str], usize) = match somebody.map(|somebody| (somebody.stage(), somebody.end())) {
        None => (&STEPS, 0),
        Some((Stage::Document, _)) => (&STEPS, 1),
        Some((Stage::Notice, _)) => (&STEPS, 2),
        Some((Stage::Phone, _)) => (&STEPS, 3),
        Some((Stage::Password, _)) => (&STEPS, 4),
        Some((Stage::End, Some(End::Opened { .. }) | None)) => (&STEPS, STEPS.len()),
        Some((Stage::End, _)) => (&SHORT, SHORT.len() - 1),
    };
    let step = |(place, key): (usize, &&str)| Step {
        name: t.t(key),
        number: place + 1,
        done: place < now,
        now: place == now,
    };
    keys.iter().enumerate().map(step).collect()
}

// locale-keys: kiosk-call-*
/// Whether staff are called, in words.
pub fn call_text(t: Text, at: &At) -> (&'static str, String) {
    match at.called {
        None => ("none", String::new()),
        Some((since, false)) => ("called", t.a("kiosk-call-called", &[("time", t.clock(since))])),
        Some((_, true)) => ("coming", t.t("kiosk-call-coming")),
    }
}

impl Screen {
    pub fn new(at: &At) -> Self {
        let (t, kiosk) = (at.text(), &at.kiosk);
        let library = kiosk.tree.library(kiosk.point.library);
        let desks = kiosk
            .tree
            .points_under(kiosk.point.library)
            .filter(|point| point.library == kiosk.point.library && point.kind == ServicePointKind::Desk);
        let (call, call_text) = call_text(t, at);
        Self {
            page: at.page(),
            library: t.library(&kiosk.tree, kiosk.point.library),
            point: kiosk.point.name.clone(),
            steps: steps(t, at.somebody.as_ref()),
            somebody: at.somebody.is_some(),
            idle: IDLE,
            call,
            call_text,
            desk: Desk {
                names: desks.map(|point| point.name.clone()).collect(),
                phone: library.map(|library| library.phone.clone()).unwrap_or_default(),
                hours: library.map(|library| library.hours.clone()).unwrap_or_default(),
            },
            printer: at.printer,
        }
    }
}

#[derive(Template)]
#[template(path = "kiosk/problem.html")]
pub struct Problem {
    t: Text,
    screen: Screen,
    title: String,
    what: String,
    /// The number to tell technical support.
    number: String,
    moment: String,
}

impl Problem {
    /// The page for an error of the house.
    pub fn of(at: &At, error: Error) -> Response {
        let t = at.text();
        let (status, title, what, number) = match error {
            Error::TooManyTries(_) => {
                tracing::warn!(point = at.kiosk.point.code, "a kiosk has reached its limit");
                (StatusCode::TOO_MANY_REQUESTS, "kiosk-limit", "kiosk-limit-what", String::new())
            }
            Error::Busy | Error::Raced | Error::AskFirst(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "kiosk-busy", "kiosk-busy-what", String::new())
            }
            error => {
                tracing::error!(%error, "internal fault");
                let number = at.visit.request.clone();
                (StatusCode::INTERNAL_SERVER_ERROR, "kiosk-fault", "kiosk-fault-what", number)
            }
        };
        // locale-keys: kiosk-limit*
        // locale-keys: kiosk-busy*
        // locale-keys: kiosk-fault*
        let page = Self {
            t,
            screen: at.screen(),
            title: t.t(title),
            what: t.t(what),
            number,
            moment: local_time(Clock::system().now()),
        };
        html_with(status, &page)
    }
}
