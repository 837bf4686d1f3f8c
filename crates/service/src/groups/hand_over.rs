//! Handing over to the unit: its cards, its slips, and the report that says who was left out and why (6.1.3.2).

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::batches::change;
use super::tables::batch;
use super::units::one_line;
use super::view::own;
use super::words::BatchState;
use crate::kernel::{BatchId, Error, Invalid, Op, Problem, Result, Right, ServiceName};
use crate::records;

/// Who took what was issued.
#[derive(Clone, Debug, Default)]
pub struct HandOver {
    /// The name of who signed for it.
    pub receiver: String,
}

/// Notes that the unit has what was issued.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Invalid`] without a name; [`Error::Stale`] when it is not issued, or changed meanwhile.
pub async fn hand_over(op: &Op, id: BatchId, version: i64, request: &HandOver) -> Result<()> {
    op.intend(ServiceName::HandOverBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let mut invalid = Invalid::default();
    let receiver = one_line(&request.receiver, "receiver", 50, &mut invalid);
    if receiver.is_empty() {
        invalid.add("receiver", Problem::Missing);
    }
    invalid.into_result()?;
    if row.state != BatchState::Issued.as_str() {
        return Err(Error::Stale);
    }
    let set = batch::ActiveModel {
        state: Set(BatchState::HandedOver.as_str().to_owned()),
        handed_over_at: Set(Some(op.now())),
        handed_over_by: Set(Some(op.actor().who.to_string())),
        receiver: Set(Some(op.keys().close("group_batches.receiver", id.0, &receiver)?)),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    records::keep_act(op, ServiceName::HandOverBatch, json!({ "batch": id })).await?;
    Ok(())
}
