//! A forgotten password: a code to the phone or mailbox that the library knows, then a new one (4.2.3). The page says the same whether
//! there is such a reader or not.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards::password::{ask_for_code, choose_password};
use service::kernel::{CodeId, Error};
use service::outbox::Medium;

use super::sign_in::visitors_page;
use crate::address::Address;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::Visit;

#[derive(Template)]
#[template(path = "portal/forgotten.html")]
struct Forgotten {
    t: Text,
    page: Page,
    form: Form,
    locked: String,
}

#[derive(Template)]
#[template(path = "portal/forgotten_code.html")]
struct Code {
    t: Text,
    page: Page,
    form: Form,
    /// What the code is referred to by.
    id: String,
    by_email: bool,
    locked: String,
}

pub async fn show(visit: Visit) -> Response {
    let page = visitors_page(&visit).await;
    html(&Forgotten { t: page.t, page, form: Form::default(), locked: String::new() })
}

pub async fn back() -> Redirect {
    Redirect::to("/my/forgotten")
}

pub async fn ask(visit: Visit, Address(address): Address, Posted(fields): Posted) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let number = fields.owned("number");
    if number.trim().is_empty() {
        let mut form = Form::new(fields);
        form.add(t, "number", t.t("problem-missing"));
        let page = Forgotten { t, page, form, locked: String::new() };
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let by_email = fields.value("medium") == "email";
    let medium = if by_email { Medium::Email } else { Medium::Sms };
    match ask_for_code(&visit.app.service, &number, medium, &address).await {
        Ok(id) => {
            let (form, id) = (Form::default(), id.to_string());
            Ok(html(&Code { t, page, form, id, by_email, locked: String::new() }))
        }
        Err(Error::TooManyTries(seconds)) => {
            let locked = t.a("my-codes-locked", &[("minutes", (seconds + 59) / 60)]);
            let page = Forgotten { t, page, form: Form::new(fields), locked };
            Ok(html_with(StatusCode::TOO_MANY_REQUESTS, &page))
        }
        Err(error) => Err(visit.failure(error)),
    }
}

pub async fn choose(visit: Visit, Address(address): Address, Posted(fields): Posted) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let (id, code, new) = (fields.owned("code_id"), fields.owned("code"), fields.owned("new_password"));
    let by_email = fields.value("medium") == "email";
    // What was typed is not shown again, except for the code.
    let mut kept = Fields::default();
    kept.set("code", code.clone());
    let again = |form: Form, status: StatusCode, locked: String| {
        html_with(status, &Code { t, page: page.clone(), form, id: id.clone(), by_email, locked })
    };
    if new != fields.value("repeat_password") {
        let mut form = Form::new(kept);
        form.add(t, "repeat_password", t.t("password-not-repeated"));
        return Ok(again(form, StatusCode::UNPROCESSABLE_ENTITY, String::new()));
    }
    let Ok(known) = id.parse::<CodeId>() else { return Ok(Redirect::to("/my/forgotten").into_response()) };
    match choose_password(&visit.app.service, known, &code, &new, &address).await {
        Ok(()) => Ok(Redirect::to("/my/sign-in?changed").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(kept, t, &invalid);
            Ok(again(form, StatusCode::UNPROCESSABLE_ENTITY, String::new()))
        }
        Err(Error::TooManyTries(seconds)) => {
            let locked = t.a("my-locked", &[("minutes", (seconds + 59) / 60)]);
            Ok(again(Form::new(kept), StatusCode::TOO_MANY_REQUESTS, locked))
        }
        Err(error) => Err(visit.failure(error)),
    }
}
