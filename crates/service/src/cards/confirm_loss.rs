//! Confirming in person a loss that was told by phone (A.4.1), where a library asks for it.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::change::{self, CardChange, intend, record, subject, unless};
use super::tables::card;
use crate::kernel::{CardId, Op, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::records::{self, IdentityCheck};

const SERVICE: ServiceName = ServiceName::ConfirmLoss;

/// A loss to confirm.
#[derive(Clone, Debug)]
pub struct ConfirmLoss {
    /// The card.
    pub card: CardId,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Confirms a loss. The card has been lost since it was told; that moment stays.
///
/// # Errors
/// [`Right::ReportLoss`] is needed; [`crate::Error::Refused`] with each rule that stands against it.
pub async fn confirm_loss(op: &Op, request: ConfirmLoss) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::ReportLoss)?;
    let check = &request.check;
    let digest = change::digest(op, row.id, &"confirm_loss", Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    unless(subject.blockers(op, SERVICE, check, false, false).await?)?;
    let row = &subject.row;
    let set = card::ActiveModel { confirm_loss_by: Set(None), ..Default::default() };
    change::change(op, row, set).await?;
    let kept = record(op, SERVICE, (row.reader_id, row.id), Some(check), json!({}), digest);
    let kept = records::keep(op, kept).await?;
    change::tell(op, &subject.view, kept, Template::LossReported, Some(check)).await?;
    change::answer(op, SERVICE, kept, row.id).await
}
