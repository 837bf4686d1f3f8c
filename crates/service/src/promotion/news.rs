//! News: short posts of libraries, for as long as they are of use (4.4.1, 6.5).

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::tables::news as table;
use crate::kernel::{Error, Invalid, LibraryId, NewsId, Op, Problem, Result, Right, ServiceName, clean};
use crate::libraries::tree;
use crate::records;

/// A post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsItem {
    /// Its id.
    pub id: NewsId,
    /// The library that says it.
    pub library: LibraryId,
    /// Whether it stands before all others.
    pub pinned: bool,
    /// Its first day.
    pub shown_from: NaiveDate,
    /// Its last day, where one is set.
    pub shown_until: Option<NaiveDate>,
    /// In simplified and traditional Chinese and in English; the latter two may be empty.
    pub titles: [String; 3],
    /// The same of the text.
    pub bodies: [String; 3],
    /// Whether the public sees it on its days.
    pub published: bool,
    /// Counts changes.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// By whom: the words of an actor.
    pub changed_by: String,
}

/// A post as somebody enters it.
#[derive(Clone, Debug, Default)]
pub struct NewsForm {
    /// The code of the library; empty for the caller's.
    pub library: String,
    /// Whether it stands before all others.
    pub pinned: bool,
    /// `YYYY-MM-DD`; nothing for today.
    pub shown_from: String,
    /// `YYYY-MM-DD`, or nothing.
    pub shown_until: String,
    /// In three languages; the first is needed.
    pub titles: [String; 3],
    /// In three languages; the first is needed.
    pub bodies: [String; 3],
    /// Whether the public sees it.
    pub published: bool,
}

const LONGEST_TITLE: usize = 80;
const LONGEST_BODY: usize = 4000;
const TITLES: [&str; 3] = ["news.title", "news.title_hant", "news.title_en"];
const BODIES: [&str; 3] = ["news.body", "news.body_hant", "news.body_en"];

impl NewsItem {
    fn from_row(row: table::Model) -> Self {
        Self {
            id: row.id,
            library: row.library_id,
            pinned: row.pinned,
            shown_from: row.shown_from,
            shown_until: row.shown_until,
            titles: [row.title, row.title_hant, row.title_en],
            bodies: [row.body, row.body_hant, row.body_en],
            published: row.published,
            version: row.version,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }

    /// Whether the public sees it on a day.
    #[must_use]
    pub fn is_shown_on(&self, day: NaiveDate) -> bool {
        self.published && self.shown_from <= day && self.shown_until.is_none_or(|last| day <= last)
    }
}

/// What the public sees today: of one library, or of all; what is pinned first, then the latest. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn news(op: &Op, library: Option<LibraryId>, most: u64) -> Result<Vec<NewsItem>> {
    let today = op.today();
    let open =
        Condition::any().add(table::Column::ShownUntil.is_null()).add(table::Column::ShownUntil.gte(today));
    let mut found = table::Entity::find()
        .filter(table::Column::Published.eq(true))
        .filter(table::Column::ShownFrom.lte(today))
        .filter(open);
    if let Some(library) = library {
        found = found.filter(table::Column::LibraryId.eq(library));
    }
    let rows = found
        .order_by_desc(table::Column::Pinned)
        .order_by_desc(table::Column::ShownFrom)
        .order_by_desc(table::Column::Id)
        .limit(most)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(NewsItem::from_row).collect())
}

/// One post that the public sees today. Anybody may ask.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn news_item(op: &Op, id: NewsId) -> Result<NewsItem> {
    let row = table::Entity::find_by_id(id).one(op.db()).await?;
    let found = row.map(NewsItem::from_row).filter(|item| item.is_shown_on(op.today()));
    found.ok_or(Error::NotFound("news"))
}

/// The posts of libraries under the caller's, drafts and old ones included, the latest first.
///
/// # Errors
/// [`Right::EditSite`] is needed.
pub async fn all_news(op: &Op) -> Result<Vec<NewsItem>> {
    op.require(Right::EditSite)?;
    let under = tree(op).await?.under(op.actor().scope);
    let rows = table::Entity::find()
        .filter(table::Column::LibraryId.is_in(under))
        .order_by_desc(table::Column::ShownFrom)
        .order_by_desc(table::Column::Id)
        .limit(200)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(NewsItem::from_row).collect())
}

/// One of them.
///
/// # Errors
/// [`Right::EditSite`] is needed; [`Error::NotFound`] when there is none of a library under the caller's.
pub async fn news_to_edit(op: &Op, id: NewsId) -> Result<NewsItem> {
    op.require(Right::EditSite)?;
    let row = table::Entity::find_by_id(id).one(op.db()).await?;
    let found = row.map(NewsItem::from_row).ok_or(Error::NotFound("news"))?;
    let covered = tree(op).await?.covers(op.actor().scope, found.library);
    if covered { Ok(found) } else { Err(Error::NotFound("news")) }
}

/// Writes a post.
///
/// # Errors
/// [`Right::EditSite`] is needed, for a library under the caller's; [`Error::Invalid`] names each field that can't be taken.
pub async fn write_news(op: &Op, form: &NewsForm) -> Result<NewsId> {
    op.intend(ServiceName::EditSite, None);
    op.require(Right::EditSite)?;
    let id: NewsId = op.new_id()?;
    let mut row = checked(op, form).await?;
    row.id = Set(id);
    row.version = Set(1);
    table::Entity::insert(row).exec_without_returning(op.db()).await?;
    keep(op, id, form).await?;
    Ok(id)
}

/// Changes a post.
///
/// # Errors
/// As [`write_news`]; [`Error::Stale`] when it is not at the version that was seen.
pub async fn change_news(op: &Op, id: NewsId, seen: i64, form: &NewsForm) -> Result<()> {
    op.intend(ServiceName::EditSite, None);
    news_to_edit(op, id).await?;
    let mut row = checked(op, form).await?;
    row.version = Set(seen + 1);
    let done = table::Entity::update_many()
        .set(row)
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::Version.eq(seen))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Stale);
    }
    keep(op, id, form).await
}

async fn checked(op: &Op, form: &NewsForm) -> Result<table::ActiveModel> {
    let mut invalid = Invalid::default();
    let tree = tree(op).await?;
    let library = match form.library.trim() {
        "" => Some(op.actor().library),
        code => tree.libraries().find(|library| library.code == code).map(|library| library.id),
    };
    let library = library.filter(|library| tree.covers(op.actor().scope, *library));
    let library = invalid.take("news.library", library.ok_or(Problem::UnknownWord));
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Problem::Date);
    let from = match form.shown_from.trim() {
        "" => Ok(op.today()),
        text => day(text),
    };
    let from = invalid.take("news.shown_from", from);
    let until = match form.shown_until.trim() {
        "" => Ok(None),
        text => day(text).map(Some),
    };
    let until = invalid.take("news.shown_until", until);
    if let (Some(from), Some(Some(until))) = (from, until)
        && until < from
    {
        invalid.add("news.shown_until", Problem::BeforeBegin);
    }
    let titles = form.titles.each_ref().map(|title| clean(title));
    let bodies = form.bodies.each_ref().map(|body| body.replace("\r\n", "\n").trim().to_owned());
    for (texts, fields, longest) in [(&titles, TITLES, LONGEST_TITLE), (&bodies, BODIES, LONGEST_BODY)] {
        for (place, (text, field)) in texts.iter().zip(fields).enumerate() {
            match text.chars().count() {
                0 if place == 0 => invalid.add(field, Problem::Missing),
                count if count > longest => invalid.add(field, Problem::TooLong(longest)),
                _ => {}
            }
        }
    }
    invalid.into_result()?;
    let (Some(library), Some(from), Some(until)) = (library, from, until) else {
        return Err(Error::internal("a checked post without its parts"));
    };
    let ([title, title_hant, title_en], [body, body_hant, body_en]) = (titles, bodies);
    Ok(table::ActiveModel {
        library_id: Set(library),
        pinned: Set(form.pinned),
        shown_from: Set(from),
        shown_until: Set(until),
        title: Set(title),
        title_hant: Set(title_hant),
        title_en: Set(title_en),
        body: Set(body),
        body_hant: Set(body_hant),
        body_en: Set(body_en),
        published: Set(form.published),
        changed_at: Set(op.now()),
        changed_by: Set(op.actor().who.to_string()),
        ..Default::default()
    })
}

async fn keep(op: &Op, id: NewsId, form: &NewsForm) -> Result<()> {
    let what = if form.published { "published" } else { "saved" };
    records::keep_act(op, ServiceName::EditSite, json!({ "news": id, "what": what })).await.map(|_| ())
}
