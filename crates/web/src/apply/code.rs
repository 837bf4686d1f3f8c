//! The code that was sent to the phone.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::applications::{self, Confirmed, State};
use service::kernel::Error;

use super::{Trouble, applicant, ended, seen, steps, token};
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::portal::visitors_page;
use crate::session::Visit;
use crate::words::Step;

#[derive(Template)]
#[template(path = "apply/code.html")]
struct Code {
    t: Text,
    page: Page,
    form: Form,
    steps: Vec<Step>,
    /// The phone, masked.
    phone: String,
    wait: String,
    again: bool,
}

#[derive(Template)]
#[template(path = "apply/holds.html")]
struct Holds {
    t: Text,
    page: Page,
}

async fn page(visit: &Visit, trouble: Trouble, again: bool) -> Answer {
    let Some(seen) = seen(visit).await? else { return Ok(ended()) };
    if seen.state != State::Draft {
        return Ok(Redirect::to("/apply/status").into_response());
    }
    if seen.phone_proven {
        return Ok(Redirect::to("/apply/photos").into_response());
    }
    let page = visitors_page(visit).await;
    let t = page.t;
    let Trouble { form, wait, status, seconds, .. } = trouble;
    let code = Code { t, page, form, steps: steps(t, 3), phone: seen.phone, wait, again };
    Ok(Trouble::answer(seconds, html_with(status, &code)))
}

pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Answer {
    page(&visit, Trouble::none(Fields::default()), query.as_deref() == Some("again")).await
}

pub async fn back() -> Redirect {
    Redirect::to("/apply/code")
}

pub async fn submit(
    visit: Visit,
    Address(address): Address,
    jar: CookieJar,
    Posted(fields): Posted,
) -> Answer {
    let confirmed =
        applications::confirm(&visit.app.service, &token(&visit), fields.value("code"), &address).await;
    match confirmed {
        Ok(Confirmed::Photos) => Ok(Redirect::to("/apply/photos").into_response()),
        Ok(Confirmed::Known) => Ok(Redirect::to("/apply/status").into_response()),
        Ok(Confirmed::HoldsCard) => {
            let jar = jar.remove(applicant(&visit, ""));
            Ok((jar, Redirect::to("/apply/holds")).into_response())
        }
        Err(Error::NotFound(_)) => Ok(ended()),
        Err(error) => page(&visit, Trouble::of(&visit, fields, error)?, false).await,
    }
}

pub async fn again(visit: Visit, Address(address): Address, Posted(fields): Posted) -> Answer {
    match applications::send_code_again(&visit.app.service, &token(&visit), &address).await {
        Ok(()) => Ok(Redirect::to("/apply/code?again").into_response()),
        Err(Error::NotFound(_)) => Ok(ended()),
        Err(error) => page(&visit, Trouble::of(&visit, fields, error)?, false).await,
    }
}

/// For who holds a card, and has shown so by their phone.
pub async fn holds(visit: Visit) -> Response {
    let page = visitors_page(&visit).await;
    html(&Holds { t: page.t, page })
}
