//! Readers who were sent to the issuing library (6.3.3): it sees that they will come, and for what, until the service is rendered.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::tables::request;
use crate::kernel::{CardId, LibraryId, Op, ReaderId, RequestId, Result, Right, ServiceName};
use crate::libraries::tree;

const KIND: &str = "referral";
const OPEN: &str = "open";
const DONE: &str = "done";

/// A reader who was sent to a library.
#[derive(Clone, Debug)]
pub struct Referral {
    /// The entry.
    pub id: RequestId,
    /// The card it is about.
    pub card: Option<CardId>,
    /// What they come for, by its stable word.
    pub service: String,
    /// The library that is to render it.
    pub library: LibraryId,
    /// When they were sent.
    pub at: DateTime<Utc>,
}

/// Notes that a reader was sent to a library for a service on their card. Who is sent twice is noted once.
pub(crate) async fn add_referral(
    op: &Op,
    reader: ReaderId,
    card: CardId,
    service: ServiceName,
    library: LibraryId,
) -> Result<RequestId> {
    let open = request::Entity::find()
        .filter(request::Column::ReaderId.eq(reader))
        .filter(request::Column::CardId.eq(card))
        .filter(request::Column::Service.eq(service.as_str()))
        .filter(request::Column::Kind.eq(KIND))
        .filter(request::Column::State.eq(OPEN))
        .one(op.db())
        .await?;
    if let Some(open) = open {
        return Ok(open.id);
    }
    let id: RequestId = op.new_id()?;
    let row = request::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        card_id: Set(Some(card)),
        service: Set(service.as_str().to_owned()),
        kind: Set(KIND.to_owned()),
        library_id: Set(library),
        state: Set(OPEN.to_owned()),
        content: Set(None),
        answer: Set(None),
        created_at: Set(op.now()),
        created_by: Set(op.actor().who.to_string()),
        answered_at: Set(None),
        answered_by: Set(None),
        version: Set(1),
    };
    request::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// What a reader was sent to the caller's library for, and has not been done yet; the oldest first.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn open_referrals(op: &Op, reader: ReaderId) -> Result<Vec<Referral>> {
    let tree = tree(op).await?;
    let mut open = referrals(op, reader).await?;
    open.retain(|referral| tree.stands_for(op.actor().library, referral.library));
    Ok(open)
}

/// What a reader was sent to any library for, and has not been done yet; the oldest first.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn referrals(op: &Op, reader: ReaderId) -> Result<Vec<Referral>> {
    op.require(Right::FindReaders)?;
    let rows = request::Entity::find()
        .filter(request::Column::ReaderId.eq(reader))
        .filter(request::Column::Kind.eq(KIND))
        .filter(request::Column::State.eq(OPEN))
        .order_by_asc(request::Column::CreatedAt)
        .order_by_asc(request::Column::Id)
        .all(op.db())
        .await?;
    let referral = |row: request::Model| Referral {
        id: row.id,
        card: row.card_id,
        service: row.service,
        library: row.library_id,
        at: row.created_at,
    };
    Ok(rows.into_iter().map(referral).collect())
}

/// Closes what a reader was sent for, once it is done: these services on this card.
pub(crate) async fn close_referrals(op: &Op, card: CardId, services: &[ServiceName]) -> Result<()> {
    request::Entity::update_many()
        .col_expr(request::Column::State, Expr::value(DONE))
        .col_expr(request::Column::AnsweredAt, Expr::value(op.now()))
        .col_expr(request::Column::AnsweredBy, Expr::value(op.actor().who.to_string()))
        .col_expr(request::Column::Version, Expr::col(request::Column::Version).add(1))
        .filter(request::Column::CardId.eq(card))
        .filter(request::Column::Kind.eq(KIND))
        .filter(request::Column::State.eq(OPEN))
        .filter(request::Column::Service.is_in(services.iter().map(|service| service.as_str())))
        .exec(op.db())
        .await?;
    Ok(())
}
