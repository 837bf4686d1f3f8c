//! Merges that were done, and can be undone for 30 days.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use service::kernel::MergeId;
use service::people::{self, MergeView, UNDO_DAYS};

use super::Nav;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/merges.html")]
struct MergesPage {
    t: Text,
    page: Page,
    nav: Nav,
    merges: Vec<MergeView>,
    days: i64,
    done: String,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

pub async fn show(me: SignedIn, Query(done): Query<Done>) -> Answer {
    let merges = me.read(async move |op| people::merges(op, 200).await).await?;
    let t = me.text();
    let done = match done.done.as_str() {
        "merged" => t.t("merges-done"),
        "undone" => t.t("merges-undone"),
        _ => String::new(),
    };
    Ok(html(&MergesPage { t, page: me.page(), nav: Nav::of(&me, "merges"), merges, days: UNDO_DAYS, done }))
}

#[derive(Template)]
#[template(path = "office/merge_undo.html")]
struct UndoPage {
    t: Text,
    page: Page,
    nav: Nav,
    merge: MergeView,
}

/// Asks whether a merge is to be undone.
pub async fn ask(me: SignedIn, Path(id): Path<MergeId>) -> Answer {
    let merge = me.read(async move |op| people::merge_to_undo(op, id).await).await?;
    Ok(html(&UndoPage { t: me.text(), page: me.page(), nav: Nav::of(&me, "merges"), merge }))
}

pub async fn undo(me: SignedIn, Path(id): Path<MergeId>, Posted(fields): Posted) -> Answer {
    // Only from the page that asks.
    if fields.value("sure") != "yes" {
        return Ok(Redirect::to(&format!("/office/merges/{id}/undo")).into_response());
    }
    me.write(async move |op| people::undo_merge(op, id).await).await?;
    Ok(Redirect::to("/office/merges?done=undone").into_response())
}
