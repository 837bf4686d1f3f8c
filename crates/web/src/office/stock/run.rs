//! Cards that a library prints itself: the list, and one run, read back and released.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::kernel::{CardRunId, Error};
use service::stock::{self, Run, RunState};

use super::super::Nav;
use super::super::policies::library;
use super::{Choice, code, libraries, refusals};
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/stock/runs.html")]
struct Runs {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<Choice>,
    code: String,
    library: String,
    /// Each with its library, its state and its layout in words.
    runs: Vec<(Run, String, String, String)>,
}

#[derive(Template)]
#[template(path = "office/stock/run.html")]
struct RunPage {
    t: Text,
    page: Page,
    nav: Nav,
    run: Run,
    code: String,
    library: String,
    state: &'static str,
    state_word: String,
    layout: String,
    refusals: Vec<BlockerText>,
}

/// Which library.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
}

// locale-keys: stock-run-*
fn state(t: Text, state: RunState) -> String {
    t.t(&format!("stock-run-{}", state.as_str()))
}

// locale-keys: stock-layout-*
fn layout(t: Text, layout: stock::Layout) -> String {
    t.t(&format!("stock-layout-{}", layout.as_str()))
}

pub async fn list(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    let runs = me.read(async move |op| stock::runs_of(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let told = runs.into_iter().map(|run| {
        let words = (t.library(tree, run.library), state(t, run.state), layout(t, run.layout));
        (run, words.0, words.1, words.2)
    });
    Ok(html(&Runs {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        libraries: libraries(&me),
        code: code(tree, id),
        library: t.library(tree, id),
        runs: told.collect(),
    }))
}

pub async fn show(me: SignedIn, Path(id): Path<CardRunId>) -> Answer {
    page(&me, id, Vec::new()).await
}

/// Reads the run back.
pub async fn check(me: SignedIn, Path(id): Path<CardRunId>, Posted(_): Posted) -> Answer {
    let checked = stock::check_run(&me.app().service, me.session().actor.clone(), id).await;
    answer(&me, id, checked.map(|_| ())).await
}

pub async fn submit(me: SignedIn, Path(id): Path<CardRunId>, Posted(fields): Posted) -> Answer {
    let done = match fields.value("do") {
        "drop" => me.try_write(None, async move |op| stock::drop_run(op, id).await).await,
        _ => me.try_write(None, async move |op| stock::release_run(op, id).await).await.map(|_| ()),
    };
    answer(&me, id, done).await
}

async fn answer(me: &SignedIn, id: CardRunId, done: service::Result<()>) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/office/stock/runs/{id}")).into_response()),
        Err(Error::Refused(blockers)) => page(me, id, refusals(me.text(), &blockers)).await,
        Err(error) => Err(me.failure(error)),
    }
}

async fn page(me: &SignedIn, id: CardRunId, refusals: Vec<BlockerText>) -> Result<Response, Failure> {
    let run = me.read(async move |op| stock::one_run(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let status = if refusals.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = RunPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        code: code(tree, run.library),
        library: t.library(tree, run.library),
        state: run.state.as_str(),
        state_word: state(t, run.state),
        layout: layout(t, run.layout),
        run,
        refusals,
    };
    Ok(html_with(status, &page))
}
