//! Everything held about a reader, as a file (5.3), when they ask for it at the desk.

use askama::Template;
use axum::extract::Path;
use service::kernel::{Error, ReaderId, Right};
use service::people;
use service::readers::ReaderView;

use super::Head;
use crate::desk::reveal::reason_of;
use crate::form::Posted;
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html};
use crate::portal::data::zipped;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/export.html")]
struct ExportPage {
    t: Text,
    page: Page,
    reader: ReaderView,
}

pub async fn ask(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    if !me.session().actor.may(Right::RevealPersonalData) {
        return Err(me.failure(Error::Forbidden(Right::RevealPersonalData)));
    }
    let head = Head::of(&me, id).await?;
    Ok(html(&ExportPage { t: head.t, page: head.page, reader: head.reader }))
}

pub async fn file(me: SignedIn, Path(id): Path<ReaderId>, Posted(form): Posted) -> Answer {
    let reason = reason_of(&form);
    let package = me.write(async move |op| people::data_package(op, id, &reason).await).await?;
    // It is the reader's: in the language that they chose for their messages.
    let chosen = package.0["reader"]["language"].as_str().and_then(Language::from_tag);
    let t = Text { language: chosen.unwrap_or_default() };
    let now = me.app().service.clock().now();
    zipped(t, &me.session().tree, now, package).await.map_err(|error| me.failure(error))
}
