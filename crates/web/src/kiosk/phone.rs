//! The phone number, on large keys.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::Error;
use service::kiosk::{self, Stage};

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::i18n::Text;
use crate::page::{Answer, html_with};

#[derive(Template)]
#[template(path = "kiosk/phone.html")]
struct Phone {
    t: Text,
    screen: Screen,
    /// What is wrong with what was told, or nothing.
    wrong: String,
    /// What was told.
    told: String,
}

fn page(me: &At, status: StatusCode, wrong: String, told: &str) -> Response {
    html_with(status, &Phone { t: me.text(), screen: me.screen(), wrong, told: told.to_owned() })
}

pub async fn show(me: At) -> Answer {
    me.require(Stage::Phone)?;
    Ok(page(&me, StatusCode::OK, String::new(), ""))
}

pub async fn submit(me: At, Pressed(form): Pressed) -> Answer {
    me.require(Stage::Phone)?;
    let (secret, told) = (me.secret(), form.owned("phone"));
    let done = me.try_write(async move |op| kiosk::tell_phone(op, &secret, &told).await).await;
    match done {
        Err(Error::Invalid(_)) => {
            let wrong = me.text().t("kiosk-phone-wrong");
            Ok(page(&me, StatusCode::UNPROCESSABLE_ENTITY, wrong, form.value("phone")))
        }
        done => me.onwards(done, "/kiosk/password"),
    }
}
