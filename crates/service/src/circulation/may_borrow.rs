//! What keeps a reader from borrowing anything now, whatever the item (A.3.1, A.3.2).

use super::loans::{open_loans, owed, owners};
use super::rules::Rules;
use crate::cards;
use crate::kernel::{Blocker, CardId, CardState, Op, ReaderId, Result, Right};
use crate::readers;

/// All that stands against lending anything on this card at the caller's library; nothing, when it works. Machines ask this before an
/// item lies on them.
///
/// # Errors
/// [`Right::Lend`] or [`Right::FindReaders`] is needed, or to be the reader; [`crate::Error::NotFound`] when there is no such card.
pub async fn may_borrow(op: &Op, card: CardId) -> Result<Vec<Blocker>> {
    let (reader, state) = cards::holder_and_state(op, card).await?;
    if !op.actor().may(Right::Lend) {
        op.require_or_self(Right::FindReaders, reader)?;
    }
    let mut blockers = match state {
        CardState::Active => Vec::new(),
        CardState::Lost => vec![Blocker::CardLost],
        CardState::Cancelled => vec![Blocker::CardCancelled],
    };
    let rules = Rules::at(op, op.actor().library).await?;
    blockers.extend(of_reader(op, &rules, reader).await?);
    Ok(blockers)
}

/// Whether the caller's library lends with the built-in ledger.
///
/// # Errors
/// When the database can't be asked.
pub async fn lends_here(op: &Op) -> Result<bool> {
    Ok(op.circulation().is_own() && Rules::at(op, op.actor().library).await?.uses_ledger)
}

/// What stands against it because of the reader and the place.
pub(super) async fn of_reader(op: &Op, rules: &Rules, reader: ReaderId) -> Result<Vec<Blocker>> {
    let mut blockers = Vec::new();
    if !op.circulation().is_own() || !rules.uses_ledger {
        blockers.push(Blocker::LentByAnotherSystem);
    }
    if readers::is_blocked(op, reader).await?.is_some() {
        blockers.push(Blocker::ReaderBlocked);
    }
    if rules.ended_document_blocks {
        let holder = readers::holder(op, reader).await?;
        let valid = |until: &Option<chrono::NaiveDate>| until.is_none_or(|until| until >= op.today());
        if !holder.documents.is_empty() && !holder.documents.iter().any(|(_, _, until)| valid(until)) {
            blockers.push(Blocker::DocumentEnded);
        }
    }
    let whose = owners(op, reader).await?;
    let open = open_loans(op, &whose).await?;
    let overdue = open.iter().filter(|loan| loan.due < op.today()).count();
    if rules.overdue_blocks && overdue > 0 {
        blockers.push(Blocker::ItemsOverdue(u32::try_from(overdue).unwrap_or(u32::MAX)));
    }
    let owed = owed(op, &whose, &open).await?;
    if owed > rules.owed_limit {
        blockers.push(Blocker::OwesTooMuch(owed));
    }
    Ok(blockers)
}
