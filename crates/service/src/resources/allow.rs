//! What a reader allows a platform: to know them by a name that only this platform has for them, and the few facts beside it. It is asked
//! once, and can be taken back at any time.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::tables::{allowed, platform, token};
use super::{Platform, Told};
use crate::kernel::{Error, Op, PlatformId, ReaderId, Result, Right, ServiceName, Who, random_bytes};
use crate::records::{self, NewRecord};

/// A platform, as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The platform.
    pub platform: PlatformId,
    /// What readers know it as.
    pub title: String,
    /// Where one begins, where it tells.
    pub home: Option<String>,
    /// What it is told beside the name, or would be.
    pub told: Vec<Told>,
    /// Since when it is allowed; none: it is not.
    pub since: Option<DateTime<Utc>>,
}

/// The reader who calls.
pub(super) fn caller(op: &Op) -> Result<ReaderId> {
    match op.actor().who {
        Who::Reader(reader) => Ok(reader),
        _ => Err(Error::Forbidden(Right::FindReaders)),
    }
}

/// Allows a platform what it may be told. The name that the reader goes by there stays the same for good.
///
/// # Errors
/// Only readers may, for themselves; [`Error::NotFound`] when no such platform is open.
pub async fn allow(op: &Op, platform: &Platform, told: &[Told]) -> Result<()> {
    op.intend(ServiceName::AllowPlatform, None);
    let reader = caller(op)?;
    op.intend(ServiceName::AllowPlatform, Some(reader));
    let open = platform::Entity::find_by_id(platform.id).one(op.db()).await?;
    let may = open.filter(|row| row.closed_at.is_none()).map(|row| Told::of(&row.told));
    let may = may.ok_or(Error::NotFound("platform"))?;
    let told: Vec<Told> = told.iter().copied().filter(|told| may.contains(told)).collect();
    let text = Told::text(&told);
    let row = allowed::ActiveModel {
        platform_id: Set(platform.id),
        reader_id: Set(reader),
        pseudonym: Set(URL_SAFE_NO_PAD.encode(random_bytes::<24>()?)),
        told: Set(text.clone()),
        allowed_at: Set(op.now()),
        withdrawn_at: Set(None),
    };
    let again = OnConflict::columns([allowed::Column::PlatformId, allowed::Column::ReaderId])
        .update_columns([allowed::Column::Told, allowed::Column::AllowedAt, allowed::Column::WithdrawnAt])
        .to_owned();
    allowed::Entity::insert(row).on_conflict(again).exec_without_returning(op.db()).await?;
    keep(op, ServiceName::AllowPlatform, reader, platform.id, &text).await
}

/// Takes back what was allowed: the platform is told nothing more, from this moment on.
///
/// # Errors
/// Only readers may, for themselves; [`Error::NotFound`] when nothing was allowed.
pub async fn withdraw(op: &Op, id: PlatformId) -> Result<()> {
    op.intend(ServiceName::WithdrawPlatform, None);
    let reader = caller(op)?;
    op.intend(ServiceName::WithdrawPlatform, Some(reader));
    let done = allowed::Entity::update_many()
        .col_expr(allowed::Column::WithdrawnAt, Expr::value(op.now()))
        .filter(allowed::Column::PlatformId.eq(id))
        .filter(allowed::Column::ReaderId.eq(reader))
        .filter(allowed::Column::WithdrawnAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::NotFound("platform"));
    }
    token::Entity::update_many()
        .col_expr(token::Column::EndedAt, Expr::value(op.now()))
        .filter(token::Column::PlatformId.eq(id))
        .filter(token::Column::ReaderId.eq(reader))
        .filter(token::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    keep(op, ServiceName::WithdrawPlatform, reader, id, "").await
}

async fn keep(
    op: &Op,
    service: ServiceName,
    reader: ReaderId,
    platform: PlatformId,
    told: &str,
) -> Result<()> {
    let record = NewRecord {
        service,
        reader,
        card: None,
        channel: op.actor().channel,
        check: None,
        detail: json!({ "platform": platform, "told": told }),
        digest: records::digest(op, &(platform, told))?,
    };
    records::keep(op, record).await.map(|_| ())
}

/// What a reader allows a platform at this moment; none: nothing.
pub(super) async fn now(op: &Op, id: PlatformId, reader: ReaderId) -> Result<Option<allowed::Model>> {
    let row = allowed::Entity::find_by_id((id, reader)).one(op.db()).await?;
    Ok(row.filter(|row| row.withdrawn_at.is_none()))
}

/// The platforms that are open, and what the reader allows each; those that are allowed first.
///
/// # Errors
/// Only readers may, for themselves.
pub async fn allowed_by(op: &Op) -> Result<Vec<Allowed>> {
    let reader = caller(op)?;
    let rows = allowed::Entity::find()
        .filter(allowed::Column::ReaderId.eq(reader))
        .filter(allowed::Column::WithdrawnAt.is_null())
        .all(op.db())
        .await?;
    let mine: HashMap<PlatformId, allowed::Model> =
        rows.into_iter().map(|row| (row.platform_id, row)).collect();
    let open = platform::Entity::find()
        .filter(platform::Column::ClosedAt.is_null())
        .order_by_asc(platform::Column::Name)
        .all(op.db())
        .await?;
    let mut all: Vec<Allowed> = open
        .into_iter()
        .map(|row| {
            let allowed = mine.get(&row.id);
            Allowed {
                platform: row.id,
                told: Told::of(allowed.map_or(&row.told, |allowed| &allowed.told)),
                title: row.title,
                home: row.home,
                since: allowed.map(|allowed| allowed.allowed_at),
            }
        })
        .collect();
    all.sort_by_key(|platform| platform.since.is_none());
    Ok(all)
}
