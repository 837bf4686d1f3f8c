//! Reserving a title for a reader (A.3.2 e). What is looked for is sent in the form, not in the address.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::circulation::{self, Reserve, TitleView, cancel_reservation, find_titles};
use service::kernel::{Blocker, Error, LibraryId, ReaderId, ReservationId, Right, TitleId};
use service::libraries::{LibraryKind, Tree};
use service::readers::ReaderView;

use super::loans::{Told, page as loans_page};
use crate::csrf::chance;
use crate::desk::people::{Head, key};
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/lending/reserve.html")]
struct ReservePage {
    t: Text,
    page: Page,
    reader: ReaderView,
    asked: String,
    found: Vec<TitleView>,
    libraries: Vec<(LibraryId, String)>,
    here: LibraryId,
    blockers: Vec<BlockerText>,
    key: String,
}

/// Titles that a page shows at once.
pub const SHOWN: u64 = 20;

/// Where items can be picked up: members and branches, by name.
pub fn pick_up(t: Text, tree: &Tree) -> Vec<(LibraryId, String)> {
    let libraries = tree.libraries().filter(|library| library.kind != LibraryKind::Federation);
    libraries.map(|library| (library.id, t.library_name(library))).collect()
}

async fn page(
    me: &SignedIn,
    id: ReaderId,
    asked: &str,
    here: LibraryId,
    blockers: &[Blocker],
) -> Result<Response, Failure> {
    me.require(Right::Lend)?;
    let head = Head::of(me, id).await?;
    let text = asked.to_owned();
    let found = me.read(async move |op| find_titles(op, &text, SHOWN).await).await?;
    let t = head.t;
    let page = ReservePage {
        t,
        page: head.page,
        reader: head.reader,
        asked: asked.to_owned(),
        found,
        libraries: pick_up(t, &me.session().tree),
        here,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        key: chance(),
    };
    Ok(html_with(if blockers.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT }, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let here = me.session().actor.library;
    page(&me, id, "", here, &[]).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let here = fields.value("library").parse().unwrap_or(me.session().actor.library);
    let Ok(title) = fields.value("title").parse::<TitleId>() else {
        return page(&me, id, fields.value("q"), here, &[]).await;
    };
    let request = Reserve { reader: id, title, library: here };
    match me.try_write(key(&fields), async move |op| circulation::reserve(op, request).await).await {
        Ok(_) => Ok(Redirect::to(&format!("/desk/readers/{id}/loans?done=reserved")).into_response()),
        Err(Error::Refused(blockers)) => page(&me, id, fields.value("q"), here, &blockers).await,
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn cancel(
    me: SignedIn,
    Path((id, reservation)): Path<(ReaderId, ReservationId)>,
    Posted(fields): Posted,
) -> Answer {
    let cancelled =
        me.try_write(key(&fields), async move |op| cancel_reservation(op, reservation).await).await;
    match cancelled {
        // What has ended meanwhile is not there any more: that is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => {
            loans_page(&me, id, Told::done(me.text().t("lending-done-unreserved"))).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn back_to_loans(Path((id, _)): Path<(ReaderId, ReservationId)>) -> Redirect {
    Redirect::to(&format!("/desk/readers/{id}/loans"))
}
