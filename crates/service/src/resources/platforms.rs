//! Accounts of platforms: added, changed and closed by who manages the access of programs. Secrets are shown once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::Told;
use super::tables::{platform, token};
use crate::kernel::{
    Error, Invalid, LibraryId, Op, PlatformId, Problem, Result, Right, ServiceName, account_name, clean,
    random_bytes,
};
use crate::libraries::tree;
use crate::records;

/// What of an account can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSettings {
    /// What readers know it as.
    pub title: String,
    /// The library that it belongs to.
    pub library: LibraryId,
    /// Where readers begin, or nothing: `https://…`.
    pub home: String,
    /// Where browsers may be sent back to, letter by letter.
    pub return_to: Vec<String>,
    /// What it is told beside the name that a reader goes by there.
    pub told: Vec<Told>,
}

/// An account to add.
#[derive(Clone, Debug)]
pub struct NewPlatform {
    /// What it calls itself: 2 to 40 of small letters, digits and `-`.
    pub name: String,
    /// The rest.
    pub settings: PlatformSettings,
}

/// A platform that a browser comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The account.
    pub id: PlatformId,
    /// What readers know it as.
    pub title: String,
    /// What it may be told.
    pub told: Vec<Told>,
}

/// An account, for the list.
#[derive(Clone, Debug)]
pub struct PlatformEntry {
    /// The account.
    pub id: PlatformId,
    /// What it calls itself.
    pub name: String,
    /// What it is set to.
    pub settings: PlatformSettings,
    /// Since when it exists.
    pub since: DateTime<Utc>,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// How many addresses one platform may have.
const MOST_ADDRESSES: usize = 10;

impl PlatformSettings {
    async fn checked(&self, op: &Op, invalid: &mut Invalid) -> Result<Self> {
        let title = clean(&self.title);
        match title.chars().count() {
            0 => invalid.add("title", Problem::Missing),
            1..=40 => {}
            _ => invalid.add("title", Problem::TooLong(40)),
        }
        if !tree(op).await?.covers(op.actor().scope, self.library) {
            invalid.add("library", Problem::UnknownWord);
        }
        let home = self.home.trim().to_owned();
        if !home.is_empty() && !is_web_address(&home) {
            invalid.add("home", Problem::NotApplicable);
        }
        let mut return_to: Vec<String> =
            self.return_to.iter().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()).collect();
        return_to.sort_unstable();
        return_to.dedup();
        match return_to.len() {
            0 => invalid.add("return_to", Problem::Missing),
            1..=MOST_ADDRESSES if return_to.iter().all(|url| is_web_address(url)) => {}
            1..=MOST_ADDRESSES => invalid.add("return_to", Problem::NotApplicable),
            _ => invalid.add("return_to", Problem::TooLong(MOST_ADDRESSES)),
        }
        let told = Told::of(&Told::text(&self.told));
        Ok(Self { title, library: self.library, home, return_to, told })
    }

    fn home(&self) -> Option<String> {
        Some(self.home.clone()).filter(|home| !home.is_empty())
    }

    fn of(row: &platform::Model) -> Self {
        Self {
            title: row.title.clone(),
            library: row.library_id,
            home: row.home.clone().unwrap_or_default(),
            return_to: row.return_to.lines().map(str::to_owned).collect(),
            told: Told::of(&row.told),
        }
    }
}

/// HTTPS, or this computer; without a fragment, which browsers keep to themselves.
fn is_web_address(url: &str) -> bool {
    let local = ["http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/"];
    url.len() <= 300
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>\\;,'".contains(&byte))
        && (url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            || local.iter().any(|start| url.starts_with(start)))
}

/// Adds an account; gives its secret, this once.
///
/// # Errors
/// [`Right::ManageTokens`] is needed, for a library under the caller's; [`Error::Invalid`] names what can't be taken.
pub async fn add_platform(op: &Op, new: &NewPlatform) -> Result<String> {
    op.intend(ServiceName::AddPlatform, None);
    op.require(Right::ManageTokens)?;
    let mut invalid = Invalid::default();
    let settings = new.settings.checked(op, &mut invalid).await?;
    let name = account_name(&new.name, &mut invalid);
    let taken = platform::Entity::find().filter(platform::Column::Name.eq(name.clone())).one(op.db()).await?;
    if taken.is_some() {
        invalid.add("name", Problem::Taken);
    }
    invalid.into_result()?;
    let (id, secret): (PlatformId, String) = (op.new_id()?, secret()?);
    let row = platform::ActiveModel {
        id: Set(id),
        name: Set(name.clone()),
        title: Set(settings.title.clone()),
        library_id: Set(settings.library),
        home: Set(settings.home()),
        return_to: Set(settings.return_to.join("\n")),
        told: Set(Told::text(&settings.told)),
        secret_key: Set(secret_key(op, &secret)),
        version: Set(1),
        created_at: Set(op.now()),
        closed_at: Set(None),
    };
    platform::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "platform": id, "name": name, "told": Told::text(&settings.told) });
    records::keep_act(op, ServiceName::AddPlatform, detail).await?;
    Ok(secret)
}

/// Changes an account. What readers allowed it before is not widened: they are asked for what is new.
///
/// # Errors
/// As [`add_platform`]; [`Error::NotFound`] when no such account is open.
pub async fn change_platform(op: &Op, id: PlatformId, settings: &PlatformSettings) -> Result<()> {
    op.intend(ServiceName::ChangePlatform, None);
    let row = managed(op, id).await?;
    let mut invalid = Invalid::default();
    let settings = settings.checked(op, &mut invalid).await?;
    invalid.into_result()?;
    let set = platform::ActiveModel {
        title: Set(settings.title.clone()),
        library_id: Set(settings.library),
        home: Set(settings.home()),
        return_to: Set(settings.return_to.join("\n")),
        told: Set(Told::text(&settings.told)),
        ..Default::default()
    };
    write(op, &row, set).await?;
    let detail = json!({ "platform": id, "told": Told::text(&settings.told) });
    records::keep_act(op, ServiceName::ChangePlatform, detail).await.map(|_| ())
}

/// Gives an account another secret, this once; the one before works no more.
///
/// # Errors
/// As [`change_platform`].
pub async fn new_secret(op: &Op, id: PlatformId) -> Result<String> {
    op.intend(ServiceName::ChangePlatform, None);
    let row = managed(op, id).await?;
    let secret = secret()?;
    let set = platform::ActiveModel { secret_key: Set(secret_key(op, &secret)), ..Default::default() };
    write(op, &row, set).await?;
    let detail = json!({ "platform": id, "secret": true });
    records::keep_act(op, ServiceName::ChangePlatform, detail).await?;
    Ok(secret)
}

/// Closes an account: nobody is signed on to it, and it is told nothing more.
///
/// # Errors
/// As [`change_platform`].
pub async fn close_platform(op: &Op, id: PlatformId) -> Result<()> {
    op.intend(ServiceName::ClosePlatform, None);
    let row = managed(op, id).await?;
    write(op, &row, platform::ActiveModel { closed_at: Set(Some(op.now())), ..Default::default() }).await?;
    token::Entity::update_many()
        .col_expr(token::Column::EndedAt, Expr::value(op.now()))
        .filter(token::Column::PlatformId.eq(id))
        .filter(token::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    records::keep_act(op, ServiceName::ClosePlatform, json!({ "platform": id })).await.map(|_| ())
}

/// The accounts of libraries under the caller's, by name.
///
/// # Errors
/// [`Right::ManageTokens`] is needed.
pub async fn list_platforms(op: &Op) -> Result<Vec<PlatformEntry>> {
    op.require(Right::ManageTokens)?;
    let tree = tree(op).await?;
    let rows = platform::Entity::find().order_by_asc(platform::Column::Name).all(op.db()).await?;
    let mine = rows.into_iter().filter(|row| tree.covers(op.actor().scope, row.library_id));
    Ok(mine
        .map(|row| PlatformEntry {
            settings: PlatformSettings::of(&row),
            id: row.id,
            name: row.name,
            since: row.created_at,
            closed_at: row.closed_at,
        })
        .collect())
}

/// The platform of this name, where it may have browsers sent back to this address; else none, and nobody may be sent there.
///
/// # Errors
/// When the database can't be asked.
pub async fn platform_at(op: &Op, name: &str, return_to: &str) -> Result<Option<Platform>> {
    let row = open(op, name).await?.filter(|row| row.return_to.lines().any(|line| line == return_to));
    Ok(row.map(|row| Platform { id: row.id, title: row.title, told: Told::of(&row.told) }))
}

/// The account of this name, if it is open.
pub(super) async fn open(op: &Op, name: &str) -> Result<Option<platform::Model>> {
    Ok(platform::Entity::find()
        .filter(platform::Column::Name.eq(name))
        .filter(platform::Column::ClosedAt.is_null())
        .one(op.db())
        .await?)
}

/// The account that shows this name and secret. Secrets have 256 bits: nobody guesses them, so tries are not counted.
pub(super) async fn authenticated(op: &Op, name: &str, secret: &str) -> Result<Option<platform::Model>> {
    let shown = secret_key(op, secret);
    Ok(open(op, name).await?.filter(|row| row.secret_key == shown))
}

async fn managed(op: &Op, id: PlatformId) -> Result<platform::Model> {
    op.require(Right::ManageTokens)?;
    let row = platform::Entity::find_by_id(id).one(op.db()).await?;
    let row = row.filter(|row| row.closed_at.is_none()).ok_or(Error::NotFound("platform"))?;
    match tree(op).await?.covers(op.actor().scope, row.library_id) {
        true => Ok(row),
        false => Err(Error::NotFound("platform")),
    }
}

/// Changes an account that is still as it was read.
async fn write(op: &Op, row: &platform::Model, set: platform::ActiveModel) -> Result<()> {
    let done = platform::Entity::update_many()
        .set(set)
        .col_expr(platform::Column::Version, Expr::col(platform::Column::Version).add(1))
        .filter(platform::Column::Id.eq(row.id))
        .filter(platform::Column::Version.eq(row.version))
        .filter(platform::Column::ClosedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

fn secret() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

fn secret_key(op: &Op, secret: &str) -> Vec<u8> {
    op.keys().lookup("platform secret", secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_3_2_d_browsers_are_sent_back_by_https_only() {
        for (url, may) in [
            ("https://shuzi.example.org/callback", true),
            ("https://shuzi.example.org/callback?from=yueka", true),
            ("http://127.0.0.1:8099/callback", true),
            ("http://localhost:8099/", true),
            ("", false),
            ("http://shuzi.example.org/callback", false),
            ("https://", false),
            ("https:///x", false),
            ("https://a.example.org/#x", false),
            ("https://a.example.org/ b", false),
            ("https://a.example.org; script-src *", false),
            ("javascript:alert(1)", false),
            ("http://localhost.example.org/", false),
        ] {
            assert_eq!(is_web_address(url), may, "{url}");
        }
    }
}
