//! The circulation behind a card, as the services on cards see it: what a reader has out and owes. Which system knows that is
//! configured when the house is opened.

use std::pin::Pin;

use super::{Op, ReaderId, Result};

/// What a reader has out and owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Items on loan.
    pub loans: u32,
    /// Of these, how many are overdue.
    pub overdue: u32,
    /// Overdue charges unpaid, in fen.
    pub charges: i64,
}

/// What could be learnt about a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// This is how they stand.
    Standing(Standing),
    /// No circulation is configured: staff look it up in the system they have.
    NotConfigured,
    /// The system that knows does not answer; what depends on it waits.
    Unavailable,
}

/// An answer that is still to come.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The circulation behind cards.
pub trait Circulation: Send + Sync + std::fmt::Debug {
    /// How a reader stands. Asked inside the operation's transaction, so it must not wait for anything but the database.
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>>;

    /// Two records of one person were made one: what hangs off the one who goes hangs off the one who stays.
    fn merged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        let _ = (op, loser, winner);
        Box::pin(async { Ok(()) })
    }

    /// Whether loans and charges are kept by this house itself, so that it may lend.
    fn is_own(&self) -> bool {
        false
    }

    /// All that is kept of a reader there, for the reader (5.3); nothing where it is kept elsewhere.
    fn held<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<serde_json::Value>> {
        let _ = (op, reader);
        Box::pin(async { Ok(serde_json::Value::Null) })
    }
}

/// No circulation: nothing is known, and nothing is guessed.
#[derive(Clone, Copy, Debug)]
pub struct NotConfigured;

impl Circulation for NotConfigured {
    fn standing<'a>(&'a self, _: &'a Op, _: ReaderId) -> Answer<'a, Result<Known>> {
        Box::pin(async { Ok(Known::NotConfigured) })
    }
}
