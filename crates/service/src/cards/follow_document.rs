//! A card follows its document: what was opened with one that is renewed under another number stays the same card (4.2.1).

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::tables::card;
use super::{CardState, CardView};
use crate::kernel::{CardId, DocumentId, Op, ReaderId, Result};

/// The live card of a reader.
pub(crate) async fn live_card(op: &Op, reader: ReaderId) -> Result<Option<CardView>> {
    let live = [CardState::Active, CardState::Lost].map(CardState::as_str);
    let row = card::Entity::find()
        .filter(card::Column::ReaderId.eq(reader))
        .filter(card::Column::State.is_in(live))
        .one(op.db())
        .await?;
    row.as_ref().map(CardView::from_row).transpose()
}

/// The live card that stands on this document stands on another from now on; gives which card that is.
pub(crate) async fn follow_document(
    op: &Op,
    reader: ReaderId,
    from: DocumentId,
    to: DocumentId,
) -> Result<Option<CardId>> {
    let Some(held) = live_card(op, reader).await?.filter(|card| card.document == from) else {
        return Ok(None);
    };
    card::Entity::update_many()
        .col_expr(card::Column::DocumentId, Expr::value(to))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.eq(held.id))
        .filter(card::Column::DocumentId.eq(from))
        .exec(op.db())
        .await?;
    Ok(Some(held.id))
}
