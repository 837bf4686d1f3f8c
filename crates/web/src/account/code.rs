//! One-time codes: set up with a QR code, confirmed with the first code, removed with a last one.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use service::kernel::{Error, Op};
use service::staff;

use super::show::{Shown, page};
use crate::form::{Fields, Form, Posted};
use crate::page::Answer;
use crate::session::SignedIn;

pub async fn begin(me: SignedIn, _: Posted) -> Answer {
    let set_up = me.write(async move |op| staff::begin_totp(op).await).await?;
    Ok(page(&me, Shown { set_up: Some(set_up), ..Shown::default() }))
}

pub async fn submit(me: SignedIn, Posted(form): Posted) -> Answer {
    let code = form.owned("code");
    match me.try_write(None, async move |op| staff::confirm_totp(op, &code).await).await {
        Ok(()) => Ok(Redirect::to("/account?code").into_response()),
        Err(Error::Invalid(invalid)) => {
            let set_up = me.write(async move |op: &Op| staff::begin_totp(op).await).await?;
            let code = Form::with(Fields::default(), me.text(), &invalid);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page(&me, Shown { status, code, set_up: Some(set_up), ..Shown::default() }))
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn remove(me: SignedIn, Posted(form): Posted) -> Answer {
    let t = me.text();
    match staff::remove_totp(&me.app().service, &me.session().actor, &me.0.token, form.value("code")).await {
        Ok(()) => Ok(Redirect::to("/account?code-off").into_response()),
        Err(Error::Invalid(invalid)) => {
            let code = Form::with(Fields::default(), me.text(), &invalid);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page(&me, Shown { status, code, ..Shown::default() }))
        }
        Err(Error::TooManyTries(seconds)) => {
            let mut code = Form::default();
            code.add(t, "code", t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]));
            Ok(page(&me, Shown { status: StatusCode::TOO_MANY_REQUESTS, code, ..Shown::default() }))
        }
        Err(error) => Err(me.failure(error)),
    }
}
