//! What stood there before (4.2.1): old values in full, for a reason.

use askama::Template;
use axum::extract::Path;
use service::kernel::{Error, ReaderId, Right};
use service::readers::{self, Change, ReaderView};

use super::Head;
use super::trouble::Trouble;
use crate::desk::reveal::reason_of;
use crate::form::Form;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/changes.html")]
struct ChangesPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
    /// None: the reason is still to be said.
    changes: Option<Vec<Change>>,
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
    Ok(html_with(trouble.status, &ChangesPage { t, page, reader, form: trouble.form, changes: None }))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>, Posted(form): Posted) -> Answer {
    let reason = reason_of(&form);
    let changes = match me.try_write(None, async move |op| readers::changes(op, id, &reason).await).await {
        Ok(changes) => changes,
        Err(error) => return asked(&me, id, Trouble::of(&me, form, error)?).await,
    };
    let head = Head::of(&me, id).await?;
    Ok(html(&ChangesPage {
        t: head.t,
        page: head.page,
        reader: head.reader,
        form: Form::default(),
        changes: Some(changes),
    }))
}
