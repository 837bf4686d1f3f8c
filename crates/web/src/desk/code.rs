//! The one-time code of an authenticator app.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::Error;
use service::staff;

use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::Halfway;

#[derive(Template)]
#[template(path = "desk/code.html")]
struct Code {
    t: Text,
    page: Page,
    form: Form,
}

pub async fn show(me: Halfway) -> Response {
    if !me.session.code_pending {
        return Redirect::to("/service-point").into_response();
    }
    html(&Code { t: me.text(), page: me.page(), form: Form::default() })
}

pub async fn submit(me: Halfway, Address(address): Address, Posted(fields): Posted) -> Answer {
    let t = me.text();
    let mut form = Form::new(Fields::default());
    let status = match staff::enter_code(&me.app().service, &me.token, fields.value("code"), &address).await {
        Ok(()) => return Ok(Redirect::to("/service-point").into_response()),
        Err(Error::NotFound(_)) => return Ok(Redirect::to("/sign-in").into_response()),
        Err(Error::Invalid(invalid)) => {
            form = Form::with(Fields::default(), t, &invalid);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::TooManyTries(seconds)) => {
            form.add(t, "code", t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]));
            StatusCode::TOO_MANY_REQUESTS
        }
        Err(error) => return Err(me.failure(error)),
    };
    Ok(html_with(status, &Code { t, page: me.page(), form }))
}
