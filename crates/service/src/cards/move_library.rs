//! Another library looks after a card from now on (4.2.1): a branch is closed, and its cards go to the one next to it.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::CardState;
use super::change::intend;
use super::tables::card;
use crate::kernel::{Blocker, CardId, Error, LibraryId, Op, Problem, Result, Right, ServiceName};
use crate::libraries;
use crate::records::{self, NewRecord};

/// Makes another library the issuing one of a card. Number, state and password stay.
///
/// # Errors
/// [`Right::ChangeInBatch`] is needed, over both libraries: [`Error::NotFound`] for one that the caller's rights do not reach;
/// [`Blocker::CardCancelled`]; [`Error::Invalid`] when the card is that library's already.
pub(crate) async fn move_to_library(op: &Op, id: CardId, to: LibraryId) -> Result<()> {
    let row = intend(op, ServiceName::MoveCard, id).await?;
    op.require_at_desk(Right::ChangeInBatch)?;
    let tree = libraries::tree(op).await?;
    let from = row.issuing_library_id;
    if ![from, to].into_iter().all(|library| tree.covers(op.actor().scope, library)) {
        return Err(Error::NotFound("library"));
    }
    if row.state == CardState::Cancelled.as_str() {
        return Err(Error::refused(Blocker::CardCancelled));
    }
    if from == to {
        return Err(Error::field("library", Problem::NothingChanged));
    }
    let done = card::Entity::update_many()
        .col_expr(card::Column::IssuingLibraryId, Expr::value(to))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.eq(id))
        .filter(card::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let record = NewRecord {
        service: ServiceName::MoveCard,
        reader: row.reader_id,
        card: Some(id),
        channel: op.actor().channel,
        check: None,
        detail: json!({ "from_library": from, "to_library": to }),
        digest: records::digest(op, &(id, to))?,
    };
    records::keep(op, record).await.map(|_| ())
}
