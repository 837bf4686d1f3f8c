//! Messages of two records that are one person's, and all that a person was told.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::message;
use crate::kernel::{MessageId, Op, ReaderId, Result};

/// Hands all messages of a reader over to another; gives which they were.
pub(crate) async fn move_all_messages(op: &Op, from: ReaderId, to: ReaderId) -> Result<Vec<MessageId>> {
    let ids: Vec<MessageId> = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::ReaderId.eq(from))
        .order_by_asc(message::Column::Id)
        .into_tuple()
        .all(op.db())
        .await?;
    move_messages(op, &ids, to).await?;
    Ok(ids)
}

/// Hands these messages over to a reader.
pub(crate) async fn move_messages(op: &Op, ids: &[MessageId], to: ReaderId) -> Result<()> {
    message::Entity::update_many()
        .col_expr(message::Column::ReaderId, Expr::value(to))
        .filter(message::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// A message that a reader got, or is to get.
pub(crate) struct Told {
    pub template: String,
    pub channel: String,
    pub state: String,
    pub recipient: Option<String>,
    pub at: DateTime<Utc>,
}

/// What a reader was told, oldest first.
pub(crate) async fn messages_of(op: &Op, reader: ReaderId) -> Result<Vec<Told>> {
    let rows = message::Entity::find()
        .filter(message::Column::ReaderId.eq(reader))
        .order_by_asc(message::Column::CreatedAt)
        .order_by_asc(message::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            let open = |sealed| op.keys().open_sealed("messages.recipient", row.id.0, sealed);
            Ok(Told {
                recipient: row.recipient.as_ref().map(open).transpose()?,
                template: row.template,
                channel: row.channel,
                state: row.state,
                at: row.sent_at.unwrap_or(row.created_at),
            })
        })
        .collect()
}
