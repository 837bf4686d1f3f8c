//! The access log: who looked at whom, at what, why.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::tables::access;
use super::timeline::with_merged;
use crate::kernel::{LibraryId, Op, ReaderId, Result, Right};

/// What somebody did with a person's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Looked for somebody.
    Searched,
    /// Opened somebody's page, masked.
    Viewed,
    /// Saw a value in full.
    Revealed,
    /// Printed a form or slip.
    Printed,
    /// Asked, as a partner service, whether somebody holds a card that works (A.3.2 e).
    Asked,
}

impl Look {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Searched => "searched",
            Self::Viewed => "viewed",
            Self::Revealed => "revealed",
            Self::Printed => "printed",
            Self::Asked => "asked",
        }
    }
}

/// A look about to be logged.
#[derive(Debug)]
pub struct Access<'a> {
    /// What was done.
    pub look: Look,
    /// Who was looked at; none for a search.
    pub reader: Option<ReaderId>,
    /// Without personal data: which fields, how many found.
    pub detail: Value,
    /// Why, in the words of who looked.
    pub reason: Option<&'a str>,
}

/// Logs a look.
///
/// # Errors
/// When it can't be written; then the look must not happen either.
pub async fn log_access(op: &Op, look: Access<'_>) -> Result<()> {
    let actor = op.actor();
    let row = access::ActiveModel {
        id: Set(op.new_id()?),
        at: Set(op.now()),
        action: Set(look.look.as_str().to_owned()),
        reader_id: Set(look.reader),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        actor: Set(actor.who.to_string()),
        detail: Set(look.detail.to_string()),
        reason: Set(look.reason.map(str::to_owned)),
        seal_place: Set(None),
        seal: Set(None),
    };
    access::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// An entry of the log, for those who audit.
#[derive(Clone, Debug)]
pub struct AccessEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// In which library's name.
    pub library: LibraryId,
    /// Who was looked at.
    pub reader: Option<ReaderId>,
    /// Which fields, how many found.
    pub detail: String,
    /// Why.
    pub reason: Option<String>,
}

/// Who looked at a reader, oldest first, under whatever record: for the reader, so without names of staff.
pub(crate) async fn looks_at(op: &Op, reader: ReaderId) -> Result<Vec<AccessEntry>> {
    let rows = access::Entity::find()
        .filter(access::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .order_by_asc(access::Column::At)
        .order_by_asc(access::Column::Id)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(AccessEntry::of).collect())
}

/// What partner services asked about a reader, newest first, under whatever record.
pub(crate) async fn questions_about(op: &Op, reader: ReaderId, most: u64) -> Result<Vec<AccessEntry>> {
    let rows = access::Entity::find()
        .filter(access::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .filter(access::Column::Action.eq(Look::Asked.as_str()))
        .order_by_desc(access::Column::At)
        .order_by_desc(access::Column::Id)
        .limit(most)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(AccessEntry::of).collect())
}

/// The latest entries of the given libraries, newest first, before a moment (for paging).
///
/// # Errors
/// [`Right::Audit`] is needed.
pub async fn recent_access(
    op: &Op,
    libraries: &[LibraryId],
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<AccessEntry>> {
    op.require(Right::Audit)?;
    let mut query = access::Entity::find()
        .filter(access::Column::LibraryId.is_in(libraries.iter().map(|id| id.0)))
        .order_by_desc(access::Column::At)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(access::Column::At.lt(before));
    }
    let rows = query.all(op.db()).await?;
    Ok(rows.into_iter().map(AccessEntry::of).collect())
}

impl AccessEntry {
    fn of(row: access::Model) -> Self {
        Self {
            at: row.at,
            action: row.action,
            actor: row.actor,
            library: row.library_id,
            reader: row.reader_id,
            detail: row.detail,
            reason: row.reason,
        }
    }
}
