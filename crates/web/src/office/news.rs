//! News, written here in three languages, for as long as they are of use (4.4.1).

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{Error, NewsId, Right};
use service::promotion::{NewsForm, NewsItem, all_news, change_news, news_to_edit, write_news};

use super::Nav;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/news.html")]
struct List {
    t: Text,
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
    saved: bool,
}

/// A post in the list.
struct Row {
    item: NewsItem,
    title: String,
    library: String,
    state: &'static str,
    word: String,
}

#[derive(Template)]
#[template(path = "office/news_edit.html")]
struct Edit {
    t: Text,
    page: Page,
    nav: Nav,
    form: Form,
    id: Option<NewsId>,
    libraries: Vec<(String, String)>,
    stale: bool,
}

// locale-keys: news-state-*
pub async fn list(me: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let t = me.text();
    let today = me.app().service.clock().today();
    let items = me.read(all_news).await?;
    let row = |item: NewsItem| {
        let state = match &item {
            item if !item.published => "draft",
            item if item.is_shown_on(today) => "shown",
            item if item.shown_from > today => "coming",
            _ => "over",
        };
        let [hans, hant, english] = &item.titles;
        Row {
            title: t.pick(hans, hant, english).to_owned(),
            library: t.library(&me.session().tree, item.library),
            state,
            word: t.t(&format!("news-state-{state}")),
            item,
        }
    };
    let rows = items.into_iter().map(row).collect();
    let saved = query.as_deref() == Some("saved");
    Ok(html(&List { t, page: me.page(), nav: Nav::of(&me, "news"), rows, saved }))
}

fn edit(me: &SignedIn, id: Option<NewsId>, form: Form, stale: bool) -> Response {
    let status = match (form.wrong().is_empty(), stale) {
        (_, true) => StatusCode::CONFLICT,
        (true, false) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let libraries = super::site::libraries(me);
    html_with(
        status,
        &Edit { t: me.text(), page: me.page(), nav: Nav::of(me, "news"), form, id, libraries, stale },
    )
}

fn form_of(fields: &Fields) -> NewsForm {
    NewsForm {
        library: fields.owned("news.library"),
        pinned: fields.has("news.pinned"),
        shown_from: fields.owned("news.shown_from"),
        shown_until: fields.owned("news.shown_until"),
        titles: ["news.title", "news.title_hant", "news.title_en"].map(|name| fields.owned(name)),
        bodies: ["news.body", "news.body_hant", "news.body_en"].map(|name| fields.owned(name)),
        published: fields.value("do") == "publish",
    }
}

fn fields_of(me: &SignedIn, item: &NewsItem) -> Fields {
    let mut fields = Fields::default();
    let library = me.session().tree.library(item.library);
    fields.set("news.library", library.map(|library| library.code.clone()).unwrap_or_default());
    fields.set("news.pinned", if item.pinned { "yes" } else { "" });
    fields.set("news.shown_from", item.shown_from.to_string());
    fields.set("news.shown_until", item.shown_until.map(|day| day.to_string()).unwrap_or_default());
    for (name, text) in ["news.title", "news.title_hant", "news.title_en"].into_iter().zip(&item.titles) {
        fields.set(name, text.clone());
    }
    for (name, text) in ["news.body", "news.body_hant", "news.body_en"].into_iter().zip(&item.bodies) {
        fields.set(name, text.clone());
    }
    fields.set("version", item.version.to_string());
    fields.set("published", if item.published { "yes" } else { "" });
    fields
}

pub async fn blank(me: SignedIn) -> Answer {
    me.require(Right::EditSite)?;
    let mut fields = Fields::default();
    fields.set("news.shown_from", me.app().service.clock().today().to_string());
    let library = me.session().tree.library(me.session().actor.scope);
    fields.set("news.library", library.map(|library| library.code.clone()).unwrap_or_default());
    Ok(edit(&me, None, Form::new(fields), false))
}

pub async fn add(me: SignedIn, Posted(fields): Posted) -> Answer {
    let form = form_of(&fields);
    let written = me.try_write(None, async move |op| write_news(op, &form).await.map(|_| ())).await;
    done(&me, None, fields, written)
}

pub async fn show(me: SignedIn, Path(id): Path<NewsId>) -> Answer {
    let item = me.read(async move |op| news_to_edit(op, id).await).await?;
    Ok(edit(&me, Some(id), Form::new(fields_of(&me, &item)), false))
}

pub async fn change(me: SignedIn, Path(id): Path<NewsId>, Posted(fields): Posted) -> Answer {
    let form = form_of(&fields);
    let seen = fields.value("version").parse().unwrap_or_default();
    let changed = me.try_write(None, async move |op| change_news(op, id, seen, &form).await).await;
    done(&me, Some(id), fields, changed)
}

fn done(
    me: &SignedIn,
    id: Option<NewsId>,
    fields: Fields,
    result: service::Result<()>,
) -> Result<Response, Failure> {
    match result {
        Ok(()) => Ok(Redirect::to("/office/news?saved").into_response()),
        Err(Error::Invalid(invalid)) => Ok(edit(me, id, Form::with(fields, me.text(), &invalid), false)),
        Err(Error::Stale) => Ok(edit(me, id, Form::new(fields), true)),
        Err(error) => Err(me.failure(error)),
    }
}
