//! What stands against opening a card for who shows these documents (Table A1, 6.1.3.2): known from the documents alone, so that a door
//! can say it before it asks for anything more. Opening asks it again, in its own transaction.

use chrono::NaiveDate;

use super::open::already_holds;
use super::rules::may_be_opened;
use super::{CardKind, CardView};
use crate::kernel::{Blocker, Channel, Duplicate, Error, Op, ReaderId, Result};
use crate::readers::{self, Given, recognise};

/// Who shows which documents, where, to be given which kind of card.
pub(crate) struct Newcomer<'a> {
    pub kind: CardKind,
    pub channel: Channel,
    /// The first is the one the card is opened with.
    pub given: &'a [Given],
    pub name: &'a str,
    pub birth_date: NaiveDate,
    pub age: i32,
    /// Whether those who may be the same person were looked at, and are not.
    pub duplicates_seen: bool,
}

/// What is known of them.
pub(crate) struct Stands {
    pub against: Vec<Blocker>,
    /// Whose record the documents lead to.
    pub reader: Option<ReaderId>,
    /// Others who may be the same person.
    pub possible: Vec<ReaderId>,
}

/// What stands against it.
pub(crate) async fn stands_against_opening(op: &Op, who: &Newcomer<'_>) -> Result<Stands> {
    let document = who.given.first().ok_or_else(|| Error::internal("a checked request without document"))?;
    let documents = who.given.iter().map(|given| &given.document);
    let known = recognise(op, documents, Some((who.name, who.birth_date))).await?;
    let mut against = may_be_opened(who.kind, document.document.kind(), who.age, who.channel);
    let mut reader = None;
    match known.exact.as_slice() {
        [] if !known.possible.is_empty() && !who.duplicates_seen => {
            let duplicates = known.possible.iter().map(|reader| Duplicate { reader: *reader }).collect();
            against.push(Blocker::PossibleDuplicate(duplicates));
        }
        [] => {}
        exact => {
            let held = super::current_cards(op, exact).await?;
            let live: Vec<CardView> = held.into_values().filter(|card| card.state.is_live()).collect();
            if let ([known], []) = (exact, live.as_slice())
                && !readers::is_called(op, *known, who.name, who.birth_date).await?
            {
                against.push(Blocker::RecordOfAnother(*known));
            }
            against.extend(live.into_iter().map(already_holds));
            if exact.len() > 1 {
                against.push(Blocker::DocumentsOfTwoReaders);
            }
            reader = exact.first().copied();
        }
    }
    Ok(Stands { against, reader, possible: known.possible })
}
