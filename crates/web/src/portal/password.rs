//! One's own password: to be changed at once where it is the default (A.2.3).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::password::change_password;
use service::kernel::Error;

use super::next::next;
use super::session::Halfway;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};

#[derive(Template)]
#[template(path = "portal/password.html")]
struct PasswordPage {
    t: Text,
    page: Page,
    form: Form,
    number: String,
    /// Whether nothing else can be done before.
    first: bool,
    locked: String,
}

fn page(me: &Halfway, status: StatusCode, form: Form, locked: String) -> Response {
    let first = me.session().must_change;
    let number = me.session().card.number.clone();
    html_with(status, &PasswordPage { t: me.text(), page: me.page(), form, number, first, locked })
}

pub async fn show(me: Halfway) -> Response {
    page(&me, StatusCode::OK, Form::default(), String::new())
}

pub async fn submit(me: Halfway, jar: CookieJar, Posted(form): Posted) -> Answer {
    let t = me.text();
    let (current, new) = (form.owned("current_password"), form.owned("new_password"));
    if new != form.value("repeat_password") {
        let mut again = Form::default();
        again.add(t, "repeat_password", t.t("password-not-repeated"));
        return Ok(page(&me, StatusCode::UNPROCESSABLE_ENTITY, again, String::new()));
    }
    match change_password(&me.app().service, &me.token, &current, &new).await {
        Ok(()) => {
            let (jar, to) = next(&me.visit, jar);
            Ok((jar, Redirect::to(to.as_deref().unwrap_or("/my?password"))).into_response())
        }
        Err(Error::Invalid(invalid)) => {
            let again = Form::with(Fields::default(), t, &invalid);
            Ok(page(&me, StatusCode::UNPROCESSABLE_ENTITY, again, String::new()))
        }
        Err(Error::TooManyTries(seconds)) => {
            let locked = t.a("my-locked", &[("minutes", (seconds + 59) / 60)]);
            Ok(page(&me, StatusCode::TOO_MANY_REQUESTS, Form::default(), locked))
        }
        Err(error) => Err(me.failure(error)),
    }
}
