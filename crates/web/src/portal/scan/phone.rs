//! The phone: the reader sees which terminal asks, and says whether it is theirs.

use askama::Template;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use service::cards::password::scan::{self, Asking, Decision};
use service::kernel::{Error, ScanId};

use super::{NEXT, browser, in_two, is_name, scan_cookie};
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::session::Reader;
use crate::session::Visit;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/scan_confirm.html")]
struct Confirm {
    t: Text,
    page: Page,
    form: Form,
    asking: Option<Seen>,
    blockers: Vec<BlockerText>,
    /// What was asked for is over, or was never there.
    gone: bool,
    /// What was just done: `done`, `refused`, or nothing.
    done: &'static str,
    locked: String,
    /// This browser was signed in by a scan itself.
    shared: bool,
}

/// A terminal as the page shows it.
struct Seen {
    id: ScanId,
    /// Without its space, for the form.
    number: String,
    /// As it is compared.
    said: String,
    library: Option<String>,
    address: String,
    browser: String,
    since: String,
}

#[derive(Deserialize)]
pub struct Scanned {
    /// What the code said.
    #[serde(default)]
    r: String,
    done: Option<String>,
    refused: Option<String>,
}

fn blank(me: &Reader) -> Confirm {
    Confirm {
        t: me.text(),
        page: me.page(),
        form: Form::default(),
        asking: None,
        blockers: Vec::new(),
        gone: false,
        done: "",
        locked: String::new(),
        shared: me.session().shared,
    }
}

fn seen(me: &Reader, asking: Asking) -> Seen {
    let t = me.text();
    Seen {
        id: asking.id,
        said: in_two(&asking.number),
        number: asking.number,
        library: asking.library.map(|id| t.library(&me.session().tree, id)),
        address: asking.address,
        browser: browser::said(t, &asking.browser),
        since: t.moment(asking.since),
    }
}

/// The code led here. Who is not signed in yet does that first, and comes back.
pub async fn show(visit: Visit, me: Result<Reader, Response>, Query(scanned): Query<Scanned>) -> Answer {
    let name = scanned.r;
    let me = match me {
        Ok(me) => me,
        Err(response) => return Ok(sign_in_first(&visit, &name, response)),
    };
    let page = blank(&me);
    if scanned.done.is_some() || scanned.refused.is_some() {
        let done = if scanned.done.is_some() { "done" } else { "refused" };
        return Ok(html_with(StatusCode::OK, &Confirm { done, ..page }));
    }
    if name.is_empty() || page.shared {
        return Ok(html_with(StatusCode::OK, &page));
    }
    match me.read(async move |op| scan::asking(op, &name).await).await? {
        Some(asking) => Ok(html_with(StatusCode::OK, &Confirm { asking: Some(seen(&me, asking)), ..page })),
        None => Ok(html_with(StatusCode::GONE, &Confirm { gone: true, ..page })),
    }
}

/// Signing in, or choosing a password, comes first; what was scanned is remembered.
fn sign_in_first(visit: &Visit, name: &str, response: Response) -> Response {
    let leads = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let Some(leads) = leads else { return response };
    let to = if leads.starts_with("/my/sign-in") { "/my/sign-in?scan" } else { leads.as_str() };
    let redirect = Redirect::to(to);
    if !is_name(name) {
        return redirect.into_response();
    }
    (CookieJar::new().add(scan_cookie(&visit.app, NEXT, name, "/my")), redirect).into_response()
}

pub async fn back() -> Redirect {
    Redirect::to("/my/scan/confirm")
}

/// Looks for the terminal whose number was typed.
pub async fn find(me: Reader, Posted(fields): Posted) -> Answer {
    let page = blank(&me);
    let number = fields.owned("scan_number");
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let again = |fields: Fields, text: String| {
        let mut form = Form::new(fields);
        form.add(page.t, "scan_number", text);
        Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &Confirm { form, ..blank(&me) }))
    };
    if digits == 0 {
        return again(fields, page.t.t("problem-missing"));
    }
    match me.try_write(None, async move |op| scan::asking_by_number(op, &number).await).await {
        Ok(Some(asking)) => {
            Ok(html_with(StatusCode::OK, &Confirm { asking: Some(seen(&me, asking)), ..page }))
        }
        Ok(None) => again(fields, page.t.t("scan-number-unknown")),
        Err(Error::TooManyTries(seconds)) => {
            let locked = page.t.a("scan-numbers-locked", &[("minutes", (seconds + 59) / 60)]);
            Ok(html_with(StatusCode::TOO_MANY_REQUESTS, &Confirm { locked, ..page }))
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn submit(me: Reader, Posted(fields): Posted) -> Answer {
    let gone = || html_with(StatusCode::GONE, &Confirm { gone: true, ..blank(&me) });
    let Ok(scan) = fields.value("scan").parse::<ScanId>() else { return Ok(gone()) };
    let decision = Decision { scan, number: fields.owned("number") };
    let (token, yes) = (me.token.clone(), fields.value("do") == "confirm");
    let decided = me
        .try_write(None, async move |op| match yes {
            true => scan::confirm(op, &token, &decision).await,
            false => scan::refuse(op, &token, &decision).await,
        })
        .await;
    match decided {
        Ok(()) => {
            let word = if yes { "done" } else { "refused" };
            Ok(Redirect::to(&format!("/my/scan/confirm?{word}=1")).into_response())
        }
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            Ok(html_with(StatusCode::CONFLICT, &Confirm { blockers, ..blank(&me) }))
        }
        Err(Error::NotFound("session")) => Ok(Redirect::to("/my/sign-in?ended").into_response()),
        Err(Error::NotFound(_)) => Ok(gone()),
        Err(error) => Err(me.failure(error)),
    }
}
