//! The pages that the public reads (4.4.1), written here in three languages: a draft is seen by staff alone, every version stays.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::kernel::{Error, LibraryId, Right};
use service::promotion::{
    GENERAL, LANGUAGES, OF_A_LIBRARY, PageState, SavePage, Version, page_version, page_versions, pages,
    publish_page, save_page, withdraw_page,
};
use service::staff::colleagues;

use super::Nav;
use super::policies::library;
use crate::form::{Fields, Form, Posted};
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::public::Written;
use crate::public::written::Show;
use crate::session::SignedIn;

/// Of which library.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
}

#[derive(Template)]
#[template(path = "office/site.html")]
struct Site {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<(String, String)>,
    code: String,
    /// Each page: slug, what it is called, and how it stands in each language.
    rows: Vec<(String, String, Vec<Cell>)>,
    languages: Vec<&'static str>,
    /// Whether pages of any name can be added.
    general: bool,
    wrong: bool,
}

/// A page in one language.
struct Cell {
    language: &'static str,
    lang: &'static str,
    state: &'static str,
    word: String,
}

#[derive(Template)]
#[template(path = "office/site_page.html")]
struct Editor {
    t: Text,
    page: Page,
    nav: Nav,
    code: String,
    library: String,
    slug: String,
    name: String,
    language: &'static str,
    own_name: &'static str,
    languages: Vec<(&'static str, &'static str)>,
    form: Form,
    versions: Vec<(Version, String)>,
    preview: Option<Written>,
    previewed: i64,
    shown: Option<i64>,
    stale: bool,
    done: String,
}

impl Editor {
    fn previewed_is_shown(&self) -> bool {
        self.shown == Some(self.previewed)
    }

    fn is_previewed(&self, version: &Version) -> bool {
        self.previewed == version.number
    }
}

/// The libraries that one may write for: code and name.
pub fn libraries(me: &SignedIn) -> Vec<(String, String)> {
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    tree.libraries()
        .filter(|library| tree.covers(scope, library.id))
        .map(|library| (library.code.clone(), t.library_name(library)))
        .collect()
}

// locale-keys: site-page-*
/// What a page is called in lists.
fn name_of(t: Text, slug: &str) -> String {
    if GENERAL.contains(&slug) { t.t(&format!("site-page-{slug}")) } else { slug.to_owned() }
}

fn is_root(me: &SignedIn, id: LibraryId) -> bool {
    me.session().tree.root().is_some_and(|root| root.id == id)
}

// locale-keys: site-state-*
fn cell(t: Text, states: &[PageState], slug: &str, language: &'static str) -> Cell {
    let found = states.iter().find(|state| state.slug == slug && state.language == language);
    let state = match found {
        None => "none",
        Some(state) if state.shown == Some(state.latest) => "published",
        Some(state) if state.shown.is_some() => "changed",
        Some(_) => "draft",
    };
    let own = Language::from_tag(language).unwrap_or_default().own_name();
    Cell { language, lang: own, state, word: t.t(&format!("site-state-{state}")) }
}

pub async fn list(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    show_list(&me, &asked.library, false).await
}

async fn show_list(me: &SignedIn, code: &str, wrong: bool) -> Answer {
    me.require(Right::EditSite)?;
    let t = me.text();
    let id = match code {
        "" => me.session().actor.scope,
        code => library(me, code)?,
    };
    let states = me.read(async move |op| pages(op, id).await).await?;
    let general = is_root(me, id);
    let known: &[&str] = if general { &GENERAL } else { &OF_A_LIBRARY };
    let mut slugs: Vec<String> = known.iter().map(|slug| (*slug).to_owned()).collect();
    for state in &states {
        if !slugs.contains(&state.slug) {
            slugs.push(state.slug.clone());
        }
    }
    let row = |slug: String| {
        let cells = LANGUAGES.map(|language| cell(t, &states, &slug, language)).into_iter().collect();
        let titled = states.iter().find(|state| state.slug == slug && state.language == t.language.tag());
        let titled = titled.or_else(|| states.iter().find(|state| state.slug == slug));
        let name = match known.contains(&slug.as_str()) {
            true => name_of(t, &slug),
            false => titled.map_or_else(|| slug.clone(), |state| state.title.clone()),
        };
        (slug, name, cells)
    };
    let site = Site {
        t,
        page: me.page(),
        nav: Nav::of(me, "site"),
        libraries: libraries(me),
        code: me.session().tree.library(id).map(|library| library.code.clone()).unwrap_or_default(),
        rows: slugs.into_iter().map(row).collect(),
        languages: Language::ALL.map(Language::own_name).to_vec(),
        general,
        wrong,
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(html_with(status, &site))
}

/// A page of a name of its own: its editor is opened, and nothing is written yet.
pub async fn add(me: SignedIn, Posted(fields): Posted) -> Answer {
    me.require(Right::EditSite)?;
    let slug = fields.value("page.slug").trim().to_lowercase();
    let fits = (2..=40).contains(&slug.len())
        && slug.starts_with(|first: char| first.is_ascii_lowercase())
        && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let code = fields.value("library");
    if !fits || code.is_empty() {
        return show_list(&me, code, true).await;
    }
    let id = library(&me, code)?;
    let code = me.session().tree.library(id).map(|library| library.code.clone()).unwrap_or_default();
    Ok(Redirect::to(&format!("/office/site/{code}/{slug}/zh-Hans")).into_response())
}

/// Which page, in which language.
pub type Which = Path<(String, String, String)>;

/// What is looked at.
#[derive(Debug, Default, Deserialize)]
pub struct Looked {
    version: Option<i64>,
    done: Option<String>,
}

struct Found {
    id: LibraryId,
    code: String,
    slug: String,
    language: &'static str,
}

fn found(me: &SignedIn, (code, slug, language): (String, String, String)) -> Result<Found, Failure> {
    me.require(Right::EditSite)?;
    let id = library(me, &code)?;
    let language = LANGUAGES.into_iter().find(|known| *known == language);
    let language = language.ok_or_else(|| me.failure(Error::NotFound("language")))?;
    Ok(Found { id, code, slug, language })
}

// locale-keys: site-done-*
pub async fn show(me: SignedIn, Path(which): Which, Query(looked): Query<Looked>) -> Answer {
    let found = found(&me, which)?;
    let done = match looked.done.as_deref() {
        Some(word @ ("saved" | "published" | "withdrawn")) => me.text().t(&format!("site-done-{word}")),
        _ => String::new(),
    };
    editor(&me, found, None, looked.version, done).await
}

async fn editor(
    me: &SignedIn,
    found: Found,
    typed: Option<(Form, bool)>,
    version: Option<i64>,
    done: String,
) -> Answer {
    let t = me.text();
    let Found { id, code, slug, language } = found;
    let asked = slug.clone();
    let (versions, names) = me
        .read(async move |op| {
            let versions = page_versions(op, id, &asked, language).await?;
            let actors: Vec<&str> = versions.iter().map(|version| version.written_by.as_str()).collect();
            let names = colleagues(op, &actors).await?;
            Ok((versions, names))
        })
        .await?;
    let latest = versions.first();
    let looked = match version {
        Some(number) => versions.iter().find(|one| one.number == number),
        None => latest,
    };
    if version.is_some() && looked.is_none() {
        return Err(me.failure(Error::NotFound("version")));
    }
    let preview = looked.map(|version| Written::of(t, &version.title, &version.body, language));
    let preview = preview.map(|preview| Written { note: String::new(), ..preview });
    let number = latest.map_or(0, |version| version.number);
    let (form, stale) = typed.unwrap_or_else(|| {
        let mut fields = Fields::default();
        if let Some(version) = looked {
            fields.set("page.title", version.title.clone());
            fields.set("page.body", version.body.clone());
        }
        fields.set("based_on", number.to_string());
        (Form::new(fields), false)
    });
    let status = match (form.wrong().is_empty(), stale) {
        (_, true) => StatusCode::CONFLICT,
        (true, false) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Editor {
        t,
        page: me.page(),
        nav: Nav::of(me, "site"),
        library: t.library(&me.session().tree, id),
        name: name_of(t, &slug),
        own_name: Language::from_tag(language).unwrap_or_default().own_name(),
        languages: Language::ALL.map(|language| (language.tag(), language.own_name())).to_vec(),
        shown: versions.iter().find(|version| version.shown).map(|version| version.number),
        previewed: looked.map_or(0, |version| version.number),
        versions: versions
            .iter()
            .map(|version| {
                let who = names.get(&version.written_by).map(|colleague| colleague.name.clone());
                (version.clone(), who.unwrap_or_else(|| t.t("site-by-program")))
            })
            .collect(),
        preview,
        code,
        slug,
        language,
        form,
        stale,
        done,
    };
    Ok(html_with(status, &page))
}

pub async fn submit(me: SignedIn, Path(which): Which, Posted(fields): Posted) -> Answer {
    let found = found(&me, which)?;
    let (id, slug, language) = (found.id, found.slug.clone(), found.language);
    let back = |done: &str| -> Response {
        let Found { code, slug, language, .. } = &found;
        Redirect::to(&format!("/office/site/{code}/{slug}/{language}?done={done}")).into_response()
    };
    let number = fields.value("version").parse::<i64>();
    match (fields.value("do"), number) {
        ("publish", Ok(number)) => {
            me.write(async move |op| publish_page(op, id, &slug, language, number).await).await?;
            Ok(back("published"))
        }
        ("withdraw", _) => {
            me.write(async move |op| withdraw_page(op, id, &slug, language).await).await?;
            Ok(back("withdrawn"))
        }
        (what, _) => {
            let save = SavePage {
                library: id,
                slug: slug.clone(),
                language: language.to_owned(),
                based_on: fields.value("based_on").parse().unwrap_or_default(),
                title: fields.owned("page.title"),
                body: fields.owned("page.body"),
            };
            let publish = what == "save_and_publish";
            let saved = me
                .try_write(None, async move |op| {
                    let number = save_page(op, &save).await?;
                    if publish {
                        publish_page(op, save.library, &save.slug, &save.language, number).await?;
                    }
                    Ok(())
                })
                .await;
            match saved {
                Ok(()) => Ok(back(if publish { "published" } else { "saved" })),
                Err(Error::Invalid(invalid)) => {
                    let form = Form::with(fields, me.text(), &invalid);
                    editor(&me, found, Some((form, false)), None, String::new()).await
                }
                Err(Error::Stale) => {
                    editor(&me, found, Some((Form::new(fields), true)), None, String::new()).await
                }
                Err(error) => Err(me.failure(error)),
            }
        }
    }
}

/// A version as the public would see it.
pub async fn preview(me: SignedIn, Path(which): Which, Query(looked): Query<Looked>) -> Answer {
    let Found { id, slug, language, .. } = found(&me, which)?;
    let number = looked.version.unwrap_or_default();
    let version = me.read(async move |op| page_version(op, id, &slug, language, number).await).await?;
    let t = Text { language: Language::from_tag(language).unwrap_or_default() };
    let mut page = me.page();
    page.t = t;
    let written = Written {
        note: t.a("site-preview-note", &[("number", number)]),
        ..Written::of(t, &version.title, &version.body, language)
    };
    let title = written.title.clone();
    Ok(html(&Show { t, page, here: "", title, written: Some(written), libraries: Vec::new() }))
}
