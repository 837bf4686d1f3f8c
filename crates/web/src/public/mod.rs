//! What anybody reads (4.4.1): how to get a card, which and what for, where and when; news; the way in by a campaign. What the rules say is
//! asked of the house, what staff write stands beside it, and nothing here needs a script.

use axum::Router;
use axum::routing::get;
use service::kernel::{Actor, LibraryId, Op};
use service::promotion;

use crate::App;
use crate::i18n::{Language, Text};
use crate::problem::Failure;
use crate::session::Visit;

pub mod campaign;
mod card;
mod check;
mod home;
mod hours;
mod lending;
mod libraries;
pub mod markup;
mod news;
pub mod written;

pub use hours::OpenNow;

/// The public pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/guide", get(home::show))
        .route("/guide/card", get(card::show))
        .route("/guide/check", get(check::show))
        .route("/guide/lending", get(lending::show))
        .route("/guide/services", get(written::services))
        .route("/guide/p/{slug}", get(written::show))
        .route("/libraries", get(libraries::list))
        .route("/libraries/{code}", get(libraries::show))
        .route("/news", get(news::list))
        .route("/news/{id}", get(news::show))
        .route("/news.atom", get(news::feed))
        .route("/c/{code}", get(campaign::follow))
}

/// A text that staff wrote, ready for a page.
#[derive(Clone, Debug)]
pub struct Written {
    pub title: String,
    pub html: String,
    /// The language that it is in.
    pub lang: String,
    /// That it is not in the language of the page, or nothing.
    pub note: String,
}

impl Written {
    /// A text in a language, for a page in another perhaps.
    pub fn of(t: Text, title: &str, body: &str, language: &str) -> Self {
        let own = Language::from_tag(language).unwrap_or_default();
        let note = match own == t.language {
            true => String::new(),
            false => t.a("site-other-language", &[("language", own.own_name())]),
        };
        Self { title: title.to_owned(), html: markup::html(body), lang: own.tag().to_owned(), note }
    }
}

/// What staff wrote under a name, of a library or of the federation; none where nothing is published.
pub async fn written(
    visit: &Visit,
    t: Text,
    library: Option<LibraryId>,
    slug: &'static str,
) -> Result<Option<Written>, Failure> {
    let tag = t.language.tag();
    let page = read(visit, async move |op| promotion::page(op, library, slug, tag).await).await?;
    Ok(page.map(|page| Written::of(t, &page.title, &page.body, &page.language)))
}

/// Asks the house for nobody in particular; what goes wrong becomes a page.
pub async fn read<T>(
    visit: &Visit,
    operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
) -> Result<T, Failure> {
    let read = visit.app.service.read(Actor::nobody(), operation).await;
    read.map_err(|error| visit.failure(error))
}
