//! Sending a reader to the issuing library (6.3.3), which alone cancels and replaces: it sees that they will come, and they get a
//! slip that says where, when and with what.

use serde_json::json;

use super::change::{self, CardChange, intend, record, subject, unless};
use crate::kernel::{CardId, Error, Op, Problem, Result, Right, ServiceName};
use crate::readers;
use crate::records::{self, IdentityCheck};

const SERVICE: ServiceName = ServiceName::Refer;

/// Whom to send, for what.
#[derive(Clone, Debug)]
pub struct Refer {
    /// The card.
    pub card: CardId,
    /// What they come for: cancelling, or replacing.
    pub service: ServiceName,
    /// Who stands there.
    pub check: IdentityCheck,
}

/// Sends a reader to the library that issued their card.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::Refused`] with each rule that stands against it; [`Error::Invalid`] for a service
/// that any library renders.
pub async fn refer(op: &Op, request: Refer) -> Result<CardChange> {
    let row = intend(op, SERVICE, request.card).await?;
    op.require(Right::FindReaders)?;
    let check = &request.check;
    let digest = change::digest(op, row.id, &["refer", request.service.as_str()], Some(check))?;
    if let Some(earlier) = change::earlier(op, SERVICE, &digest).await? {
        return Ok(earlier);
    }
    if !matches!(request.service, ServiceName::Cancel | ServiceName::Replace) {
        return Err(Error::field("service", Problem::NotApplicable));
    }
    let subject = subject(op, row).await?;
    let mut blockers = subject.blockers(op, SERVICE, check, false, false).await?;
    // Nobody is sent on a way that ends in a refusal.
    let asked = subject.asked(op, check, false);
    let there = super::table::Asked { at_issuing: true, ..asked };
    blockers.extend(super::table::of_card(request.service, &subject.facts, &there));
    unless(blockers)?;
    let row = &subject.row;
    let library = row.issuing_library_id;
    readers::add_referral(op, row.reader_id, row.id, request.service, library).await?;
    let detail = json!({ "for": request.service.as_str(), "to": library });
    let kept = record(op, SERVICE, (row.reader_id, row.id), Some(check), detail, digest);
    let kept = records::keep(op, kept).await?;
    change::answer(op, SERVICE, kept, row.id).await
}
