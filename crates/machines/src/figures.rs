//! What happened, in numbers: nothing of any person.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Figures {
    pub(crate) open: AtomicU64,
    pub(crate) taken: AtomicU64,
    pub(crate) turned_away: AtomicU64,
    pub(crate) signed_in: AtomicU64,
    pub(crate) sign_ins_refused: AtomicU64,
    pub(crate) messages: AtomicU64,
    pub(crate) repeated: AtomicU64,
    pub(crate) no_messages: AtomicU64,
    pub(crate) wrong_sums: AtomicU64,
    pub(crate) failures: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Connections open now.
    pub open: u64,
    /// Connections taken.
    pub taken: u64,
    /// Connections turned away, since there were too many.
    pub turned_away: u64,
    /// Machines signed in.
    pub signed_in: u64,
    /// Sign-ins refused.
    pub sign_ins_refused: u64,
    /// Messages answered.
    pub messages: u64,
    /// Of these, how many were repeated, and answered as before.
    pub repeated: u64,
    /// Lines that were no messages.
    pub no_messages: u64,
    /// Messages whose checksum did not fit.
    pub wrong_sums: u64,
    /// Messages that could not be answered as they should: the database was too busy, or worse.
    pub failures: u64,
}

impl Figures {
    /// The counters now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Seen {
            open: of(&self.open),
            taken: of(&self.taken),
            turned_away: of(&self.turned_away),
            signed_in: of(&self.signed_in),
            sign_ins_refused: of(&self.sign_ins_refused),
            messages: of(&self.messages),
            repeated: of(&self.repeated),
            no_messages: of(&self.no_messages),
            wrong_sums: of(&self.wrong_sums),
            failures: of(&self.failures),
        }
    }
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
