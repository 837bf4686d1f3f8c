//! Name and password.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::kernel::{Actor, Error};
use service::{libraries, staff};

use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::{SESSION, Visit, cookie};

#[derive(Template)]
#[template(path = "desk/sign_in.html")]
struct SignIn {
    t: Text,
    page: Page,
    form: Form,
    /// Why it did not work, or nothing.
    refused: String,
    /// Whether one was signed in until a moment ago.
    ended: bool,
}

async fn sign_in_page(visit: &Visit, username: &str, refused: String, ended: bool) -> SignIn {
    let mut page = visit.page();
    let tree = visit.app.service.read(Actor::nobody(), async move |op| libraries::tree(op).await).await;
    if let Some(root) = tree.ok().as_ref().and_then(|tree| tree.root()) {
        page.federation = page.t.library_name(root);
    }
    let mut fields = Fields::default();
    fields.set("username", username);
    SignIn { t: page.t, page, form: Form::new(fields), refused, ended }
}

pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Response {
    html(&sign_in_page(&visit, "", String::new(), query.as_deref() == Some("ended")).await)
}

pub async fn submit(visit: Visit, Address(address): Address, jar: CookieJar, Posted(form): Posted) -> Answer {
    let t = visit.text();
    let (username, password) = (form.value("username"), form.value("password"));
    match staff::sign_in(&visit.app.service, username, password, &address).await {
        Ok(signed_in) => {
            let jar = jar.add(cookie(&visit.app, SESSION, &signed_in.token));
            let next = if signed_in.code_pending { "/sign-in/code" } else { "/service-point" };
            Ok((jar, Redirect::to(next)).into_response())
        }
        Err(Error::SignInRefused) => {
            let page = sign_in_page(&visit, username, t.t("sign-in-refused"), false).await;
            Ok(html_with(StatusCode::FORBIDDEN, &page))
        }
        Err(Error::TooManyTries(seconds)) => {
            let text = t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]);
            let page = sign_in_page(&visit, username, text, false).await;
            Ok(html_with(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(error) => Err(visit.failure(error)),
    }
}

pub async fn sign_out(visit: Visit, jar: CookieJar, _: Posted) -> Answer {
    if let Some(token) = visit.token() {
        let done =
            visit.app.service.write(Actor::nobody(), async move |op| staff::sign_out(op, &token).await);
        done.await.map_err(|error| visit.failure(error))?;
    }
    let jar = jar.remove(cookie(&visit.app, SESSION, ""));
    Ok((jar, Redirect::to("/sign-in")).into_response())
}
