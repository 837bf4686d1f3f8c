//! Cards of two records that are one person's: they are held by the one that stays, and go back when that is undone.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::tables::{card, card_number};
use super::{CardState, CardView, change};
use crate::kernel::{CardId, DocumentId, Error, Op, ReaderId, RecordId, Result};
use crate::outbox::Template;

/// Cards that were moved, and the one that was cancelled on the way, as it stood before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct CardsMoved {
    /// Cards that were the other's.
    pub moved: Vec<CardId>,
    /// Numbers that led to the other.
    pub numbers: Vec<String>,
    /// Cards of the one who stays, before.
    pub own: Vec<CardId>,
    /// The card that was cancelled because a person holds one.
    pub cancelled: Option<Cancelled>,
}

/// A card before it was cancelled.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cancelled {
    pub card: CardId,
    pub state: String,
    pub state_since: DateTime<Utc>,
    pub was_lost: bool,
    pub lost_by: Option<String>,
    pub confirm_loss_by: Option<DateTime<Utc>>,
}

/// Why a card is cancelled whose holder has another since their records were merged.
pub(super) const REASON: &str = "merged";

/// Cancels a live card, since its holder has another.
pub(crate) async fn cancel_merged(op: &Op, id: CardId) -> Result<Cancelled> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    let done = card::Entity::update_many()
        .col_expr(card::Column::State, Expr::value(CardState::Cancelled.as_str()))
        .col_expr(card::Column::StateSince, Expr::value(op.now()))
        .col_expr(card::Column::CancelReason, Expr::value(REASON))
        .col_expr(card::Column::WasLost, Expr::value(row.state == CardState::Lost.as_str()))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.eq(id))
        .filter(card::Column::Version.eq(row.version))
        .filter(card::Column::State.eq(row.state.clone()))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    Ok(Cancelled {
        card: id,
        state: row.state,
        state_since: row.state_since,
        was_lost: row.was_lost,
        lost_by: row.lost_by,
        confirm_loss_by: row.confirm_loss_by,
    })
}

/// Tells the holder that this card was cancelled and the other stays: they may still carry it.
pub(crate) async fn tell_merged(op: &Op, id: CardId, record: RecordId) -> Result<()> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("card"))?;
    change::tell(op, &CardView::from_row(&row)?, record, Template::CardMerged, None).await
}

async fn held_by(op: &Op, reader: ReaderId) -> Result<Vec<card::Model>> {
    Ok(card::Entity::find()
        .filter(card::Column::ReaderId.eq(reader))
        .order_by_asc(card::Column::Id)
        .all(op.db())
        .await?)
}

async fn give(op: &Op, cards: &[CardId], to: ReaderId) -> Result<()> {
    card::Entity::update_many()
        .col_expr(card::Column::ReaderId, Expr::value(to))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .filter(card::Column::Id.is_in(cards.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

async fn lead(op: &Op, numbers: &[String], to: ReaderId) -> Result<()> {
    card_number::Entity::update_many()
        .col_expr(card_number::Column::ReaderId, Expr::value(to))
        .filter(card_number::Column::Number.is_in(numbers.iter().map(String::as_str)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Hands all cards over with their numbers; the one that is not kept is cancelled before.
pub(crate) async fn move_cards(
    op: &Op,
    from: ReaderId,
    to: ReaderId,
    cancel: Option<CardId>,
) -> Result<CardsMoved> {
    let cancelled = match cancel {
        Some(card) => Some(cancel_merged(op, card).await?),
        None => None,
    };
    let moved: Vec<CardId> = held_by(op, from).await?.into_iter().map(|row| row.id).collect();
    let own = held_by(op, to).await?.into_iter().map(|row| row.id).collect();
    let numbers: Vec<String> = card_number::Entity::find()
        .filter(card_number::Column::ReaderId.eq(from))
        .order_by_asc(card_number::Column::Number)
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| row.number)
        .collect();
    give(op, &moved, to).await?;
    lead(op, &numbers, to).await?;
    Ok(CardsMoved { moved, numbers, own, cancelled })
}

/// Hands the cards back, and the one that was cancelled works, or is lost, as before. Says no (`false`) when the one who stays
/// got another card since, or a card stands on a document that came later.
///
/// `documents` are those that go back.
pub(crate) async fn move_back(
    op: &Op,
    from: ReaderId,
    to: ReaderId,
    moved: &CardsMoved,
    documents: &[DocumentId],
) -> Result<bool> {
    let held = held_by(op, from).await?;
    // A card goes with the document it stands on: both of the one, or both of the other.
    let known = |row: &card::Model| {
        let theirs = moved.moved.contains(&row.id);
        (theirs || moved.own.contains(&row.id)) && theirs == documents.contains(&row.document_id)
    };
    if !held.iter().all(known) || !moved.moved.iter().all(|id| held.iter().any(|row| row.id == *id)) {
        return Ok(false);
    }
    give(op, &moved.moved, to).await?;
    lead(op, &moved.numbers, to).await?;
    if let Some(before) = &moved.cancelled {
        let done = card::Entity::update_many()
            .col_expr(card::Column::State, Expr::value(before.state.clone()))
            .col_expr(card::Column::StateSince, Expr::value(before.state_since))
            .col_expr(card::Column::WasLost, Expr::value(before.was_lost))
            .col_expr(card::Column::LostBy, Expr::value(before.lost_by.clone()))
            .col_expr(card::Column::ConfirmLossBy, Expr::value(before.confirm_loss_by))
            .col_expr(card::Column::CancelReason, Expr::value(None::<String>))
            .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
            .filter(card::Column::Id.eq(before.card))
            .filter(card::Column::CancelReason.eq(REASON))
            .exec(op.db())
            .await?;
        return Ok(done.rows_affected == 1);
    }
    Ok(true)
}
