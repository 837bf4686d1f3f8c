//! The ledger as the services on cards see it.

use serde_json::{Value, json};

use super::charges::all_charges;
use super::history::returned_loans;
use super::loans::{open_loans, owed, owners, views};
use super::reservations::all_reservations;
use super::reserve::merge_reservations;
use super::rules::Rules;
use crate::kernel::{Answer, Circulation, Known, Op, ReaderId, Result, Standing};
use crate::libraries::{Policy, is_set_anywhere, tree};

/// The built-in ledger. What a reader owes counts what overdue items would cost if they came back today.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledger;

impl Circulation for Ledger {
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>> {
        Box::pin(async move {
            let whose = owners(op, reader).await?;
            let open = open_loans(op, &whose).await?;
            let overdue = open.iter().filter(|loan| loan.due < op.today()).count();
            let standing = Standing {
                loans: u32::try_from(open.len()).unwrap_or(u32::MAX),
                overdue: u32::try_from(overdue).unwrap_or(u32::MAX),
                charges: owed(op, &whose, &open).await?,
            };
            // A library that lends with another system knows more than the ledger, unless that is enough to say no.
            if standing == Standing::default()
                && is_set_anywhere(op, Policy::Circulation).await?
                && !Rules::at(op, op.actor().library).await?.uses_ledger
            {
                return Ok(Known::NotConfigured);
            }
            Ok(Known::Standing(standing))
        })
    }

    fn by_count(&self, counted: Standing, lends: bool) -> Option<Known> {
        // As in `standing`.
        let silent = counted == Standing::default() && !lends;
        Some(if silent { Known::NotConfigured } else { Known::Standing(counted) })
    }

    /// What was lent to either record is found under both, so nothing is moved and nothing has to be moved back. Who waited twice
    /// for a title waits once.
    fn merged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        Box::pin(merge_reservations(op, loser, winner))
    }

    fn is_own(&self) -> bool {
        true
    }

    fn held<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Value>> {
        Box::pin(held(op, reader))
    }
}

async fn held(op: &Op, reader: ReaderId) -> Result<Value> {
    let whose = owners(op, reader).await?;
    let mut loans = views(op, open_loans(op, &whose).await?).await?;
    // What somebody has read is nobody else's business, not even that of staff who hand the rest out.
    if op.actor().is_reader(reader) {
        loans.extend(returned_loans(op, &whose, 10_000).await?);
    }
    let tree = tree(op).await?;
    let name = |id| tree.library(id).map(|library| library.name.clone());
    let loans: Vec<Value> = loans
        .into_iter()
        .map(|loan| {
            json!({
                "title": loan.item.title,
                "barcode": loan.item.barcode,
                "library": name(loan.library),
                "lent_at": loan.lent_at,
                "due": loan.due,
                "renewals": loan.renewals,
                "returned_at": loan.returned.map(|(at, _)| at),
            })
        })
        .collect();
    let charges: Vec<Value> = all_charges(op, &whose)
        .await?
        .into_iter()
        .map(|charge| {
            json!({
                "kind": charge.kind.as_str(),
                "amount_fen": charge.amount,
                "unpaid_fen": charge.unpaid,
                "title": charge.title,
                "library": name(charge.library),
                "note": charge.note,
                "at": charge.at,
                "entries": charge.entries.into_iter().map(|entry| json!({
                    "kind": entry.kind,
                    "amount_fen": entry.amount,
                    "method": entry.method,
                    "reason": entry.reason,
                    "at": entry.at,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let reservations: Vec<Value> = all_reservations(op, &whose)
        .await?
        .into_iter()
        .map(|waits| {
            json!({
                "title": waits.title,
                "library": name(waits.library),
                "state": waits.state.as_str(),
                "created_at": waits.created_at,
                "until": waits.until,
            })
        })
        .collect();
    Ok(json!({ "loans": loans, "charges": charges, "reservations": reservations }))
}

/// Whether this house lends by its own ledger: whether pages offer to.
#[must_use]
pub fn lends_itself(op: &Op) -> bool {
    op.circulation().is_own()
}
