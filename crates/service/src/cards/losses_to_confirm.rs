//! Losses that were told by phone and wait to be confirmed in person (A.4.1).

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::CardView;
use super::tables::card;
use crate::kernel::{CardState, Op, Result, Right};
use crate::libraries::tree;
use crate::readers;

/// How many of them are listed at most.
const MOST: u64 = 500;

/// A loss that waits to be confirmed.
#[derive(Clone, Debug)]
pub struct LossToConfirm {
    /// The card.
    pub card: CardView,
    /// Its holder's name.
    pub name: String,
    /// Their phone number, masked.
    pub phone: String,
    /// Until when it is to be confirmed.
    pub until: DateTime<Utc>,
    /// Whether that time is over.
    pub overdue: bool,
}

/// The losses of cards that the caller's libraries issued, those whose time ends first in front.
///
/// # Errors
/// [`Right::ReportLoss`] is needed.
pub async fn losses_to_confirm(op: &Op) -> Result<Vec<LossToConfirm>> {
    op.require(Right::ReportLoss)?;
    let (tree, actor) = (tree(op).await?, op.actor());
    let ours: Vec<uuid::Uuid> = tree
        .libraries()
        .map(|library| library.id)
        .filter(|id| tree.stands_for(actor.library, *id) || tree.covers(actor.scope, *id))
        .map(|id| id.0)
        .collect();
    let rows = card::Entity::find()
        .filter(card::Column::State.eq(CardState::Lost.as_str()))
        .filter(card::Column::ConfirmLossBy.is_not_null())
        .filter(card::Column::IssuingLibraryId.is_in(ours))
        .order_by_asc(card::Column::ConfirmLossBy)
        .order_by_asc(card::Column::Id)
        .limit(MOST)
        .all(op.db())
        .await?;
    let holders: Vec<_> = rows.iter().map(|row| row.reader_id).collect();
    let people = readers::views(op, &holders).await?;
    let line = |row: &card::Model| {
        let Some(until) = row.confirm_loss_by else { return Ok(None) };
        let person = people.get(&row.reader_id);
        Ok(Some(LossToConfirm {
            card: CardView::from_row(row)?,
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            phone: person.map(|person| person.phone.clone()).unwrap_or_default(),
            until,
            overdue: until < op.now(),
        }))
    };
    rows.iter().filter_map(|row| line(row).transpose()).collect()
}
