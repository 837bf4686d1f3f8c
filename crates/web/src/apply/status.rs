//! How far an application is: in the browser that it was sent from, or anywhere by its number and a code to its phone.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::applications::{self, State};
use service::cards::grouped;
use service::kernel::{Actor, CodeId, Error};
use service::libraries;

use super::{Trouble, applicant, seen};
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::Visit;

#[derive(Template)]
#[template(path = "apply/status.html")]
struct Status {
    t: Text,
    page: Page,
    number: String,
    state: State,
    library: String,
    reason: String,
    note: Option<String>,
    until: String,
    /// The number of the card, in groups.
    card: String,
    sent_at: String,
}

#[derive(Template)]
#[template(path = "apply/find.html")]
struct Find {
    t: Text,
    page: Page,
    form: Form,
    wait: String,
    ended: bool,
}

#[derive(Template)]
#[template(path = "apply/find_code.html")]
struct FindCode {
    t: Text,
    page: Page,
    form: Form,
    /// What the code is referred to by.
    id: String,
    wait: String,
}

async fn find(visit: &Visit, trouble: Trouble, ended: bool) -> Response {
    let page = visitors_page(visit).await;
    let Trouble { form, wait, status, seconds, .. } = trouble;
    Trouble::answer(seconds, html_with(status, &Find { t: page.t, page, form, wait, ended }))
}

pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Answer {
    let Some(seen) = seen(&visit).await? else {
        let ended = query.as_deref() == Some("ended");
        return Ok(find(&visit, Trouble::none(Fields::default()), ended).await);
    };
    if seen.state == State::Draft {
        let next = if seen.phone_proven { "/apply/photos" } else { "/apply/code" };
        return Ok(Redirect::to(next).into_response());
    }
    let page = visitors_page(&visit).await;
    let t = page.t;
    let tree = visit.app.service.read(Actor::nobody(), async move |op| libraries::tree(op).await).await;
    let tree = tree.map_err(|error| visit.failure(error))?;
    Ok(html(&Status {
        t,
        page,
        number: seen.number,
        state: seen.state,
        library: t.library(&tree, seen.library),
        reason: seen.reason.map(|reason| t.application_reason(reason)).unwrap_or_default(),
        note: seen.note,
        until: seen.answer_until.map(|until| t.day(until)).unwrap_or_default(),
        card: seen.card.map(|card| grouped(&card.number)).unwrap_or_default(),
        sent_at: seen.sent_at.map(|at| t.time(at)).unwrap_or_default(),
    }))
}

pub async fn ask(visit: Visit, Address(address): Address, Posted(fields): Posted) -> Answer {
    match applications::ask_status_code(&visit.app.service, fields.value("application"), &address).await {
        Ok(id) => code_page(&visit, id.to_string(), Trouble::none(Fields::default())).await,
        Err(error) => Ok(find(&visit, Trouble::of(&visit, fields, error)?, false).await),
    }
}

async fn code_page(visit: &Visit, id: String, trouble: Trouble) -> Result<Response, Failure> {
    let page = visitors_page(visit).await;
    let Trouble { form, wait, status, seconds, .. } = trouble;
    Ok(Trouble::answer(seconds, html_with(status, &FindCode { t: page.t, page, form, id, wait })))
}

pub async fn back() -> Redirect {
    Redirect::to("/apply/status")
}

pub async fn enter(
    visit: Visit,
    Address(address): Address,
    jar: CookieJar,
    Posted(fields): Posted,
) -> Answer {
    let id = fields.owned("code_id");
    let Ok(known) = id.parse::<CodeId>() else { return Ok(back().await.into_response()) };
    let code = fields.owned("code");
    match applications::enter_status_code(&visit.app.service, known, &code, &address).await {
        Ok(token) => {
            let jar = jar.add(applicant(&visit, &token));
            Ok((jar, Redirect::to("/apply/status")).into_response())
        }
        Err(error @ (Error::Invalid(_) | Error::TooManyTries(_))) => {
            code_page(&visit, id, Trouble::of(&visit, fields, error)?).await
        }
        Err(error) => Err(visit.failure(error)),
    }
}

/// Somebody else has the phone next.
pub async fn leave(visit: Visit, jar: CookieJar, _: Posted) -> Response {
    let jar = jar.remove(applicant(&visit, ""));
    (jar, Redirect::to("/apply")).into_response()
}
