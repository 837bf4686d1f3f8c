//! Services on the card of a code. What may be asked for through the platform is for the table of services to say: a loss is
//! stopped at once (6.3.1); restoring and cancelling want the person at a desk (A.4.2, A.4.3), and are refused with these clauses.

use super::{online, reader_of};
use crate::cards::{self, Cancel, CancelReason, CardChange, ReportLoss, Restore, RestoreReason};
use crate::kernel::{CardId, Error, Op, Result};

/// The card that counts of whom a code means.
async fn card_of(op: &Op, code: &str) -> Result<CardId> {
    let reader = reader_of(op, code).await?;
    let card = cards::current_card(op, reader).await?;
    card.map(|card| card.id).ok_or(Error::NotFound("card"))
}

/// Reports the card lost.
///
/// # Errors
/// As [`cards::report_loss`]; [`Error::NotFound`] when the code leads to nobody.
pub async fn report_loss(op: &Op, code: &str) -> Result<CardChange> {
    let card = card_of(op, code).await?;
    cards::report_loss(op, ReportLoss { card, check: online() }).await
}

/// Asks for a lost card to work again.
///
/// # Errors
/// As [`cards::restore`]; [`Error::NotFound`] when the code leads to nobody.
pub async fn restore(op: &Op, code: &str) -> Result<CardChange> {
    let card = card_of(op, code).await?;
    cards::restore(op, Restore { card, reason: RestoreReason::Found, check: online() }).await
}

/// Asks for a card to be cancelled.
///
/// # Errors
/// As [`cards::cancel`]; [`Error::NotFound`] when the code leads to nobody.
pub async fn cancel(op: &Op, code: &str) -> Result<CardChange> {
    let card = card_of(op, code).await?;
    let reason = CancelReason::Wish;
    let asked = cards::cancel(op, Cancel { card, reason, circulation_checked: false, check: online() }).await;
    // It is for a desk in any case; what the holder has out and owes is nothing of the platform's.
    match asked {
        Err(Error::Refused(mut blockers)) => {
            blockers.retain(|blocker| !blocker.tells_of_circulation());
            Err(Error::Refused(blockers))
        }
        other => other,
    }
}
