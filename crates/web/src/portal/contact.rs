//! Another phone number or mailbox, proved by a code that is sent there (4.2.1).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards::password::{Contact, ask_contact_code, confirm_contact};
use service::kernel::{CodeId, Error};

use super::information;
use super::session::Reader;
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};

#[derive(Template)]
#[template(path = "portal/contact_code.html")]
struct Code {
    t: Text,
    page: Page,
    form: Form,
    id: String,
    by_email: bool,
}

fn contact(by_email: bool) -> Contact {
    if by_email { Contact::Email } else { Contact::Phone }
}

pub async fn back() -> Redirect {
    Redirect::to("/my/information")
}

fn code_page(me: &Reader, status: StatusCode, form: Form, id: String, by_email: bool) -> Response {
    html_with(status, &Code { t: me.text(), page: me.page(), form, id, by_email })
}

pub async fn ask(me: Reader, Posted(fields): Posted) -> Answer {
    let t = me.text();
    let by_email = fields.value("contact") == "email";
    let text = fields.owned(if by_email { "reader.email" } else { "reader.phone" });
    let asked = ask_contact_code(&me.app().service, &me.session().actor, contact(by_email), &text).await;
    match asked {
        Ok(id) => Ok(code_page(&me, StatusCode::OK, Form::default(), id.to_string(), by_email)),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, t, &invalid);
            information::page(&me, StatusCode::UNPROCESSABLE_ENTITY, None, form, String::new()).await
        }
        Err(Error::TooManyTries(seconds)) => {
            let field = if by_email { "reader.email" } else { "reader.phone" };
            let mut form = Form::new(fields);
            form.add(t, field, t.a("my-codes-locked", &[("minutes", (seconds + 59) / 60)]));
            information::page(&me, StatusCode::TOO_MANY_REQUESTS, None, form, String::new()).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn confirm(me: Reader, Posted(fields): Posted) -> Answer {
    let by_email = fields.value("contact") == "email";
    let (id, code) = (fields.owned("code_id"), fields.owned("code"));
    let Ok(known) = id.parse::<CodeId>() else { return Ok(back().await.into_response()) };
    let done = confirm_contact(&me.app().service, &me.session().actor, contact(by_email), known, &code).await;
    match done {
        Ok(()) => Ok(Redirect::to("/my/information?contact").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            Ok(code_page(&me, StatusCode::UNPROCESSABLE_ENTITY, form, id, by_email))
        }
        Err(error) => Err(me.failure(error)),
    }
}
