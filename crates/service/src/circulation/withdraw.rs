//! Taking an item out of lending, noting that it is missing, or putting it back.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::events;
use super::item::{self as items, ItemView};
use super::settle::kept_for;
use super::tables::item;
use crate::kernel::{Blocker, Error, ItemState, Op, Result, Right, ServiceName};
use crate::libraries::tree;
use crate::records;

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// It is not lent any more.
    Withdrawn,
    /// Nobody knows where it is.
    Missing,
    /// It is back on its shelf.
    BackOnShelf,
}

/// Takes an item out of lending, or puts it back.
///
/// # Errors
/// [`Right::ManageItems`] is needed, for a library under the caller's; [`Error::Refused`] while it is on loan or kept for somebody.
pub async fn withdraw(op: &Op, barcode: &str, what: Withdrawal) -> Result<ItemView> {
    op.intend(ServiceName::WithdrawItem, None);
    op.require(Right::ManageItems)?;
    let row = items::by_barcode(op, barcode, true).await?;
    if !tree(op).await?.covers(op.actor().scope, row.owner_id) {
        return Err(Error::NotFound("item"));
    }
    let (state, event) = match what {
        Withdrawal::Withdrawn => (ItemState::Withdrawn, "withdrawn"),
        Withdrawal::Missing => (ItemState::Missing, "missing"),
        Withdrawal::BackOnShelf => (ItemState::Available, "found"),
    };
    if row.state == state.as_str() {
        return items::view(op, row).await;
    }
    if row.state == ItemState::OnLoan.as_str() {
        return Err(Error::refused(Blocker::ItemOnLoan));
    }
    if kept_for(op, row.id).await?.is_some() {
        return Err(Error::refused(Blocker::ReservedByAnother));
    }
    let set = item::ActiveModel {
        state: Set(state.as_str().to_owned()),
        library_id: Set(row.owner_id),
        destination_id: Set(None),
        ..Default::default()
    };
    items::change(op, &row, set).await?;
    events::note(op, (row.id, None), event, None, None).await?;
    let detail = json!({ "item": row.id, "state": state.as_str() });
    records::keep_act(op, ServiceName::WithdrawItem, detail).await?;
    items::view(op, items::locked(op, row.id).await?).await
}
