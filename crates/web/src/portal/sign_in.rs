//! Number and password of a reader (A.2.2, A.2.3).

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::password::{reader_sign_out, sign_in};
use service::kernel::{Actor, Error};
use service::libraries;

use super::next::{self, next};
use super::session::token;
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::{READER, Visit, cookie};
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignIn {
    t: Text,
    page: Page,
    form: Form,
    /// Why it did not work, or nothing.
    refused: String,
    /// Why a card does not work, for who knows its password.
    blockers: Vec<BlockerText>,
    /// What just happened, in words.
    done: String,
}

/// The page for somebody who is not signed in, with the name of the federation.
pub async fn visitors_page(visit: &Visit) -> Page {
    visitors_page_in(visit, visit.text()).await
}

/// The same in a language that is known otherwise.
pub async fn visitors_page_in(visit: &Visit, t: Text) -> Page {
    let mut page = Page::new(visit, t, None);
    let tree = visit.app.service.read(Actor::nobody(), async move |op| libraries::tree(op).await).await;
    if let Some(root) = tree.ok().as_ref().and_then(|tree| tree.root()) {
        page.federation = page.t.library_name(root);
    }
    page
}

async fn sign_in_page(visit: &Visit, number: &str) -> SignIn {
    let page = visitors_page(visit).await;
    let mut fields = Fields::default();
    fields.set("number", number);
    SignIn {
        t: page.t,
        page,
        form: Form::new(fields),
        refused: String::new(),
        blockers: Vec::new(),
        done: String::new(),
    }
}

pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let t = visit.text();
    let done = match query.as_deref() {
        Some("ended") => t.t("my-session-ended"),
        Some("changed") => t.t("my-password-chosen"),
        Some("sign-on") => t.t("sign-on-sign-in-first"),
        Some("scan") => t.t("scan-sign-in-first"),
        _ => String::new(),
    };
    html(&SignIn { done, ..sign_in_page(&visit, "").await })
}

pub async fn submit(visit: Visit, Address(address): Address, jar: CookieJar, Posted(form): Posted) -> Answer {
    let t = visit.text();
    let (number, password) = (form.owned("number"), form.owned("password"));
    match sign_in(&visit.app.service, &number, &password, &address).await {
        Ok(signed_in) => {
            let jar = jar.add(cookie(&visit.app, READER, &signed_in.token));
            // What a scan or a platform asked for waits until the password is changed.
            if signed_in.must_change {
                return Ok((jar, Redirect::to("/my/password")).into_response());
            }
            let (jar, to) = next(&visit, jar);
            Ok((jar, Redirect::to(to.as_deref().unwrap_or("/my"))).into_response())
        }
        Err(Error::SignInRefused) => {
            let refused = t.t("my-sign-in-refused");
            let page = SignIn { refused, ..sign_in_page(&visit, &number).await };
            Ok(html_with(StatusCode::FORBIDDEN, &page))
        }
        Err(Error::TooManyTries(seconds)) => {
            let refused = t.a("my-locked", &[("minutes", (seconds + 59) / 60)]);
            let page = SignIn { refused, ..sign_in_page(&visit, &number).await };
            Ok(html_with(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(Error::Refused(blockers)) => {
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            let page = SignIn { blockers, ..sign_in_page(&visit, &number).await };
            Ok(html_with(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(visit.failure(error)),
    }
}

pub async fn sign_out(visit: Visit, jar: CookieJar, _: Posted) -> Answer {
    if let Some(token) = token(&visit) {
        let done =
            visit.app.service.write(Actor::nobody(), async move |op| reader_sign_out(op, &token).await);
        done.await.map_err(|error| visit.failure(error))?;
    }
    let jar = next::forget(&visit, jar.remove(cookie(&visit.app, READER, "")));
    Ok((jar, Redirect::to("/my/sign-in")).into_response())
}
