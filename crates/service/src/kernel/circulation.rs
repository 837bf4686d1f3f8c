//! The circulation behind a card, as the services on cards see it: what a reader has out and owes. Which system knows that is
//! configured when the house is opened.
//!
//! A system elsewhere can't be waited for inside a transaction. Its [`Circulation::standing`] ends with [`Error::AskFirst`] as
//! long as the operation has not learnt its answer; the house rolls back, [asks](Circulation::ask) outside of any transaction,
//! and runs the operation again with what was told. What was told holds for that one call and is forgotten with it.

use std::fmt;
use std::pin::Pin;

use chrono::NaiveDate;

use super::{Error, Op, ReaderId, Result};

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
    /// The system that knows, by its name, does not answer; what depends on it waits.
    Unavailable(SystemName),
}

impl Known {
    /// What two systems together know. Where one is silent nothing is known; one that has nothing to do with the reader adds
    /// nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unavailable(system), _) | (_, Self::Unavailable(system)) => Self::Unavailable(system),
            (Self::NotConfigured, known) | (known, Self::NotConfigured) => known,
            (Self::Standing(one), Self::Standing(two)) => Self::Standing(Standing {
                loans: one.loans.saturating_add(two.loans),
                overdue: one.overdue.saturating_add(two.overdue),
                charges: one.charges.saturating_add(two.charges),
            }),
        }
    }
}

/// What staff call a circulation system: a word of the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SystemName(&'static str);

impl SystemName {
    /// A name that is known when the program is written.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self(name)
    }

    /// A name that was configured. A handful of them live as long as the program, so that what is known stays small and can be
    /// copied.
    #[must_use]
    pub fn configured(name: &str) -> Self {
        Self(Box::leak(name.to_owned().into_boxed_str()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for SystemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for SystemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a system elsewhere is asked about.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub reader: ReaderId,
    /// Every number that a card of theirs has or had, the one that counts now first: what was lent under an old one is theirs too.
    pub numbers: Vec<AskedNumber>,
    /// What about them.
    pub wanted: Wanted,
}

/// A number of a card.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedNumber {
    /// As it is printed.
    pub number: String,
    /// The codes of the library that issued the card, and of those above it.
    pub libraries: Vec<String>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// How many loans, and what is owed.
    Standing,
    /// Which loans, too.
    Loans,
}

impl Question {
    /// Whether the answer to this answers another question too.
    fn covers(&self, other: &Self) -> bool {
        self.reader == other.reader && self.numbers == other.numbers && self.wanted >= other.wanted
    }
}

// Numbers of cards are in no log.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Question {{ {:?}, numbers: {}, {:?} }}", self.reader, self.numbers.len(), self.wanted)
    }
}

impl fmt::Debug for AskedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskedNumber")
    }
}

/// What a system elsewhere told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which system.
    pub system: SystemName,
    /// How the reader stands there.
    pub known: Known,
    /// What they have out there; none when it was not asked for, or the system can't tell.
    pub loans: Option<Vec<LoanElsewhere>>,
    /// What the system says against the reader, by stable words: `borrowing_denied`, `card_lost`, `unknown_reader`, …
    pub marks: Vec<&'static str>,
}

/// An item that is on loan in a system elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct LoanElsewhere {
    /// Its barcode.
    pub barcode: String,
    /// Its title; none when the system does not tell.
    pub title: Option<String>,
    /// The day on which it is due.
    pub due: Option<NaiveDate>,
    /// Whether it is overdue.
    pub overdue: bool,
}

// What somebody reads is theirs.
impl fmt::Debug for LoanElsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoanElsewhere")
    }
}

/// An answer that is still to come.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The circulation behind cards.
pub trait Circulation: Send + Sync + fmt::Debug {
    /// How a reader stands. Asked inside the operation's transaction, so it must not wait for anything but the database: a system
    /// elsewhere answers with what the operation has [learnt](Op::learnt).
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>>;

    /// How a reader stands of whom the built-in ledger counts this, where nobody has to be asked any further; none where
    /// [`Self::standing`] has to. `lends` says whether the caller's library lends with the ledger.
    fn by_count(&self, counted: Standing, lends: bool) -> Option<Known> {
        let _ = (counted, lends);
        None
    }

    /// What systems elsewhere tell of a reader, with the items as far as each can name them. Asked like [`Self::standing`].
    fn loans_elsewhere<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Vec<Told>>> {
        let _ = (op, reader);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Asks what systems elsewhere know; outside of any transaction. It ends in good time, whatever they do.
    fn ask<'a>(&'a self, question: &'a Question) -> Answer<'a, Vec<Told>> {
        let _ = question;
        Box::pin(async { Vec::new() })
    }

    /// Two records of one person were made one: what hangs off the one who goes hangs off the one who stays.
    fn merged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        let _ = (op, loser, winner);
        Box::pin(async { Ok(()) })
    }

    /// That was undone: what [`Self::merged`] took from the one who went is theirs again, as far as it is still there; what came
    /// since stays with the one who stayed.
    fn unmerged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
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

    fn by_count(&self, _: Standing, _: bool) -> Option<Known> {
        Some(Known::NotConfigured)
    }
}

/// What was learnt from systems elsewhere in the course of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learnt(Vec<(Question, Vec<Told>)>);

/// How often one call may ask. A reader or two are asked about; their cards may change in between.
const ASKS: usize = 8;

impl Learnt {
    /// Keeps what was told.
    pub fn keep(&mut self, question: Question, told: Vec<Told>) -> Result<()> {
        if self.0.len() >= ASKS {
            return Err(Error::internal("the circulation is asked again and again"));
        }
        self.0.push((question, told));
        Ok(())
    }

    /// What a system told in answer to this question.
    pub fn answer(&self, system: SystemName, question: &Question) -> Option<&Told> {
        let answers = self.0.iter().rev().filter(|(asked, _)| asked.covers(question));
        answers.flat_map(|(_, told)| told).find(|told| told.system == system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_3_4_what_systems_know_adds_up_and_one_that_is_silent_leaves_all_unknown() {
        let standing = |loans, charges| Known::Standing(Standing { loans, overdue: 0, charges });
        let silent = Known::Unavailable(SystemName::of("ILAS"));
        assert_eq!(standing(1, 50).and(standing(2, 7)), standing(3, 57));
        assert_eq!(standing(1, 0).and(Known::NotConfigured), standing(1, 0));
        assert_eq!(Known::NotConfigured.and(Known::NotConfigured), Known::NotConfigured);
        for known in [standing(0, 0), Known::NotConfigured, silent] {
            assert_eq!((known.and(silent), silent.and(known)), (silent, silent));
        }
    }

    #[test]
    fn c_5_1_3_numbers_of_cards_are_in_no_log() {
        let number = AskedNumber { number: "440600012345".to_owned(), libraries: vec!["FS".to_owned()] };
        let reader = ReaderId(uuid::Uuid::nil());
        let question = Question { reader, numbers: vec![number], wanted: Wanted::Standing };
        let error = Error::AskFirst(Box::new(question.clone()));
        for text in [format!("{question:?}"), format!("{:?}", question.numbers), format!("{error} {error:?}")]
        {
            assert!(!text.contains("4406"), "{text}");
        }
    }
}
