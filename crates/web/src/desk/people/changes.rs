//! What stood there before (4.2.1): old values in full, for a reason.

use askama::Template;
use axum::extract::Path;
use service::kernel::{Error, ReaderId, Right};
use service::readers::{self, Change, ReaderView};

use super::Head;
use crate::desk::reveal::reason_of;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/changes.html")]
struct ChangesPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    /// None: the reason is still to be said.
    changes: Option<Vec<Change>>,
}

pub async fn ask(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    if !me.session().actor.may(Right::RevealPersonalData) {
        return Err(me.failure(Error::Forbidden(Right::RevealPersonalData)));
    }
    let head = Head::of(&me, id).await?;
    Ok(html(&ChangesPage { t: head.t, page: head.page, reader: head.reader, changes: None }))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>, Posted(form): Posted) -> Answer {
    let reason = reason_of(&form);
    let changes = me.write(async move |op| readers::changes(op, id, &reason).await).await?;
    let head = Head::of(&me, id).await?;
    Ok(html(&ChangesPage { t: head.t, page: head.page, reader: head.reader, changes: Some(changes) }))
}
