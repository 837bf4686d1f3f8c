//! What stands against each service on a card, as one pure table: by the card's state and kind, the library, the door, and who
//! stands there. Operations refuse by it, the desk greys out by it, the API tells it, `docs/services.md` is printed from it.

use chrono::{DateTime, TimeDelta, Utc};
use documents::DocumentKind;

use super::rules::choices;
use super::{CardKind, CardState};
use crate::kernel::{Blocker, Channel, Known, LibraryId, ServiceName};
use crate::readers::may_ask;
use crate::records::{CheckMethod, Presence};

/// The services on a card that this table knows, in the order in which a desk offers them.
pub const CARD_SERVICES: [ServiceName; 8] = [
    ServiceName::ReportLoss,
    ServiceName::UndoLoss,
    ServiceName::ConfirmLoss,
    ServiceName::Restore,
    ServiceName::Cancel,
    ServiceName::Replace,
    ServiceName::ChangeKind,
    ServiceName::Refer,
];

/// What the table has to know of a card and its holder.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its state.
    pub state: CardState,
    /// What it is.
    pub kind: CardKind,
    /// Whether it was reported lost, if it is cancelled.
    pub was_lost: bool,
    /// Whether it has a successor (A.4.4).
    pub replaced: bool,
    /// Why its holder can't be given a successor: they hold another live card.
    pub holds_another: Option<Blocker>,
    /// Whether who asks reported the loss.
    pub lost_by_caller: bool,
    /// Until when the report may be taken back.
    pub undo_until: Option<DateTime<Utc>>,
    /// Whether a loss told by phone is still to be confirmed in person.
    pub to_confirm: bool,
    /// The kinds of document that its holder has.
    pub documents: Vec<DocumentKind>,
    /// The holder's completed years.
    pub age: i32,
    /// The library that issued it.
    pub issuing_library: LibraryId,
}

/// Who asks, where, how.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it is the issuing member library, or one of its branches.
    pub at_issuing: bool,
    /// Through which door.
    pub channel: Channel,
    /// Who stands there.
    pub who: Presence,
    /// How that was made sure.
    pub method: CheckMethod,
    /// Whether the reader has died.
    pub deceased: bool,
}

/// All that stands against a service, but for loans and charges ([`of_circulation`]) and papers that turn out to be the wrong
/// ones.
#[must_use]
pub fn stands_against(service: ServiceName, facts: &Facts, asked: &Asked) -> Vec<Blocker> {
    let mut blockers = of_card(service, facts, asked);
    blockers.extend(may_ask(service, asked.who, asked.method, asked.channel, facts.age, asked.deceased));
    blockers
}

/// What stands against it because of the card and the place.
#[must_use]
pub(super) fn of_card(service: ServiceName, facts: &Facts, asked: &Asked) -> Vec<Blocker> {
    use CardState::{Active, Cancelled, Lost};
    use ServiceName as S;
    let mut blockers = Vec::new();
    let gone = || if facts.replaced { Blocker::CardReplaced } else { Blocker::CardCancelled };
    match (service, facts.state) {
        (S::ReportLoss | S::ChangeKind, Lost) => blockers.push(Blocker::CardLost),
        (S::ConfirmLoss, Lost) if !facts.to_confirm => blockers.push(Blocker::CardLost),
        (S::UndoLoss, Lost) if !facts.lost_by_caller => blockers.push(Blocker::ReportedByAnother),
        (S::UndoLoss, Lost) if facts.undo_until.is_none_or(|until| asked.at > until) => {
            blockers.push(Blocker::TooLateToUndo);
        }
        (S::Restore | S::UndoLoss | S::ConfirmLoss, Active) => blockers.push(Blocker::CardActive),
        // A One-Card that was reported lost and then cancelled still wants its successor.
        (S::Replace, Cancelled) if facts.was_lost && !facts.replaced => {
            blockers.extend(facts.holds_another.clone());
        }
        (S::Refer, Cancelled) if may_still_be_replaced(facts) => {}
        (_, Cancelled) => blockers.push(gone()),
        _ => {}
    }
    match service {
        // Nobody is sent to another library for what it can't do either.
        S::Replace if facts.kind == CardKind::Document => blockers.push(Blocker::OneCardOnly),
        S::Cancel | S::Replace if !asked.at_issuing => {
            blockers.push(Blocker::IssuingLibraryOnly { issuing_library: facts.issuing_library });
        }
        S::Refer if asked.at_issuing => blockers.push(Blocker::IssuingLibraryHere),
        _ => {}
    }
    if service == S::ChangeKind {
        blockers.extend(other_kind(facts));
    }
    blockers
}

fn may_still_be_replaced(facts: &Facts) -> bool {
    facts.kind == CardKind::OneCard && facts.was_lost && !facts.replaced && facts.holds_another.is_none()
}

/// Why the holder can't have the other kind of card (Table A1).
fn other_kind(facts: &Facts) -> Option<Blocker> {
    let (other, blocker) = match facts.kind {
        CardKind::Document => (CardKind::OneCard, Blocker::DocumentIsTheCard),
        CardKind::OneCard => (CardKind::Document, Blocker::DocumentCannotBeCard),
    };
    let possible = facts.documents.iter().any(|document| choices(*document, facts.age).contains(&other));
    (!possible).then_some(blocker)
}

/// What stands against cancelling because of loans and charges (6.3.4).
#[must_use]
pub fn of_circulation(known: Known, checked_by_clerk: bool) -> Vec<Blocker> {
    match known {
        Known::Standing(standing) => {
            let loans = (standing.loans > 0).then_some(Blocker::LoansOut(standing.loans));
            let charges = (standing.charges > 0).then_some(Blocker::ChargesUnpaid(standing.charges));
            loans.into_iter().chain(charges).collect()
        }
        Known::NotConfigured if checked_by_clerk => Vec::new(),
        Known::NotConfigured => vec![Blocker::CirculationNotChecked],
        Known::Unavailable(system) => vec![Blocker::CirculationUnavailable(system)],
    }
}

/// Whether loans and charges count for a service on a card in this state: a card that is cancelled was asked about then.
#[must_use]
pub fn asks_circulation(service: ServiceName, state: CardState) -> bool {
    matches!(service, ServiceName::Cancel | ServiceName::Replace) && state.is_live()
}

/// Until when a loss reported at this moment may be taken back.
pub(super) fn undo_until(reported: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    reported + TimeDelta::minutes(minutes)
}
