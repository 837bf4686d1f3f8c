//! The first thing a reader sees: the card, drawn as a card.

use askama::Template;
use axum::extract::RawQuery;
use service::cards::{CardView, password::password_state};
use service::kernel::{Clock, age_on, local_time};
use service::readers::{self, ReaderView};

use super::session::Reader;
use crate::codes::{Bars, Squares};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::words::masked_name;

#[derive(Template)]
#[template(path = "portal/card.html")]
struct CardPage {
    t: Text,
    page: Page,
    card: CardView,
    name: String,
    issuing: String,
    bars: Option<Bars>,
    squares: Option<Squares>,
    default_password: bool,
    password_changed: Option<String>,
    done: String,
}

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let session = me.session();
    let reader = session.reader;
    let state = me.read(async move |op| password_state(op, reader).await).await?;
    let t = me.text();
    let done = match query.as_deref() {
        Some("password") => t.t("my-password-changed"),
        _ => String::new(),
    };
    Ok(html(&CardPage {
        t,
        page: me.page(),
        name: masked_name(&session.name),
        issuing: t.library(&session.tree, session.card.issuing_library),
        bars: Bars::of(&session.card.number),
        squares: Squares::of(&session.card.number),
        default_password: state.is_some_and(|state| state.default),
        password_changed: session.password_changed_at.map(|at| local_time(at).chars().take(10).collect()),
        card: session.card.clone(),
        done,
    }))
}

/// Whether the reader is still under 16, so that a guardian acts for them.
pub fn is_minor(reader: &ReaderView, clock: &Clock) -> bool {
    age_on(reader.birth_date, clock.today()) < readers::ADULT_FROM
}
