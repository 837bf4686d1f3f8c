//! Confirming a checked list (6.1.3.2), and holding its issuing: pause, go on, end early; and withdrawing what was not begun.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::batches::change;
use super::tables::{batch, row};
use super::units::one_line;
use super::view::own;
use super::words::BatchState;
use crate::cards::CardKind;
use crate::kernel::{BatchId, Blocker, Error, Invalid, Op, Problem, Result, Right, ServiceName};
use crate::records;
use crate::stock::{self, Place};

/// Confirms that cards are issued for all rows that may have one. One-Cards are taken from the store of the library for as many rows as
/// get one, from the barcode `first` on where one is given.
///
/// # Errors
/// [`Right::IssueGroups`] and [`Right::OpenCards`] are needed; [`Error::Stale`] when somebody changed the batch meanwhile;
/// [`Error::Refused`] when no row is left, or the store has too few One-Cards.
pub async fn confirm(op: &Op, id: BatchId, version: i64, first: Option<&str>) -> Result<()> {
    op.intend(ServiceName::ConfirmBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    op.require(Right::OpenCards)?;
    let row = in_state(op, id, BatchState::Checked).await?;
    let go = row::Entity::find().filter(row::Column::BatchId.eq(id)).filter(row::Column::Goes.eq(true));
    let to_issue = go.clone().count(op.db()).await?;
    if to_issue == 0 {
        return Err(Error::refused(Blocker::NobodyToIssue));
    }
    let one_cards = go.filter(row::Column::Kind.eq(CardKind::OneCard.as_str())).count(op.db()).await?;
    let one_cards = u32::try_from(one_cards).map_err(Error::internal)?;
    if one_cards > 0 {
        stock::reserve(op, row.library_id, Place::Batch(id.0), one_cards, first).await?;
    }
    let to_issue = i64::try_from(to_issue).map_err(Error::internal)?;
    let set = batch::ActiveModel {
        state: Set(BatchState::Confirmed.as_str().to_owned()),
        to_issue: Set(to_issue),
        confirmed_at: Set(Some(op.now())),
        confirmed_by: Set(Some(op.actor().who.to_string())),
        running_since: Set(Some(op.now())),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    let detail = json!({ "batch": id, "rows": to_issue, "one_cards": one_cards });
    records::keep_act(op, ServiceName::ConfirmBatch, detail).await?;
    Ok(())
}

/// Holds issuing after the portion that is under way.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when it does not go on.
pub async fn pause(op: &Op, id: BatchId) -> Result<()> {
    op.intend(ServiceName::ConfirmBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = in_state(op, id, BatchState::Confirmed).await?;
    if row.paused_at.is_some() {
        return Ok(());
    }
    let set = batch::ActiveModel { paused_at: Set(Some(op.now())), ..Default::default() };
    // Who holds or goes on says nothing of a version: a portion that was dealt with meanwhile is no objection.
    change(op, &row, row.version, set).await.map_err(Error::look_again)?;
    records::keep_act(op, ServiceName::ConfirmBatch, json!({ "batch": id, "paused": true })).await?;
    Ok(())
}

/// Goes on where it was held.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when it was not held.
pub async fn resume(op: &Op, id: BatchId) -> Result<()> {
    op.intend(ServiceName::ConfirmBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    op.require(Right::OpenCards)?;
    let row = in_state(op, id, BatchState::Confirmed).await?;
    if row.paused_at.is_none() {
        return Ok(());
    }
    let set = batch::ActiveModel {
        paused_at: Set(None),
        running_since: Set(Some(op.now())),
        done_before: Set(row.done),
        ..Default::default()
    };
    // Who holds or goes on says nothing of a version: a portion that was dealt with meanwhile is no objection.
    change(op, &row, row.version, set).await.map_err(Error::look_again)?;
    records::keep_act(op, ServiceName::ConfirmBatch, json!({ "batch": id, "paused": false })).await?;
    Ok(())
}

/// Ends issuing before all rows were dealt with: the rest stands in the report as not issued, and One-Cards that are left go back into
/// the store.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] unless it is held.
pub async fn stop(op: &Op, id: BatchId, version: i64) -> Result<()> {
    op.intend(ServiceName::ConfirmBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = in_state(op, id, BatchState::Confirmed).await?;
    if row.paused_at.is_none() {
        return Err(Error::Stale);
    }
    stock::give_back(op, Place::Batch(id.0)).await?;
    let set = batch::ActiveModel {
        state: Set(BatchState::Issued.as_str().to_owned()),
        issued_at: Set(Some(op.now())),
        stopped: Set(true),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    records::keep_act(op, ServiceName::ConfirmBatch, json!({ "batch": id, "stopped": true })).await?;
    Ok(())
}

/// Withdraws a batch of which nothing was issued.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Invalid`] without a reason; [`Error::Stale`] when somebody changed it meanwhile;
/// [`Error::Refused`] when cards were issued.
pub async fn withdraw(op: &Op, id: BatchId, version: i64, why: &str) -> Result<()> {
    op.intend(ServiceName::WithdrawBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let mut invalid = Invalid::default();
    let why = one_line(why, "why", 200, &mut invalid);
    if why.is_empty() {
        invalid.add("why", Problem::Missing);
    }
    invalid.into_result()?;
    let before = match BatchState::kept(&row.state)? {
        BatchState::Draft | BatchState::Checked => true,
        BatchState::Confirmed => row.paused_at.is_some() && row.done == 0,
        BatchState::Issued | BatchState::HandedOver => false,
        BatchState::Withdrawn => return Err(Error::Stale),
    };
    if !before {
        return Err(Error::refused(Blocker::BatchIssued));
    }
    if row.state == BatchState::Confirmed.as_str() {
        stock::give_back(op, Place::Batch(id.0)).await?;
    }
    let set = batch::ActiveModel {
        state: Set(BatchState::Withdrawn.as_str().to_owned()),
        withdrawn_at: Set(Some(op.now())),
        withdrawn_by: Set(Some(op.actor().who.to_string())),
        withdrawn_why: Set(Some(why)),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    records::keep_act(op, ServiceName::WithdrawBatch, json!({ "batch": id })).await?;
    Ok(())
}

async fn in_state(op: &Op, id: BatchId, state: BatchState) -> Result<batch::Model> {
    let row = own(op, id).await?;
    if row.state == state.as_str() { Ok(row) } else { Err(Error::Stale) }
}
