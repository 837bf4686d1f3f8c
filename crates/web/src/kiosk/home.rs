//! The first page: what the kiosk does, and in which language. Nobody is known.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::kiosk;

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::i18n::{Language, Text};
use crate::page::{Answer, html};

#[derive(Template)]
#[template(path = "kiosk/home.html")]
struct Home {
    t: Text,
    screen: Screen,
    /// Nobody has chosen a language yet, so it says everything in all of them.
    all: [Text; 3],
}

pub async fn show(me: At) -> Response {
    if me.somebody.is_some() {
        return Redirect::to(me.place()).into_response();
    }
    let all = Language::ALL.map(|language| Text { language });
    html(&Home { t: me.text(), screen: me.screen(), all })
}

/// Where a reload of a form leads.
pub async fn again() -> Redirect {
    Redirect::to("/kiosk")
}

/// Somebody begins; whoever stood there before is forgotten.
pub async fn begin(me: At, jar: CookieJar, Pressed(form): Pressed) -> Answer {
    let Some(language) = Language::from_tag(form.value("language")) else {
        return Ok(Redirect::to("/kiosk").into_response());
    };
    let secret = me.write(async move |op| kiosk::begin(op, language.tag()).await).await?;
    Ok((me.with_somebody(jar, &secret), Redirect::to("/kiosk/document")).into_response())
}
