//! What stood there before a change (4.2.1): old values lie sealed, one row a field, tied to the service record that changed them.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::reveal::checked_reason;
use super::tables::change;
use crate::kernel::{ChangeId, Op, ReaderId, RecordId, Result, Right};
use crate::records::{Access, Look, log_access};

const PLACE: &str = "reader_changes.old_value";

/// What a field was before a change.
pub(crate) struct Before {
    /// The path of the field.
    pub field: &'static str,
    /// What stood there; none when nothing did.
    pub value: Option<String>,
}

/// Keeps old values. `version` is the one that the reader's row has now.
pub(crate) async fn keep_old_values(
    op: &Op,
    reader: ReaderId,
    record: RecordId,
    version: i64,
    before: &[Before],
) -> Result<()> {
    for Before { field, value } in before {
        let id: ChangeId = op.new_id()?;
        let old_value = value.as_deref().map(|value| op.keys().close(PLACE, id.0, value)).transpose()?;
        let row = change::ActiveModel {
            id: Set(id),
            reader_id: Set(reader),
            record_id: Set(record),
            at: Set(op.now()),
            field: Set((*field).to_owned()),
            version: Set(version),
            old_value: Set(old_value),
        };
        change::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// One change of one field.
#[derive(Clone)]
pub struct Change {
    /// When it was changed.
    pub at: DateTime<Utc>,
    /// The path of the field.
    pub field: String,
    /// What stood there before; none when nothing did.
    pub old_value: Option<String>,
    /// The service record that changed it.
    pub record: RecordId,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Change").field("at", &self.at).field("field", &self.field).finish_non_exhaustive()
    }
}

/// All changes of what is known of a reader with the old values in full, newest first. The look is logged.
///
/// # Errors
/// [`Right::RevealPersonalData`] and a reason of at least two characters are needed.
pub async fn changes(op: &Op, reader: ReaderId, reason: &str) -> Result<Vec<Change>> {
    op.require(Right::RevealPersonalData)?;
    let reason = checked_reason(reason)?;
    let detail = json!({ "page": "changes" });
    log_access(op, Access { look: Look::Revealed, reader: Some(reader), detail, reason: Some(&reason) })
        .await?;
    changes_in_full(op, reader).await
}

pub(crate) async fn changes_in_full(op: &Op, reader: ReaderId) -> Result<Vec<Change>> {
    let rows = change::Entity::find()
        .filter(change::Column::ReaderId.eq(reader))
        .order_by_desc(change::Column::At)
        .order_by_desc(change::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            let open = |sealed| op.keys().open_sealed(PLACE, row.id.0, sealed);
            Ok(Change {
                at: row.at,
                old_value: row.old_value.as_ref().map(open).transpose()?,
                field: row.field,
                record: row.record_id,
            })
        })
        .collect()
}

/// The fields that others changed since a reader was seen in this version, with the time; no values.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn changed_since(op: &Op, reader: ReaderId, version: i64) -> Result<Vec<(String, DateTime<Utc>)>> {
    op.require(Right::FindReaders)?;
    let rows = change::Entity::find()
        .filter(change::Column::ReaderId.eq(reader))
        .filter(change::Column::Version.gt(version))
        .order_by_asc(change::Column::At)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.field, row.at)).collect())
}
