//! Taking back a loss that was reported by mistake (A.4.1): by who reported it, while it is fresh. It is recorded as what it is.

use serde_json::json;

use super::change::{self, CardChange, intend, record, subject, tell, unless};
use super::table::{Asked, stands_against};
use super::{CardState, CardView};
use crate::kernel::{CardId, Op, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::records::{self, CheckMethod, Presence};

const SERVICE: ServiceName = ServiceName::UndoLoss;

/// A loss report to take back. Nobody's identity is checked: who reported it says that it was a mistake.
#[derive(Clone, Copy, Debug)]
pub struct UndoLoss {
    /// The card.
    pub card: CardId,
}

/// Takes a loss report back.
///
/// # Errors
/// [`Right::ReportLoss`] is needed, and to have reported the loss; [`crate::Error::Refused`] says what else stands against it.
pub async fn undo_loss(op: &Op, request: UndoLoss) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::ReportLoss)?;
    let digest = change::digest(op, row.id, &"undo_loss", None)?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    let subject = subject(op, row).await?;
    unless(stands_against(SERVICE, &subject.facts, &asked(op, subject.at_issuing)))?;
    let reported = subject.row.state_since;
    change::change(op, &subject.row, change::to(op, CardState::Active)).await?;
    let view = CardView::from_row(&change::reload(op, request.card).await?)?;
    let detail = json!({ "reported_at": reported.to_rfc3339() });
    let kept = record(op, SERVICE, (view.reader, view.id), None, detail, digest);
    let kept = records::keep(op, kept).await?;
    tell(op, &view, kept, Template::LossUndone, None).await?;
    change::answer(op, SERVICE, kept, view.id).await
}

/// The clerk alone: as if the reader stood there.
fn asked(op: &Op, at_issuing: bool) -> Asked {
    Asked {
        at: op.now(),
        at_issuing,
        channel: change::door(op),
        who: Presence::Reader,
        method: CheckMethod::ByEye,
        deceased: false,
    }
}
