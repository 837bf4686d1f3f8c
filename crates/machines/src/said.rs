//! What the screen says of a reason that keeps a service from being rendered.

use service::cards::CardState;
use service::kernel::Blocker;

use crate::answers::yuan;
use crate::words::{self, Language, Text};

/// The sentence for a blocker.
pub(crate) fn of_blocker(blocker: &Blocker, language: Language) -> String {
    let (text, name, value) = match blocker {
        Blocker::LoanLimit(_, limit) => (words::LOAN_LIMIT, "limit", limit.to_string()),
        Blocker::ItemsOverdue(count) => (words::ITEMS_OVERDUE, "count", count.to_string()),
        Blocker::OwesTooMuch(fen) => (words::OWES, "amount", yuan(*fen)),
        Blocker::ReservationLimit(limit) => (words::HOLD_LIMIT, "limit", limit.to_string()),
        other => return plain(other).in_language(language).to_owned(),
    };
    text.filled(language, &[(name, &value)])
}

fn plain(blocker: &Blocker) -> Text {
    match blocker {
        Blocker::AlreadyHoldsCard { state: CardState::Lost, .. } => words::TAKEN_LOST,
        Blocker::AlreadyHoldsCard { .. } => words::TAKEN,
        Blocker::MinorAtDeskOnly | Blocker::GuardianNeeded => words::MINOR_AT_DESK,
        Blocker::DocumentCannotBeCard | Blocker::OneCardAtDeskOnly => words::DOCUMENT_AT_DESK,
        Blocker::CardLost => words::CARD_LOST,
        Blocker::CardCancelled => words::CARD_CANCELLED,
        Blocker::CardReplaced | Blocker::NumberNotUsed => words::OLD_NUMBER,
        Blocker::ReaderBlocked => words::BLOCKED,
        Blocker::DocumentEnded => words::DOCUMENT_ENDED,
        Blocker::NotLentHere(_) => words::NOT_LENT,
        Blocker::ReadingRoomOnly => words::READING_ROOM,
        Blocker::ItemOnLoan => words::ITEM_ON_LOAN,
        Blocker::ItemWithdrawn => words::ITEM_WITHDRAWN,
        Blocker::ReservedByAnother => words::RESERVED,
        Blocker::RenewalLimit(_) => words::RENEWAL_LIMIT,
        Blocker::LoanOverdue => words::LOAN_OVERDUE,
        Blocker::ReservedAlready => words::HELD_ALREADY,
        Blocker::NoCopyToLend => words::NO_COPY,
        Blocker::LentByAnotherSystem => words::NO_CIRCULATION,
        _ => words::ASK_AT_DESK,
    }
}
