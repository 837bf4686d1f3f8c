//! Days on which a library is closed: nothing is due on them, and nothing is charged for them (6.3.4).

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use service::circulation::{ClosedDay, closed_days, open_again, set_closed_day};
use service::kernel::{Error, LibraryId, Problem, Right};

use super::Nav;
use super::policies::library;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/closed_days.html")]
struct ClosedDays {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<(String, String)>,
    code: String,
    library: String,
    /// Each day, who set it, and whether it may be taken back here.
    days: Vec<(ClosedDay, String, bool)>,
    form: Form,
    done: bool,
}

/// Which library.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    done: Option<String>,
}

pub async fn show(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    page(&me, id, Form::default(), asked.done.is_some()).await
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    let id = library(&me, fields.value("library"))?;
    let code = me.session().tree.library(id).map(|library| library.code.clone()).unwrap_or_default();
    let set = match NaiveDate::parse_from_str(fields.value("closed.day").trim(), "%Y-%m-%d") {
        Ok(day) if fields.value("do") == "open" => {
            me.try_write(None, async move |op| open_again(op, id, day).await).await
        }
        Ok(day) => {
            let note = fields.owned("closed.note");
            me.try_write(None, async move |op| set_closed_day(op, id, day, &note).await).await
        }
        Err(_) if fields.value("closed.day").trim().is_empty() => {
            Err(Error::field("closed.day", Problem::Missing))
        }
        Err(_) => Err(Error::field("closed.day", Problem::Date)),
    };
    match set {
        Ok(()) => Ok(Redirect::to(&format!("/office/closed-days?library={code}&done=1")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(without_library(fields), me.text(), &invalid);
            page(&me, id, form, false).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

/// What is shown again: the day and its note.
fn without_library(fields: Fields) -> Fields {
    let mut kept = Fields::default();
    for name in ["closed.day", "closed.note"] {
        kept.set(name, fields.owned(name));
    }
    kept
}

async fn page(me: &SignedIn, id: LibraryId, form: Form, done: bool) -> Result<Response, Failure> {
    me.require(Right::ManageItems)?;
    let today = me.app().service.clock().today();
    let days = me.read(async move |op| closed_days(op, id, today).await).await?;
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    if !tree.covers(scope, id) {
        return Err(me.failure(Error::NotFound("library")));
    }
    let shown = tree.library(id);
    let status = if form.wrong().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ClosedDays {
        t,
        page: me.page(),
        nav: Nav::of(me, "closed-days"),
        libraries: tree
            .libraries()
            .filter(|library| tree.covers(scope, library.id))
            .map(|library| (library.code.clone(), t.library_name(library)))
            .collect(),
        code: shown.map(|library| library.code.clone()).unwrap_or_default(),
        library: shown.map(|library| t.library_name(library)).unwrap_or_default(),
        days: days
            .into_iter()
            .map(|day| {
                let (by, own) = (t.library(tree, day.library), day.library == id);
                (day, by, own)
            })
            .collect(),
        form,
        done,
    };
    Ok(html_with(status, &page))
}
