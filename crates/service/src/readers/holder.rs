//! What the services on a card have to know of its holder.

use chrono::NaiveDate;
use documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::tables::{document, reader};
use super::view::kind_of;
use crate::kernel::{DocumentId, Error, Op, ReaderId, Result, age_on};

/// A card's holder.
pub(crate) struct Holder {
    /// Completed years today.
    pub age: i32,
    /// Documents that are not retired, and when they end; oldest first.
    pub documents: Vec<(DocumentId, DocumentKind, Option<NaiveDate>)>,
}

/// The holder of a card.
pub(crate) async fn holder(op: &Op, id: ReaderId) -> Result<Holder> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let documents = document::Entity::find()
        .filter(document::Column::ReaderId.eq(id))
        .filter(document::Column::RetiredAt.is_null())
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| Ok((row.id, kind_of(&row.kind)?, row.valid_until)))
        .collect::<Result<_>>()?;
    Ok(Holder { age: age_on(row.birth_date, op.today()), documents })
}

/// Whose record this one is now: that of the reader, or of who they were merged into.
pub(crate) async fn current(op: &Op, id: ReaderId) -> Result<ReaderId> {
    let mut current = id;
    // A record that was merged may be merged on; nobody is merged in a circle.
    for _ in 0..8 {
        let row = reader::Entity::find_by_id(current).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
        match row.merged_into {
            Some(winner) => current = winner,
            None => break,
        }
    }
    Ok(current)
}
