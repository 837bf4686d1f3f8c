//! What a reader has borrowed before (5.3): theirs to see, to keep or not, and to delete.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect};
use service::circulation::{LoanView, choose_history, delete_history, history, keeps_history};
use service::kernel::IdempotencyKey;

use super::session::Reader;
use crate::csrf::chance;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};

#[derive(Template)]
#[template(path = "portal/read.html")]
struct Read {
    t: Text,
    page: Page,
    loans: Vec<LoanView>,
    keeps: bool,
    done: String,
    key: String,
}

/// Loans that are shown; all of them are in the reader's data.
const SHOWN: u64 = 200;

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let reader = me.session().reader;
    let (loans, keeps) = me
        .read(async move |op| Ok((history(op, reader, SHOWN).await?, keeps_history(op, reader).await?)))
        .await?;
    let t = me.text();
    let done = match query.as_deref() {
        Some("deleted") => t.t("my-read-deleted"),
        Some("chosen") if keeps => t.t("my-read-kept"),
        Some("chosen") => t.t("my-read-not-kept"),
        _ => String::new(),
    };
    Ok(html(&Read { t, page: me.page(), loans, keeps, done, key: chance() }))
}

pub async fn submit(me: Reader, Posted(form): Posted) -> Answer {
    let (reader, key) = (me.session().reader, IdempotencyKey::new(form.value("idempotency_key")));
    let asked = form.owned("history");
    let word = if asked == "delete" { "deleted" } else { "chosen" };
    let done = me
        .try_write(key, async move |op| match asked.as_str() {
            "delete" => delete_history(op, reader).await.map(drop),
            "keep" => choose_history(op, reader, true).await,
            _ => choose_history(op, reader, false).await,
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/my/loans/history?{word}")).into_response()),
        Err(error) => Err(me.failure(error)),
    }
}
