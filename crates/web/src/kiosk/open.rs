//! A password may be chosen (6.1.1.2, A.2.3); then the card is opened.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use documents::DocumentKind;
use service::kernel::Error;
use service::kiosk::{self, Shown, Stage};

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::i18n::Text;
use crate::page::{Answer, html_with};

#[derive(Template)]
#[template(path = "kiosk/password.html")]
struct Password {
    t: Text,
    screen: Screen,
    wrong: String,
    /// What the default password is made of, without its digits.
    rule: String,
}

/// The rows of the keyboard.
const ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

impl Password {
    fn rows(&self) -> [Vec<char>; 4] {
        ROWS.map(|row| row.chars().collect())
    }
}

fn page(me: &At, status: StatusCode, wrong: String) -> Response {
    let t = me.text();
    let shown = me.somebody.as_ref().and_then(kiosk::Visit::shown);
    let kind = shown.and_then(Shown::document).and_then(|kind| kind.parse::<DocumentKind>().ok());
    let rule = t.password_rule(kind.unwrap_or(DocumentKind::ResidentId));
    html_with(status, &Password { t, screen: me.screen(), wrong, rule })
}

pub async fn show(me: At) -> Answer {
    me.require(Stage::Password)?;
    Ok(page(&me, StatusCode::OK, String::new()))
}

pub async fn submit(me: At, Pressed(form): Pressed) -> Answer {
    me.require(Stage::Password)?;
    let chosen = Some(form.owned("new_password")).filter(|_| form.value("answer") == "choose");
    match kiosk::open(&me.app().service, &me.kiosk.actor, &me.secret(), chosen).await {
        Err(Error::Invalid(invalid)) => {
            let wrong = invalid.0.first().map(|error| me.text().problem(&error.problem)).unwrap_or_default();
            Ok(page(&me, StatusCode::UNPROCESSABLE_ENTITY, wrong))
        }
        done => me.onwards(done, "/kiosk/done"),
    }
}
