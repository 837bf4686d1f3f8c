//! How a card stands that somebody holds to a gate or a machine (A.3.1): one answer for every door that lends or lets in.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::barcode::as_printed;
use super::password::card_by_number;
use super::tables::card;
use super::view::registered;
use super::{CardState, CardView, live_card};
use crate::kernel::{CardId, Op, ReaderId, Result};
use crate::readers::{self, BlockReason};

/// How a card stands besides its state.
pub(super) struct Stands {
    /// Whether the number is one that works, and the card has no successor.
    pub current: bool,
    /// Whether the holder has another card that works.
    pub has_another: bool,
    /// Why the holder is blocked.
    pub block: Option<BlockReason>,
}

/// What keeps a card from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Its number was given up for another.
    OldNumber,
    /// It is reported lost.
    Lost,
    /// It was cancelled.
    Cancelled,
    /// Its holder is blocked.
    Blocked(BlockReason),
}

impl Stands {
    /// What keeps a card in this state from being used. A number that was given up tells whoever found the old card nothing but that.
    pub fn against(&self, state: CardState) -> Option<Against> {
        match state {
            _ if !self.current || self.has_another => Some(Against::OldNumber),
            CardState::Lost => Some(Against::Lost),
            CardState::Cancelled => Some(Against::Cancelled),
            CardState::Active => self.block.map(Against::Blocked),
        }
    }
}

/// Somebody at a gate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visitor {
    pub reader: ReaderId,
    pub against: Option<Against>,
}

/// Whether a number is the card's own now, or that of the document: an old number of the card leads to it, but does not work.
pub(super) async fn is_own_number(op: &Op, card: &CardView, number: &str) -> Result<bool> {
    Ok(number == card.number || registered(op, number).await?.is_none())
}

/// How a card stands that was found by a number of its own, or not.
pub(super) async fn stands(op: &Op, card: &CardView, own: bool) -> Result<Stands> {
    let has_another = match card.state {
        CardState::Cancelled => live_card(op, card.reader).await?.is_some(),
        CardState::Active | CardState::Lost => false,
    };
    let block = readers::is_blocked(op, card.reader).await?;
    Ok(Stands { current: own && card.replaced_by.is_none(), has_another, block })
}

/// Who holds this number to a gate: a virtual number, a barcode, or the number of a document; none when it leads to nobody.
pub(crate) async fn visitor_by_number(op: &Op, number: &str) -> Result<Option<Visitor>> {
    let number = as_printed(number);
    if number.is_empty() {
        return Ok(None);
    }
    let Some(row) = card_by_number(op, &number).await? else { return Ok(None) };
    let card = CardView::from_row(&row)?;
    let own = is_own_number(op, &card, &number).await?;
    visitor(op, &card, own).await.map(Some)
}

/// Who holds this card, whose code was read.
pub(crate) async fn visitor_by_card(op: &Op, id: CardId) -> Result<Option<Visitor>> {
    let Some(row) = card::Entity::find_by_id(id).one(op.db()).await? else { return Ok(None) };
    visitor(op, &CardView::from_row(&row)?, true).await.map(Some)
}

async fn visitor(op: &Op, card: &CardView, own: bool) -> Result<Visitor> {
    let stands = stands(op, card, own).await?;
    Ok(Visitor { reader: card.reader, against: stands.against(card.state) })
}

/// All cards that let their holders in now, in the order of their ids, each with its number.
pub(crate) async fn that_work(op: &Op) -> Result<Vec<(CardId, String)>> {
    let blocked = readers::blocked_now(op).await?;
    let active = card::Entity::find().filter(card::Column::State.eq(CardState::Active.as_str()));
    let columns = [card::Column::Id, card::Column::Number, card::Column::ReaderId];
    let rows: Vec<(CardId, String, ReaderId)> =
        active.select_only().columns(columns).into_tuple().all(op.db()).await?;
    let mut work: Vec<(CardId, String)> = rows
        .into_iter()
        .filter(|(_, _, reader)| !blocked.contains(reader))
        .map(|(id, number, _)| (id, number))
        .collect();
    work.sort_unstable_by_key(|(id, _)| *id);
    Ok(work)
}
