//! One's own password.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use service::kernel::Error;
use service::staff;

use super::show::{Shown, page};
use crate::form::{Fields, Form, Posted};
use crate::page::Answer;
use crate::session::SignedIn;

pub async fn submit(me: SignedIn, Posted(form): Posted) -> Answer {
    let t = me.text();
    let new = form.value("new_password");
    let mut again = Form::default();
    if new != form.value("repeat_password") {
        again.add(t, "repeat_password", t.t("password-not-repeated"));
    } else {
        match staff::change_password(
            &me.app().service,
            &me.session().actor,
            &me.0.token,
            form.value("current_password"),
            new,
        )
        .await
        {
            Ok(()) => return Ok(Redirect::to("/account?password").into_response()),
            Err(Error::Invalid(invalid)) => again = Form::with(Fields::default(), t, &invalid),
            Err(Error::TooManyTries(seconds)) => {
                again.add(t, "current_password", t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]));
                let status = StatusCode::TOO_MANY_REQUESTS;
                return Ok(page(&me, Shown { status, password: again, ..Shown::default() }));
            }
            Err(error) => return Err(me.failure(error)),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page(&me, Shown { status, password: again, ..Shown::default() }))
}
