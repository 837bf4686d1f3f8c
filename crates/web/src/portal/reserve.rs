//! Finding a title and reserving it (A.3.2 e). What is looked for stays out of the address.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::circulation::{self, Reserve, TitleView, find_titles};
use service::kernel::{Blocker, Error, IdempotencyKey, LibraryId, TitleId};

use super::session::Reader;
use crate::csrf::chance;
use crate::desk::lending::reserve::{SHOWN, pick_up};
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/reserve.html")]
struct ReservePage {
    t: Text,
    page: Page,
    asked: String,
    found: Vec<TitleView>,
    libraries: Vec<(LibraryId, String)>,
    here: LibraryId,
    blockers: Vec<BlockerText>,
    key: String,
}

async fn page(me: &Reader, asked: &str, here: LibraryId, blockers: &[Blocker]) -> Result<Response, Failure> {
    let text = asked.to_owned();
    let found = me.read(async move |op| find_titles(op, &text, SHOWN).await).await?;
    let t = me.text();
    let page = ReservePage {
        t,
        page: me.page(),
        asked: asked.to_owned(),
        found,
        libraries: pick_up(t, &me.session().tree),
        here,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        key: chance(),
    };
    Ok(html_with(if blockers.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT }, &page))
}

pub async fn show(me: Reader) -> Answer {
    let here = me.session().card.issuing_library;
    page(&me, "", here, &[]).await
}

pub async fn submit(me: Reader, Posted(form): Posted) -> Answer {
    let here = form.value("library").parse().unwrap_or(me.session().card.issuing_library);
    let Ok(title) = form.value("title").parse::<TitleId>() else {
        return page(&me, form.value("q"), here, &[]).await;
    };
    let key = IdempotencyKey::new(form.value("idempotency_key"));
    let request = Reserve { reader: me.session().reader, title, library: here };
    match me.try_write(key, async move |op| circulation::reserve(op, request).await).await {
        Ok(_) => Ok(Redirect::to("/my/loans?reserved").into_response()),
        Err(Error::Refused(blockers)) => page(&me, form.value("q"), here, &blockers).await,
        Err(error) => Err(me.failure(error)),
    }
}
