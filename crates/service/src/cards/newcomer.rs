//! What stands against opening a card for who shows these documents (Table A1, 6.1.3.2): known from the documents alone, so that a door
//! can say it before it asks for anything more. Opening asks it again, in its own transaction.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::open::already_holds;
use super::rules::may_be_opened;
use super::{CardKind, CardView};
use crate::kernel::{Blocker, Channel, Duplicate, Error, Op, ReaderId, Result};
use crate::readers::{self, Given, Recognised, Shown, recognise_all};

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
    let stands = all_that_stands(op, std::slice::from_ref(who)).await?.pop();
    stands.ok_or_else(|| Error::internal("a newcomer without an answer"))
}

/// The same for many, in their order.
pub(super) async fn all_that_stands(op: &Op, newcomers: &[Newcomer<'_>]) -> Result<Vec<Stands>> {
    let shown: Vec<Shown<'_>> = newcomers
        .iter()
        .map(|who| Shown {
            documents: who.given.iter().map(|given| &given.document).collect(),
            name_and_birth: Some((who.name, who.birth_date)),
        })
        .collect();
    let known = recognise_all(op, &shown).await?;
    let exact: Vec<ReaderId> = known.iter().flat_map(|known| known.exact.iter().copied()).collect();
    let (held, called) = if exact.is_empty() {
        Default::default()
    } else {
        (super::current_cards(op, &exact).await?, readers::called(op, &exact).await?)
    };
    newcomers.iter().zip(known).map(|(who, known)| stands(who, known, &held, &called)).collect()
}

fn stands(
    who: &Newcomer<'_>,
    known: Recognised,
    held: &HashMap<ReaderId, CardView>,
    called: &HashMap<ReaderId, (String, NaiveDate)>,
) -> Result<Stands> {
    let document = who.given.first().ok_or_else(|| Error::internal("a checked request without document"))?;
    let mut against = may_be_opened(who.kind, document.document.kind(), who.age, who.channel);
    match known.exact.as_slice() {
        [] if !known.possible.is_empty() && !who.duplicates_seen => {
            let duplicates = known.possible.iter().map(|reader| Duplicate { reader: *reader }).collect();
            against.push(Blocker::PossibleDuplicate(duplicates));
        }
        [] => {}
        exact => {
            let live: Vec<&CardView> =
                exact.iter().filter_map(|id| held.get(id)).filter(|card| card.state.is_live()).collect();
            if let ([known], []) = (exact, live.as_slice())
                && !called.get(known).is_some_and(|(name, birth)| {
                    *birth == who.birth_date && readers::same_name(who.name, name)
                })
            {
                against.push(Blocker::RecordOfAnother(*known));
            }
            against.extend(live.into_iter().cloned().map(already_holds));
            if exact.len() > 1 {
                against.push(Blocker::DocumentsOfTwoReaders);
            }
        }
    }
    Ok(Stands { against, reader: known.exact.first().copied(), possible: known.possible })
}
