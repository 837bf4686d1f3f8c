//! Visits that a gate which was cut off delivers later: each counts once, however often it is delivered (A.3.1).
//!
//! Whoever came in has come: a card that was reported lost since then is told to the gate's library, and the visit stays.

use chrono::{DateTime, TimeDelta, Utc};

use super::enter::{ADMITTED, COUNTED, Shown, answered, keep_answer, who};
use super::{EntryRefusal, clock_off, count::count};
use crate::kernel::{Error, IdempotencyKey, Op, Problem, Result, Right};

/// Visits in one delivery at most.
pub const MOST_AT_ONCE: usize = 200;
/// After so many days a visit is not taken any more.
const WITHIN_DAYS: i64 = 7;
/// A visit may be so many seconds ahead of the server's clock: clocks differ.
const AHEAD: i64 = 120;

/// A visit that is delivered.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The gate's own name for it: 1 to 200 visible ASCII characters, the same as when it asked while the network was there.
    pub id: String,
    /// When it was, by the gate's own clock.
    pub at: DateTime<Utc>,
    /// What was shown; never the number of a document, since a gate that is cut off knows none.
    pub shown: Shown,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It counts as a visit.
    Counted,
    /// It is kept in mind; they came a short while before or after.
    WithinInterval,
    /// It was delivered, or asked about, before.
    Repeated,
    /// It is not taken, by this word: a reason of [`EntryRefusal`], `too_late`, `from_the_future`, `bad_id`, `id_reused` or
    /// `document_number`.
    Refused(&'static str),
}

/// What became of a delivered visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The gate's own name for it.
    pub id: String,
    /// What became of it.
    pub outcome: DeliveryOutcome,
    /// What stands against the card now, of somebody who was let in: staff should look.
    pub warning: Option<EntryRefusal>,
}

/// Takes visits that a gate kept. Its clock is set right by the time that it tells with the delivery.
///
/// # Errors
/// [`Right::AdmitVisitors`] is needed; [`Error::Invalid`] when there are more than [`MOST_AT_ONCE`].
pub async fn deliver(
    op: &Op,
    deliveries: &[Delivery],
    gate_time: Option<DateTime<Utc>>,
) -> Result<(Vec<Delivered>, Option<i64>)> {
    op.require(Right::AdmitVisitors)?;
    if deliveries.len() > MOST_AT_ONCE {
        return Err(Error::field("visits", Problem::TooLong(MOST_AT_ONCE)));
    }
    let ahead = gate_time.map_or(TimeDelta::zero(), |time| time - op.now());
    let mut done = Vec::new();
    for delivery in deliveries {
        let (outcome, warning) = match one(op, delivery, delivery.at - ahead).await {
            Ok(done) => done,
            Err(Error::KeyReused) => (DeliveryOutcome::Refused("id_reused"), None),
            Err(error) => return Err(error),
        };
        done.push(Delivered { id: delivery.id.clone(), outcome, warning });
    }
    Ok((done, clock_off(op.now(), gate_time)))
}

async fn one(
    op: &Op,
    delivery: &Delivery,
    at: DateTime<Utc>,
) -> Result<(DeliveryOutcome, Option<EntryRefusal>)> {
    let refused = |word| Ok((DeliveryOutcome::Refused(word), None));
    if IdempotencyKey::new(&delivery.id).is_none() {
        return refused("bad_id");
    }
    if matches!(delivery.shown, Shown::DocumentNumber(_)) {
        return refused("document_number");
    }
    if let Some(answer) = answered(op, &delivery.id, &delivery.shown).await? {
        return Ok((DeliveryOutcome::Repeated, EntryRefusal::from_word(&answer)));
    }
    if at > op.now() + TimeDelta::seconds(AHEAD) {
        return refused("from_the_future");
    }
    if at < op.now() - TimeDelta::days(WITHIN_DAYS) {
        return refused("too_late");
    }
    let (visitor, _) = match who(op, &delivery.shown, Some(at)).await? {
        Ok(found) => found,
        Err(refusal) => return refused(refusal.as_str()),
    };
    let counted = count(op, visitor.reader, at, delivery.shown.as_str()).await?;
    let word = if counted { COUNTED } else { ADMITTED };
    keep_answer(op, Some(delivery.id.clone()), &delivery.shown, word).await?;
    let outcome = if counted { DeliveryOutcome::Counted } else { DeliveryOutcome::WithinInterval };
    Ok((outcome, visitor.against.map(EntryRefusal::from)))
}
