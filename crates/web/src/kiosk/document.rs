//! The document is read: by its chip only. A kiosk takes no number that was typed.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect};
use documents::{IdentityDocument, Sex};
use service::kernel::Problem;
use service::kiosk::{self, Reason, Shown, Stage};

use super::at::{At, Pressed};
use super::screen::Screen;
use crate::desk::seen::{self, Seen, date};
use crate::i18n::Text;
use crate::page::{Answer, html};

#[derive(Template)]
#[template(path = "kiosk/document.html")]
struct Document {
    t: Text,
    screen: Screen,
    /// Whether what was read before could not be understood.
    again: bool,
}

pub async fn show(me: At, RawQuery(query): RawQuery) -> Answer {
    me.require(Stage::Document)?;
    Ok(html(&Document { t: me.text(), screen: me.screen(), again: query.as_deref() == Some("again") }))
}

pub async fn submit(me: At, Pressed(form): Pressed) -> Answer {
    me.require(Stage::Document)?;
    let (secret, house) = (me.secret(), &me.app().service);
    let done = match seen::read_record(form.value("record"), house.clock().today()) {
        Ok(seen) => kiosk::read(house, &me.kiosk.actor, &secret, shown(&seen)).await,
        Err(Problem::Unreadable) => return Ok(Redirect::to("/kiosk/document?again").into_response()),
        Err(problem) => {
            let reason = if problem == Problem::Expired { Reason::Expired } else { Reason::Unclear };
            me.try_write(async move |op| kiosk::refer(op, &secret, reason, None).await).await
        }
    };
    me.onwards(done, "/kiosk/notice")
}

fn shown(seen: &Seen) -> Shown {
    let told = seen.first().and_then(IdentityDocument::birth_date).is_some();
    Shown {
        name: seen.name.clone(),
        sex: seen.sex().map(Sex::as_str).unwrap_or_default().to_owned(),
        birth_date: if told { String::new() } else { date(seen.birth_date()) },
        address: seen.address.clone(),
        documents: seen.forms(),
        differs: !seen.differs().is_empty(),
    }
}
