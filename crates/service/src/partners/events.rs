//! What a partner is told of the readers it knows: rows that are written in the transaction of the service they tell of.
//!
//! Each link counts its own events. Who adds one changes the link's row in the same transaction, and so waits for whoever added
//! one before: the order of the numbers is the order of the commits, without gaps, on any number of instances. A cursor over ids
//! could not promise that, since what is committed later may have the smaller id.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::accounts::managed;
use super::tables::{partner, partner_event, partner_link};
use crate::kernel::{Error, Op, PartnerEventId, PartnerId, ReaderId, Result};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A known reader got a card.
    Opened,
    /// The card was reported lost: it works nowhere (6.3.1).
    Lost,
    /// It works again (6.3.2).
    Restored,
    /// It will never work again (6.3.3).
    Cancelled,
    /// Another card took its place (A.4.4).
    Replaced,
    /// It is of another kind, with another number.
    Changed,
    /// The reader's record and another's were made one.
    Merged,
    /// They were separated again.
    Unmerged,
}

impl Event {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "card_opened",
            Self::Lost => "card_lost",
            Self::Restored => "card_restored",
            Self::Cancelled => "card_cancelled",
            Self::Replaced => "card_replaced",
            Self::Changed => "card_changed",
            Self::Merged => "reader_merged",
            Self::Unmerged => "reader_unmerged",
        }
    }
}

/// How a card stands: what a partner is told of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CardStanding {
    pub number: String,
    pub kind: String,
    pub state: String,
    pub since: DateTime<Utc>,
}

/// By what partners know a reader now: what [`note`] adds to.
pub(crate) async fn links_of(op: &Op, reader: ReaderId) -> Result<Vec<partner_link::Model>> {
    Ok(partner_link::Entity::find()
        .filter(partner_link::Column::ReaderId.eq(reader))
        .filter(partner_link::Column::EndedAt.is_null())
        .order_by_asc(partner_link::Column::Id)
        .all(op.db())
        .await?)
}

/// Notes for each of these what happened to the reader's card.
pub(crate) async fn note(
    op: &Op,
    links: &[partner_link::Model],
    event: Event,
    card: &CardStanding,
) -> Result<()> {
    for link in links {
        add(op, link, event, Some(card)).await?;
    }
    Ok(())
}

/// Adds an event to a link, behind all there are; none where the account was closed or the reader went.
pub(super) async fn add(
    op: &Op,
    link: &partner_link::Model,
    event: Event,
    card: Option<&CardStanding>,
) -> Result<()> {
    let open = partner::Entity::find_by_id(link.partner_id)
        .filter(partner::Column::ClosedAt.is_null())
        .one(op.db())
        .await?;
    if open.is_none() || link.ended_at.is_some() {
        return Ok(());
    }
    partner_link::Entity::update_many()
        .col_expr(partner_link::Column::LastSeq, Expr::col(partner_link::Column::LastSeq).add(1))
        .filter(partner_link::Column::Id.eq(link.id))
        .exec(op.db())
        .await?;
    // Read after the change: the row is this transaction's own now.
    let link = partner_link::Entity::find_by_id(link.id).one(op.db()).await?.ok_or(Error::Raced)?;
    let row = partner_event::ActiveModel {
        id: Set(op.new_id()?),
        partner_id: Set(link.partner_id),
        link_id: Set(link.id),
        seq: Set(link.last_seq),
        event: Set(event.as_str().to_owned()),
        card: Set(card.map(serde_json::to_string).transpose().map_err(Error::internal)?),
        at: Set(op.now()),
        state: Set(if link.ended_at.is_some() { "dropped" } else { "waiting" }.to_owned()),
        tries: Set(0),
        next_try_at: Set(op.now()),
        sent_at: Set(None),
        fault: Set(None),
    };
    partner_event::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// The states of what is still to be told.
pub(super) const WAITING: [&str; 2] = ["waiting", "sending"];

/// Nobody is told any more of these events that wait.
pub(super) async fn drop_waiting(op: &Op, which: SimpleExpr) -> Result<()> {
    partner_event::Entity::update_many()
        .col_expr(partner_event::Column::State, Expr::value("dropped"))
        .filter(which)
        .filter(partner_event::Column::State.is_in(WAITING))
        .exec(op.db())
        .await?;
    Ok(())
}

/// How many events of a partner are in one of these states.
pub(super) async fn count_of(op: &Op, partner: PartnerId, states: &[&str]) -> Result<u64> {
    Ok(partner_event::Entity::find()
        .filter(partner_event::Column::PartnerId.eq(partner))
        .filter(partner_event::Column::State.is_in(states.iter().copied()))
        .count(op.db())
        .await?)
}

/// Something that a partner was not told yet, or refused to hear.
#[derive(Clone, Debug)]
pub struct EventEntry {
    /// The event.
    pub id: PartnerEventId,
    /// What happened: a word of [`Event::as_str`].
    pub event: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `waiting`, `sending` or `refused`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next.
    pub next_try_at: DateTime<Utc>,
    /// Why it could not be told: a stable word.
    pub fault: Option<String>,
}

/// How many are listed.
const MOST: u64 = 200;

/// What a partner was not told yet, or refused to hear, oldest first; 200 at most.
///
/// # Errors
/// [`crate::kernel::Right::ManageTokens`] is needed; [`Error::NotFound`] when there is no such account.
pub async fn events_not_told(op: &Op, partner: &str) -> Result<Vec<EventEntry>> {
    let partner = managed(op, partner, true).await?;
    let rows = partner_event::Entity::find()
        .filter(partner_event::Column::PartnerId.eq(partner.id))
        .filter(partner_event::Column::State.is_in(["waiting", "sending", "refused"]))
        .order_by_asc(partner_event::Column::At)
        .order_by_asc(partner_event::Column::Id)
        .limit(MOST)
        .all(op.db())
        .await?;
    let entry = |row: partner_event::Model| EventEntry {
        id: row.id,
        event: row.event,
        at: row.at,
        state: row.state,
        tries: row.tries,
        next_try_at: row.next_try_at,
        fault: row.fault,
    };
    Ok(rows.into_iter().map(entry).collect())
}
