//! Paper that a reader takes along tells them what was done (6.3.1): that it was printed is noted as told.

use super::merged::REASON;
use super::view::card;
use crate::kernel::{CardId, Op, Result, ServiceName};
use crate::outbox::{self, Medium, Template};
use crate::records;

/// Notes that paper about the latest of these services on a card was printed; once for each record, however often it is printed.
///
/// # Errors
/// [`crate::kernel::Right::FindReaders`] is needed; [`crate::kernel::Error::NotFound`] when there is no such card.
pub async fn told_on_paper(op: &Op, id: CardId, services: &[ServiceName]) -> Result<()> {
    let card = card(op, id).await?;
    let Some((service, record)) = records::latest(op, id, services).await? else { return Ok(()) };
    let Some(template) = template_of(service) else { return Ok(()) };
    // Who was told of a merge was told that they have another card.
    let merged = template == Template::CardCancelled && card.cancel_reason.as_deref() == Some(REASON);
    let template = if merged { Template::CardMerged } else { template };
    outbox::note_told_once(op, card.reader, record, template, Medium::Slip).await
}

/// What paper about a service tells; none where it sends the reader elsewhere.
fn template_of(service: ServiceName) -> Option<Template> {
    Some(match service {
        ServiceName::OpenCard => Template::CardOpened,
        ServiceName::ReportLoss => Template::LossReported,
        ServiceName::Restore => Template::CardRestored,
        ServiceName::Cancel => Template::CardCancelled,
        ServiceName::Replace => Template::CardReplaced,
        ServiceName::ChangeKind => Template::KindChanged,
        _ => return None,
    })
}
