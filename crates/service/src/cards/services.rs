//! What may be done with a card now, by the caller, for the reader in person: each service with what stands against it.

use super::change::{self, subject};
use super::table::{Asked, CARD_SERVICES, asks_circulation, of_circulation, stands_against};
use super::{CardView, tables::card};
use crate::kernel::{Blocker, CardId, Known, Op, Result, Right, ServiceName};
use crate::records::{CheckMethod, Presence};
use sea_orm::EntityTrait;

/// The services on a card, and what is known of loans and charges.
#[derive(Clone, Debug)]
pub struct CardServices {
    /// The card.
    pub card: CardView,
    /// Each service, in the order in which a desk offers them.
    pub services: Vec<ServiceChoice>,
    /// What the reader has out and owes, as far as it is known.
    pub standing: Known,
}

/// A service, and whether it may be rendered.
#[derive(Clone, Debug)]
pub struct ServiceChoice {
    /// Which.
    pub service: ServiceName,
    /// The right that it needs.
    pub right: Right,
    /// Whether the caller has it.
    pub allowed: bool,
    /// Whether staff have to look up loans and charges elsewhere, and say so.
    pub needs_circulation_check: bool,
    /// What stands against it.
    pub blockers: Vec<Blocker>,
}

impl CardServices {
    /// The same for a form that asks who stands there: a guardian who is needed is chosen in it.
    #[must_use]
    pub fn with_a_guardian_to_choose(mut self) -> Self {
        for choice in &mut self.services {
            choice.blockers.retain(|blocker| *blocker != Blocker::GuardianNeeded);
        }
        self
    }
}

impl ServiceChoice {
    /// Whether it may be rendered.
    #[must_use]
    pub fn possible(&self) -> bool {
        self.allowed && self.blockers.is_empty()
    }
}

/// The right that a service on a card needs.
#[must_use]
pub fn right_for(service: ServiceName) -> Right {
    match service {
        ServiceName::Restore => Right::RestoreCards,
        ServiceName::Cancel => Right::CancelCards,
        ServiceName::Replace => Right::ReplaceCards,
        ServiceName::ChangeKind => Right::OpenCards,
        ServiceName::Refer => Right::FindReaders,
        _ => Right::ReportLoss,
    }
}

/// The services on a card for who stands there, checked like this, at the caller's door and library.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader; [`crate::Error::NotFound`] when there is no such card.
pub async fn services(op: &Op, id: CardId, who: Presence, method: CheckMethod) -> Result<CardServices> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?;
    let row = row.ok_or(crate::Error::NotFound("card"))?;
    op.require_or_self(Right::FindReaders, row.reader_id)?;
    let subject = subject(op, row).await?;
    let standing = op.circulation().standing(op, subject.row.reader_id).await?;
    let asked = Asked {
        at: op.now(),
        at_issuing: subject.at_issuing,
        channel: change::door(op),
        who,
        method,
        deceased: false,
    };
    let services = CARD_SERVICES
        .into_iter()
        .map(|service| {
            let mut blockers = stands_against(service, &subject.facts, &asked);
            let asks = asks_circulation(service, subject.facts.state);
            if asks {
                blockers.extend(of_circulation(standing, true));
            }
            let right = right_for(service);
            let own = service == ServiceName::ReportLoss && op.actor().is_reader(subject.row.reader_id);
            ServiceChoice {
                service,
                right,
                allowed: own || op.actor().may(right),
                needs_circulation_check: asks && standing == Known::NotConfigured,
                blockers,
            }
        })
        .collect();
    Ok(CardServices { card: subject.view, services, standing })
}
