//! The terminal: it shows a code, waits, and is signed in once a phone has confirmed it.

use askama::Template;
use axum::Json;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde_json::json;
use service::cards::password::scan::{self, Shown, State, Terminal};
use service::cards::password::{ReaderSignedIn, SHARED_IDLE_MINUTES};
use service::kernel::{Actor, Blocker, Error};

use super::{SECRET, browser, confirm_path, cookie_of, in_two, scan_cookie};
use crate::address::Address;
use crate::codes::Squares;
use crate::form::Posted;
use crate::i18n::Text;
use crate::origin::origin;
use crate::page::{Answer, Page, html, html_with};
use crate::portal::next::next;
use crate::portal::session::Halfway;
use crate::portal::visitors_page;
use crate::session::{READER, Visit, cookie};
use crate::words::BlockerText;

/// The pages that the cookie of a terminal is sent to.
const PATH: &str = "/my/scan";

#[derive(Template)]
#[template(path = "portal/scan.html")]
struct ScanPage {
    t: Text,
    page: Page,
    /// What is shown; none before somebody asks for a code.
    code: Option<Code>,
    /// The last code ended: it was not confirmed in time.
    over: bool,
    /// Somebody said on their phone that this is not their terminal.
    refused: bool,
    /// Why a code that was confirmed signs nobody in.
    blockers: Vec<BlockerText>,
    /// Why there is no code, or nothing.
    locked: String,
    idle_minutes: i64,
    /// Whether the page is to look again by itself: a phone has confirmed it, or may.
    waits: bool,
}

/// A code that waits for a phone.
struct Code {
    squares: Option<Squares>,
    number: String,
    /// The address to type, where the phone can't scan.
    address: String,
    seconds: i64,
}

async fn blank(visit: &Visit) -> ScanPage {
    let page = visitors_page(visit).await;
    ScanPage {
        t: page.t,
        page,
        code: None,
        over: false,
        refused: false,
        blockers: Vec::new(),
        locked: String::new(),
        idle_minutes: SHARED_IDLE_MINUTES,
        waits: false,
    }
}

/// What the terminal waits for, if for anything.
async fn waiting(visit: &Visit) -> Result<Option<Shown>, Error> {
    let Some(secret) = cookie_of(visit, SECRET) else { return Ok(None) };
    visit.app.service.read(Actor::nobody(), async move |op| scan::shown(op, &secret).await).await
}

fn seconds_left(visit: &Visit, shown: &Shown) -> i64 {
    (shown.until - visit.app.service.clock().now()).num_seconds().max(0)
}

pub async fn show(
    visit: Visit,
    me: Result<Halfway, Response>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Answer {
    if me.is_ok() {
        return Ok(Redirect::to("/my").into_response());
    }
    let shown = waiting(&visit).await.map_err(|error| visit.failure(error))?;
    let page = blank(&visit).await;
    let Some(shown) = shown else {
        let over = query.as_deref() == Some("over");
        return Ok(html(&ScanPage { over, ..page }));
    };
    match shown.state {
        State::Open => {
            let origin = origin(&visit.app.options, &visit.headers).unwrap_or_default();
            let squares = Squares::of(&[&origin, confirm_path(&shown.name).as_str()].concat());
            let code = Code {
                squares: squares.filter(|_| !origin.is_empty()),
                number: in_two(&shown.number),
                address: [origin.split("://").last().unwrap_or_default(), "/my/scan/confirm"].concat(),
                seconds: seconds_left(&visit, &shown),
            };
            Ok(html(&ScanPage { code: Some(code), waits: true, ..page }))
        }
        State::Confirmed => pick_up(visit, jar, page).await,
        State::Refused => {
            Ok((forget(&visit, jar), html(&ScanPage { refused: true, ..page })).into_response())
        }
        State::Over => Ok((forget(&visit, jar), html(&ScanPage { over: true, ..page })).into_response()),
    }
}

/// The browser has nothing to pick up any more.
fn forget(visit: &Visit, jar: CookieJar) -> CookieJar {
    jar.remove(scan_cookie(&visit.app, SECRET, "", PATH))
}

async fn pick_up(visit: Visit, jar: CookieJar, page: ScanPage) -> Answer {
    let secret = cookie_of(&visit, SECRET).unwrap_or_default();
    let picked: Result<Result<ReaderSignedIn, Blocker>, Error> =
        visit.app.service.write(Actor::nobody(), async move |op| scan::pick_up(op, &secret).await).await;
    let jar = forget(&visit, jar);
    match picked {
        Ok(Ok(signed_in)) => {
            let jar = jar.add(cookie(&visit.app, READER, &signed_in.token));
            if signed_in.must_change {
                return Ok((jar, Redirect::to("/my/password")).into_response());
            }
            let (jar, to) = next(&visit, jar);
            Ok((jar, Redirect::to(to.as_deref().unwrap_or("/my"))).into_response())
        }
        Ok(Err(blocker)) => {
            let blockers = vec![page.t.blocker(&blocker)];
            Ok((jar, html_with(StatusCode::CONFLICT, &ScanPage { blockers, ..page })).into_response())
        }
        // Another page of this browser was faster, or a moment too late.
        Err(Error::NotFound(_)) => Ok((jar, html(&ScanPage { over: true, ..page })).into_response()),
        Err(error) => Err(visit.failure(error)),
    }
}

/// Asks for a code.
pub async fn ask(visit: Visit, Address(address): Address, jar: CookieJar, _: Posted) -> Answer {
    let terminal = Terminal { address, browser: browser::words(&visit.headers) };
    let earlier = cookie_of(&visit, SECRET);
    let begun = visit
        .app
        .service
        .write(Actor::nobody(), async move |op| scan::begin(op, &terminal, earlier.as_deref()).await)
        .await;
    match begun {
        Ok(started) => {
            let jar = jar.add(scan_cookie(&visit.app, SECRET, &started.secret, PATH));
            Ok((jar, Redirect::to(PATH)).into_response())
        }
        Err(Error::TooManyTries(seconds)) => {
            let page = blank(&visit).await;
            let locked = page.t.a("scan-too-many", &[("minutes", (seconds + 59) / 60)]);
            Ok(html_with(StatusCode::TOO_MANY_REQUESTS, &ScanPage { locked, ..page }))
        }
        Err(error) => Err(visit.failure(error)),
    }
}

/// How it stands, for the page that waits: one word, and how long there is still time.
pub async fn state(visit: Visit) -> Answer {
    let shown = waiting(&visit).await.map_err(|error| visit.failure(error))?;
    let (state, seconds) =
        shown.map_or((State::Over, 0), |shown| (shown.state, seconds_left(&visit, &shown)));
    Ok(Json(json!({ "state": state.as_str(), "seconds": seconds })).into_response())
}
