//! The lending rules of a library as it has set them (A.3.2): what a reader may have out, for how long, and what follows.

use crate::kernel::{Error, LibraryId, Op, Result};
use crate::libraries::{LibraryKind, Policy, PolicySetting, policies, tree};

/// What holds at a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LendingRules {
    /// The library.
    pub library: LibraryId,
    /// Items of each kind that a reader may have out: books, periodicals, audio and video; 0: it lends none.
    pub limits: [i64; 3],
    /// Days for which one of each kind is lent.
    pub days: [i64; 3],
    /// How often a loan is renewed.
    pub renewals: i64,
    /// Days by which a renewal is longer.
    pub renewal_days: i64,
    /// What an overdue item costs for each open day, in fen.
    pub overdue_fen: i64,
    /// What it costs at most, in fen; 0: no bound but its price.
    pub overdue_cap_fen: i64,
    /// Who owes more than this, in fen, borrows nothing.
    pub owed_limit_fen: i64,
    /// How many titles a reader may wait for.
    pub reservations: i64,
    /// Open days for which a reserved item is kept.
    pub pickup_days: i64,
    /// So many days before, a reader is reminded; 0: never.
    pub reminder_days: i64,
}

/// The rules of a library. Anybody may ask.
///
/// # Errors
/// [`Error::NotFound`] when there is no such library.
pub async fn lending_rules(op: &Op, library: LibraryId) -> Result<LendingRules> {
    if tree(op).await?.library(library).is_none() {
        return Err(Error::NotFound("library"));
    }
    Ok(of(library, &policies(op, library).await?))
}

/// The rules of every member library, in the order of the tree. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn lending_rules_of_members(op: &Op) -> Result<Vec<LendingRules>> {
    let tree = tree(op).await?;
    let mut rules = Vec::new();
    for library in tree.libraries().filter(|library| library.kind == LibraryKind::Member) {
        rules.push(of(library.id, &policies(op, library.id).await?));
    }
    Ok(rules)
}

fn of(library: LibraryId, set: &[PolicySetting]) -> LendingRules {
    let number = |wanted: Policy| {
        let setting = set.iter().find(|setting| setting.policy == wanted);
        setting.map_or_else(|| wanted.default_value().number(), |setting| setting.value.number())
    };
    LendingRules {
        library,
        limits: [Policy::BookLimit, Policy::PeriodicalLimit, Policy::AvLimit].map(number),
        days: [Policy::BookDays, Policy::PeriodicalDays, Policy::AvDays].map(number),
        renewals: number(Policy::Renewals),
        renewal_days: number(Policy::RenewalDays),
        overdue_fen: number(Policy::OverdueFen),
        overdue_cap_fen: number(Policy::OverdueCapFen),
        owed_limit_fen: number(Policy::OwedLimitFen),
        reservations: number(Policy::ReservationLimit),
        pickup_days: number(Policy::PickupDays),
        reminder_days: number(Policy::DueSoonDays),
    }
}
