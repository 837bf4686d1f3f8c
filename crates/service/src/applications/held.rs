//! What is held of the applications of somebody who became a reader: for the reader's own eyes (5.3).

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::content::{Content, Particulars};
use super::state::{Side, State};
use super::tables::application;
use crate::kernel::{Error, LibraryId, Op, ReaderId, Result};

/// An application that is not forgotten yet, with what was entered in full.
pub(crate) struct Held {
    pub number: String,
    pub library: LibraryId,
    pub state: State,
    pub particulars: Particulars,
    pub note: Option<String>,
    pub photos: Vec<Side>,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// The applications that led to a card of this reader, oldest first.
pub(crate) async fn held_of(op: &Op, reader: ReaderId) -> Result<Vec<Held>> {
    let rows = application::Entity::find()
        .filter(application::Column::ReaderId.eq(reader))
        .filter(application::Column::Content.is_not_null())
        .order_by_asc(application::Column::CreatedAt)
        .all(op.db())
        .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let content = Content::of(op, &row)?;
        let open = |sealed| op.keys().open_sealed("applications.note", row.id.0, sealed);
        held.push(Held {
            library: row.library_id,
            state: State::from_word(&row.state).ok_or_else(|| Error::internal("unknown state"))?,
            particulars: Particulars {
                kind: content.kind,
                number: content.number,
                name: content.name,
                birth_date: content.birth_date,
                phone: content.phone,
            },
            note: row.note.as_ref().map(open).transpose()?,
            photos: super::send::sides(op, row.id).await?,
            created_at: row.created_at,
            decided_at: row.decided_at,
            number: row.number,
        });
    }
    Ok(held)
}
