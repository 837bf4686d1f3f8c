//! Pages that staff write, in three languages (4.4.1): every version stays, with who wrote it and when; the public sees the one that was
//! published. A branch writes its own, the federation those of everybody.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::tables::{page as shown, version};
use crate::kernel::{
    Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, SiteVersionId, clean,
};
use crate::libraries::tree;
use crate::records;

/// The languages of pages; what is missing in one is shown in the next that there is, with a note.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];
/// What the federation's pages are called that have a place of their own; it may have others besides.
pub const GENERAL: [&str; 6] = ["guide", "card", "check", "lending", "services", "yuedutong"];
/// What the pages of a library are called.
pub const OF_A_LIBRARY: [&str; 1] = ["services"];

const LONGEST_TITLE: usize = 80;
const LONGEST_BODY: usize = 20_000;

/// A page as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownPage {
    /// Its title.
    pub title: String,
    /// Its text, in the markup of pages.
    pub body: String,
    /// The language that it is in, which may be another than was asked for.
    pub language: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// A version of a page, for those who write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number among those of this page in this language.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// By whom: the words of an actor.
    pub written_by: String,
    /// When it was first published; none: it is a draft.
    pub published_at: Option<DateTime<Utc>>,
    /// By whom.
    pub published_by: Option<String>,
    /// Whether it is the one that the public sees.
    pub shown: bool,
}

/// A page in a list, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageState {
    /// What it is called.
    pub slug: String,
    /// Its language.
    pub language: String,
    /// Its latest title.
    pub title: String,
    /// The number of the latest version.
    pub latest: i64,
    /// The number of the version that the public sees.
    pub shown: Option<i64>,
    /// When the latest was written.
    pub written_at: DateTime<Utc>,
}

/// A version to save.
#[derive(Clone, Debug)]
pub struct SavePage {
    /// Whose page it is.
    pub library: LibraryId,
    /// What it is called: 2 to 40 small letters, digits and `-`.
    pub slug: String,
    /// A word of [`LANGUAGES`].
    pub language: String,
    /// The version that it was made of; 0 for the first.
    pub based_on: i64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// The languages to look into, for one that was asked for.
pub(super) fn after(language: &str) -> [&'static str; 3] {
    match language {
        "zh-Hant" => ["zh-Hant", "zh-Hans", "en"],
        "en" => ["en", "zh-Hans", "zh-Hant"],
        _ => ["zh-Hans", "zh-Hant", "en"],
    }
}

/// The page of a library (none: of the federation) as the public sees it; none where nothing is published. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn page(
    op: &Op,
    library: Option<LibraryId>,
    slug: &str,
    language: &str,
) -> Result<Option<ShownPage>> {
    let library = match library {
        Some(library) => Some(library),
        None => tree(op).await?.root().map(|root| root.id),
    };
    let Some(library) = library else { return Ok(None) };
    let rows = shown::Entity::find()
        .filter(shown::Column::LibraryId.eq(library))
        .filter(shown::Column::Slug.eq(slug))
        .all(op.db())
        .await?;
    let found =
        after(language).into_iter().find_map(|language| rows.iter().find(|row| row.language == language));
    let Some(found) = found else { return Ok(None) };
    let row = version::Entity::find_by_id(found.version_id).one(op.db()).await?;
    let row = row.ok_or_else(|| Error::internal("a published page without its version"))?;
    Ok(Some(ShownPage {
        title: row.title,
        body: row.body,
        language: row.language,
        published_at: row.published_at.unwrap_or(row.written_at),
    }))
}

/// The pages of the federation that are published beside those with a place of their own: slug and title. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn published_slugs(op: &Op, language: &str) -> Result<Vec<(String, String)>> {
    let Some(root) = tree(op).await?.root().map(|root| root.id) else { return Ok(Vec::new()) };
    let rows = shown::Entity::find()
        .filter(shown::Column::LibraryId.eq(root))
        .filter(shown::Column::Slug.is_not_in(GENERAL))
        .order_by_asc(shown::Column::Slug)
        .all(op.db())
        .await?;
    let mut by_slug: BTreeMap<&str, Vec<&shown::Model>> = BTreeMap::new();
    for row in &rows {
        by_slug.entry(&row.slug).or_default().push(row);
    }
    let mut found = Vec::new();
    for (slug, rows) in by_slug {
        let order = after(language);
        let best = order.into_iter().find_map(|language| rows.iter().find(|row| row.language == language));
        let Some(best) = best else { continue };
        if let Some(version) = version::Entity::find_by_id(best.version_id).one(op.db()).await? {
            found.push((slug.to_owned(), version.title));
        }
    }
    Ok(found)
}

async fn may_edit(op: &Op, library: LibraryId, slug: &str) -> Result<()> {
    op.require(Right::EditSite)?;
    let tree = tree(op).await?;
    if !tree.covers(op.actor().scope, library) {
        return Err(Error::NotFound("library"));
    }
    let is_root = tree.root().is_some_and(|root| root.id == library);
    if is_root || OF_A_LIBRARY.contains(&slug) { Ok(()) } else { Err(Error::NotFound("page")) }
}

fn is_slug(slug: &str) -> bool {
    (2..=40).contains(&slug.len())
        && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && slug.starts_with(|first: char| first.is_ascii_lowercase())
}

/// The pages of a library, as they stand in each language that there is.
///
/// # Errors
/// [`Right::EditSite`] is needed, for a library under the caller's.
pub async fn pages(op: &Op, library: LibraryId) -> Result<Vec<PageState>> {
    may_edit(op, library, "services").await?;
    let rows = version::Entity::find()
        .filter(version::Column::LibraryId.eq(library))
        .order_by_asc(version::Column::Number)
        .all(op.db())
        .await?;
    let published = shown::Entity::find().filter(shown::Column::LibraryId.eq(library)).all(op.db()).await?;
    let mut states: BTreeMap<(String, String), PageState> = BTreeMap::new();
    for row in rows {
        let is_shown = published.iter().any(|page| page.version_id == row.id);
        let key = (row.slug.clone(), row.language.clone());
        let before = states.get(&key).and_then(|state| state.shown);
        let state = PageState {
            slug: row.slug,
            language: row.language,
            title: row.title,
            latest: row.number,
            shown: if is_shown { Some(row.number) } else { before },
            written_at: row.written_at,
        };
        states.insert(key, state);
    }
    Ok(states.into_values().collect())
}

/// The versions of a page in a language, the latest first.
///
/// # Errors
/// As [`pages`]; [`Error::NotFound`] when this library has no page of this name.
pub async fn page_versions(op: &Op, library: LibraryId, slug: &str, language: &str) -> Result<Vec<Version>> {
    may_edit(op, library, slug).await?;
    let rows = version::Entity::find()
        .filter(version::Column::LibraryId.eq(library))
        .filter(version::Column::Slug.eq(slug))
        .filter(version::Column::Language.eq(language))
        .order_by_desc(version::Column::Number)
        .all(op.db())
        .await?;
    let published =
        shown::Entity::find_by_id((library, slug.to_owned(), language.to_owned())).one(op.db()).await?;
    let published = published.map(|row| row.version_id);
    Ok(rows.into_iter().map(|row| Version::from_row(row, published)).collect())
}

/// One version.
///
/// # Errors
/// As [`page_versions`]; [`Error::NotFound`] when there is no such version.
pub async fn page_version(
    op: &Op,
    library: LibraryId,
    slug: &str,
    language: &str,
    number: i64,
) -> Result<Version> {
    let versions = page_versions(op, library, slug, language).await?;
    versions.into_iter().find(|version| version.number == number).ok_or(Error::NotFound("version"))
}

impl Version {
    fn from_row(row: version::Model, published: Option<SiteVersionId>) -> Self {
        Self {
            shown: published == Some(row.id),
            number: row.number,
            title: row.title,
            body: row.body,
            written_at: row.written_at,
            written_by: row.written_by,
            published_at: row.published_at,
            published_by: row.published_by,
        }
    }
}

/// Saves a version, which nobody of the public sees before it is published. Gives its number.
///
/// # Errors
/// [`Right::EditSite`] is needed, for a library under the caller's; [`Error::Invalid`] names each field that can't be taken;
/// [`Error::Stale`] when somebody else saved one meanwhile.
pub async fn save_page(op: &Op, save: &SavePage) -> Result<i64> {
    op.intend(ServiceName::EditSite, None);
    may_edit(op, save.library, &save.slug).await?;
    let mut invalid = Invalid::default();
    if !is_slug(&save.slug) {
        invalid.add("page.slug", Problem::Character);
    }
    if !LANGUAGES.contains(&save.language.as_str()) {
        invalid.add("page.language", Problem::UnknownWord);
    }
    let title = clean(&save.title);
    match title.chars().count() {
        0 => invalid.add("page.title", Problem::Missing),
        1..=LONGEST_TITLE => {}
        _ => invalid.add("page.title", Problem::TooLong(LONGEST_TITLE)),
    }
    let body = save.body.replace("\r\n", "\n").trim_end().to_owned();
    match body.chars().count() {
        0 => invalid.add("page.body", Problem::Missing),
        1..=LONGEST_BODY => {}
        _ => invalid.add("page.body", Problem::TooLong(LONGEST_BODY)),
    }
    invalid.into_result()?;
    let latest = version::Entity::find()
        .filter(version::Column::LibraryId.eq(save.library))
        .filter(version::Column::Slug.eq(save.slug.clone()))
        .filter(version::Column::Language.eq(save.language.clone()))
        .order_by_desc(version::Column::Number)
        .one(op.db())
        .await?;
    if latest.as_ref().map_or(0, |latest| latest.number) != save.based_on {
        return Err(Error::Stale);
    }
    if let Some(latest) = &latest
        && latest.title == title
        && latest.body == body
    {
        return Ok(latest.number);
    }
    let number = save.based_on + 1;
    let row = version::ActiveModel {
        id: Set(op.new_id()?),
        library_id: Set(save.library),
        slug: Set(save.slug.clone()),
        language: Set(save.language.clone()),
        number: Set(number),
        title: Set(title),
        body: Set(body),
        written_at: Set(op.now()),
        written_by: Set(op.actor().who.to_string()),
        published_at: Set(None),
        published_by: Set(None),
    };
    // Of two at once the unique index lets one in; the other runs again, and finds it.
    version::Entity::insert(row).exec_without_returning(op.db()).await?;
    keep(op, save.library, &save.slug, &save.language, Some(number), "saved").await?;
    Ok(number)
}

/// Publishes a version: the public sees it from now on. An earlier one can be published again.
///
/// # Errors
/// As [`page_version`].
pub async fn publish_page(
    op: &Op,
    library: LibraryId,
    slug: &str,
    language: &str,
    number: i64,
) -> Result<()> {
    op.intend(ServiceName::EditSite, None);
    may_edit(op, library, slug).await?;
    let row = version::Entity::find()
        .filter(version::Column::LibraryId.eq(library))
        .filter(version::Column::Slug.eq(slug))
        .filter(version::Column::Language.eq(language))
        .filter(version::Column::Number.eq(number))
        .one(op.db())
        .await?
        .ok_or(Error::NotFound("version"))?;
    let published = shown::ActiveModel {
        library_id: Set(library),
        slug: Set(slug.to_owned()),
        language: Set(language.to_owned()),
        version_id: Set(row.id),
    };
    let columns = [shown::Column::LibraryId, shown::Column::Slug, shown::Column::Language];
    let again = OnConflict::columns(columns).update_column(shown::Column::VersionId).to_owned();
    shown::Entity::insert(published).on_conflict(again).exec_without_returning(op.db()).await?;
    version::Entity::update_many()
        .col_expr(version::Column::PublishedAt, Expr::value(op.now()))
        .col_expr(version::Column::PublishedBy, Expr::value(op.actor().who.to_string()))
        .filter(version::Column::Id.eq(row.id))
        .exec(op.db())
        .await?;
    keep(op, library, slug, language, Some(number), "published").await
}

/// Takes a page back in a language: the public sees nothing of it there.
///
/// # Errors
/// As [`pages`]; [`Error::NotFound`] when none is published.
pub async fn withdraw_page(op: &Op, library: LibraryId, slug: &str, language: &str) -> Result<()> {
    op.intend(ServiceName::EditSite, None);
    may_edit(op, library, slug).await?;
    let key = (library, slug.to_owned(), language.to_owned());
    let done = shown::Entity::delete_by_id(key).exec(op.db()).await?;
    if done.rows_affected != 1 {
        return Err(Error::NotFound("page"));
    }
    keep(op, library, slug, language, None, "withdrawn").await
}

async fn keep(
    op: &Op,
    library: LibraryId,
    slug: &str,
    language: &str,
    number: Option<i64>,
    what: &str,
) -> Result<()> {
    let detail =
        json!({ "library": library, "page": slug, "language": language, "version": number, "what": what });
    records::keep_act(op, ServiceName::EditSite, detail).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_words_and_languages_come_in_an_order() {
        for good in ["guide", "summer-2026", "ab"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "a", "Guide", "-a", "1a", "a/b", "../x", "页面"] {
            assert!(!is_slug(bad), "{bad}");
        }
        for language in LANGUAGES {
            assert_eq!(after(language).first(), Some(&language));
        }
    }
}
