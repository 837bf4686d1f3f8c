//! News of libraries, on pages and as an Atom feed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use chrono::NaiveDate;
use serde::Deserialize;
use service::kernel::{Error, LibraryId, NewsId};
use service::libraries::{self, Tree};
use service::promotion::{self, NewsItem};

use super::{Written, markup, read};
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html};
use crate::portal::{visitors_page, visitors_page_in};
use crate::problem::Failure;
use crate::session::Visit;

/// Posts on one page.
const MOST: u64 = 60;

/// Of which library, and in which language.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    l: Option<String>,
}

/// A post in a list.
#[derive(Clone, Debug)]
pub struct Post {
    pub id: NewsId,
    pub title: String,
    /// The language that the title is in.
    pub lang: &'static str,
    pub beginning: String,
    pub library: String,
    pub day: NaiveDate,
    pub pinned: bool,
    pub body: String,
    /// When it was changed last, as feeds have it.
    pub updated: String,
}

#[derive(Template)]
#[template(path = "public/news.html")]
struct List {
    t: Text,
    page: Page,
    here: &'static str,
    posts: Vec<Post>,
    /// Code and name of every library, to choose from.
    libraries: Vec<(String, String)>,
    code: String,
    feed: String,
}

#[derive(Template)]
#[template(path = "public/news_item.html")]
struct Show {
    t: Text,
    page: Page,
    here: &'static str,
    post: Post,
    written: Written,
}

#[derive(Template)]
#[template(path = "public/news.xml")]
struct Feed {
    t: Text,
    title: String,
    own: String,
    site: String,
    updated: String,
    posts: Vec<Post>,
}

/// The texts of a post in the language of the page, or in the first that there is; and which that is.
fn in_language(t: Text, item: &NewsItem) -> (&str, &str, Language) {
    let own = Language::ALL.iter().position(|language| *language == t.language).unwrap_or_default();
    let filled = |place: &usize| {
        let texts = (item.titles.get(*place)?, item.bodies.get(*place)?);
        (!texts.0.is_empty() && !texts.1.is_empty()).then_some((texts.0.as_str(), texts.1.as_str(), *place))
    };
    let found = [own, 0, 1, 2].iter().find_map(filled);
    let (title, body, place) = found.unwrap_or(("", "", 0));
    (title, body, Language::ALL.get(place).copied().unwrap_or_default())
}

/// A post for a list.
pub fn post(t: Text, tree: &Tree, item: &NewsItem) -> Post {
    let (title, body, language) = in_language(t, item);
    Post {
        id: item.id,
        title: title.to_owned(),
        lang: language.tag(),
        beginning: markup::plain(body, 110),
        library: t.library(tree, item.library),
        day: item.shown_from,
        pinned: item.pinned,
        body: markup::html(body),
        updated: item.changed_at.to_rfc3339(),
    }
}

async fn found(visit: &Visit, code: String) -> Result<(Tree, Vec<NewsItem>, Option<LibraryId>), Failure> {
    read(visit, async move |op| {
        let tree = libraries::tree(op).await?;
        let library = match code.as_str() {
            "" => None,
            code => {
                let found = tree.libraries().find(|library| library.code == code);
                Some(found.ok_or(Error::NotFound("library"))?.id)
            }
        };
        let news = promotion::news(op, library, MOST).await?;
        Ok((tree, news, library))
    })
    .await
}

pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let (tree, news, library) = found(&visit, asked.library).await?;
    let code =
        library.and_then(|id| tree.library(id)).map(|library| library.code.clone()).unwrap_or_default();
    let feed = match code.as_str() {
        "" => format!("/news.atom?l={}", t.language.tag()),
        code => format!("/news.atom?library={code}&l={}", t.language.tag()),
    };
    let list = List {
        t,
        page,
        here: "news",
        posts: news.iter().map(|item| post(t, &tree, item)).collect(),
        libraries: tree.libraries().map(|library| (library.code.clone(), t.library_name(library))).collect(),
        code,
        feed,
    };
    Ok(html(&list))
}

pub async fn show(visit: Visit, Path(id): Path<NewsId>) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let (tree, item) =
        read(&visit, async move |op| Ok((libraries::tree(op).await?, promotion::news_item(op, id).await?)))
            .await?;
    let (title, body, language) = in_language(t, &item);
    let written = Written::of(t, title, body, language.tag());
    Ok(html(&Show { t, page, here: "news", post: post(t, &tree, &item), written }))
}

/// For programs that tell their owners what is new; a reader of feeds says in the address which language it wants.
pub async fn feed(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let language = asked.l.as_deref().and_then(Language::from_tag);
    let t = language.map_or_else(|| visit.text(), |language| Text { language });
    let page = visitors_page_in(&visit, t).await;
    let code = asked.library.clone();
    let (tree, news, library) = found(&visit, asked.library).await?;
    let name = library.map_or_else(|| page.federation.clone(), |id| t.library(&tree, id));
    let mut own = format!("/news.atom?l={}", t.language.tag());
    if !code.is_empty() {
        own.push_str(&format!("&library={code}"));
    }
    let latest = news.iter().map(|item| item.changed_at).max();
    let feed = Feed {
        t,
        title: t.a("news-of", &[("library", name)]),
        own: visit.address_of(&own),
        site: visit.address_of(""),
        updated: latest.unwrap_or_else(|| visit.app.service.clock().now()).to_rfc3339(),
        posts: news.iter().map(|item| post(t, &tree, item)).collect(),
    };
    let kind = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    match feed.render() {
        Ok(text) => Ok((kind, text).into_response()),
        Err(error) => Err(visit.failure(Error::internal(error))),
    }
}
