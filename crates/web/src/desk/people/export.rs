//! Everything held about a reader, as a file (5.3), when they ask for it at the desk.

use askama::Template;
use axum::extract::Path;
use service::kernel::{Error, ReaderId, Right};
use service::people;
use service::readers::ReaderView;

use super::Head;
use super::trouble::Trouble;
use crate::desk::reveal::reason_of;
use crate::form::Form;
use crate::form::Posted;
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html_with};
use crate::portal::data::zipped;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/export.html")]
struct ExportPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
}

pub async fn ask(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    if !me.session().actor.may(Right::RevealPersonalData) {
        return Err(me.failure(Error::Forbidden(Right::RevealPersonalData)));
    }
    asked(&me, id, Trouble::none()).await
}

/// The form that asks why.
async fn asked(me: &SignedIn, id: ReaderId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let Head { t, page, reader } = head;
    Ok(html_with(trouble.status, &ExportPage { t, page, reader, form: trouble.form }))
}

pub async fn file(me: SignedIn, Path(id): Path<ReaderId>, Posted(form): Posted) -> Answer {
    let reason = reason_of(&form);
    let package = match me.try_write(None, async move |op| people::data_package(op, id, &reason).await).await
    {
        Ok(package) => package,
        Err(error) => return asked(&me, id, Trouble::of(&me, form, error)?).await,
    };
    // It is the reader's: in the language that they chose for their messages.
    let chosen = package.0["reader"]["language"].as_str().and_then(Language::from_tag);
    let t = Text { language: chosen.unwrap_or_default() };
    let now = me.app().service.clock().now();
    zipped(t, &me.session().tree, now, package).await.map_err(|error| me.failure(error))
}
