//! Opening the cards of a list (6.1.3): each row goes by the rules of one reader at a desk, and the rows that can't be opened stand in
//! nobody's way.

use chrono::NaiveDate;

use super::newcomer::Stands;
use super::open::{OpenCard, digest_of};
use super::opening::{Barcodes, Looked, Made, Ready, against, check, write};
use crate::kernel::{Blocker, Invalid, Op, ReaderId, Result, Right, ServiceName};
use crate::outbox::Template;
use crate::readers;

/// What is known of a row before anything is opened.
pub(crate) struct Prospect {
    /// What of it can't be taken.
    pub invalid: Invalid,
    /// Who it is, where that can be told.
    pub person: Option<Person>,
    /// What stands against it; asked only of rows that can be taken.
    pub against: Vec<Blocker>,
}

/// What makes two rows one person, and what may.
pub(crate) struct Person {
    /// The keyed hash of the identity key.
    pub key: Vec<u8>,
    /// The name as it would be kept.
    pub name: String,
    pub birth_date: NaiveDate,
    pub age: i32,
    /// Whose record the documents lead to.
    pub reader: Option<ReaderId>,
}

/// What would become of each request, in their order; nothing is written. One-Cards need no barcode yet.
pub(crate) async fn prospects(op: &Op, requests: &[OpenCard]) -> Result<Vec<Prospect>> {
    op.require(Right::OpenCards)?;
    let mut prospects = Vec::with_capacity(requests.len());
    for (Looked { invalid, checked }, stands) in look(op, requests).await? {
        let person = checked.as_ref().and_then(|checked| {
            let (details, first) = (&checked.details, checked.given.first()?);
            Some(Person {
                key: readers::key_hash(op, &first.document, &details.name, details.birth_date),
                name: details.name.clone(),
                birth_date: details.birth_date,
                age: checked.age,
                reader: stands.as_ref().and_then(|stands| stands.reader),
            })
        });
        let against = stands.map(|stands| stands.against).unwrap_or_default();
        prospects.push(Prospect { invalid, person, against });
    }
    Ok(prospects)
}

/// Looks at the fields of requests that need no barcode yet, and asks what stands against those that can be taken, in their order.
async fn look(op: &Op, requests: &[OpenCard]) -> Result<Vec<(Looked, Option<Stands>)>> {
    let looked = check(op, requests, Barcodes::GivenOut).await?;
    let asked: Vec<_> = requests
        .iter()
        .zip(&looked)
        .filter_map(|(request, looked)| Some((request, looked.ready()?)))
        .collect();
    let mut stands = against(op, &asked).await?.into_iter();
    let with_answer = |looked: Looked| {
        let answer = looked.ready().and_then(|_| stands.next());
        (looked, answer)
    };
    Ok(looked.into_iter().map(with_answer).collect())
}

/// What became of a row.
pub(crate) enum Opening {
    /// The card.
    Opened(Made),
    /// What stands against it now.
    Refused(Vec<Blocker>),
    /// What of it can't be taken now.
    Invalid(Invalid),
    /// There was no One-Card left to give out.
    NoOneCard,
}

/// Opens the cards of many requests, no two of one person, and says what became of each, in their order. Where a One-Card is opened, `draw`
/// gives the barcodes, in the order of the rows that get one; where it gives fewer, the last ones get none. `tell` says whether
/// readers are told.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub(crate) async fn open_many(
    op: &Op,
    requests: &[OpenCard],
    draw: impl AsyncFnOnce(&Op, usize) -> Result<Vec<String>>,
    tell: bool,
) -> Result<Vec<Opening>> {
    op.intend(ServiceName::OpenCard, None);
    op.require(Right::OpenCards)?;
    let mut openings: Vec<Option<Opening>> = Vec::with_capacity(requests.len());
    let mut ready = Vec::with_capacity(requests.len());
    for (request, (looked, stands)) in requests.iter().zip(look(op, requests).await?) {
        openings.push(match (looked.checked, stands) {
            (Some(checked), Some(stands)) if stands.against.is_empty() => {
                let digest = digest_of(op, request)?;
                ready.push(Ready { request, checked, stands, digest, notice: None, number: None });
                None
            }
            (_, Some(stands)) => Some(Opening::Refused(stands.against)),
            (_, None) => Some(Opening::Invalid(looked.invalid)),
        });
    }
    let wants_barcode = |ready: &Ready<'_>| ready.request.kind == super::CardKind::OneCard;
    let wanted = ready.iter().filter(|ready| wants_barcode(ready)).count();
    if wanted > 0 {
        let mut barcodes = draw(op, wanted).await?.into_iter();
        for one in ready.iter_mut().filter(|ready| wants_barcode(ready)) {
            one.checked.barcode = barcodes.next();
        }
    }
    let has_number: Vec<bool> =
        ready.iter().map(|ready| !wants_barcode(ready) || ready.checked.barcode.is_some()).collect();
    ready.retain(|ready| !wants_barcode(ready) || ready.checked.barcode.is_some());

    let details: Vec<_> = ready.iter().map(|ready| ready.checked.details.clone()).collect();
    let made = write(op, ready).await?;
    if tell {
        let newcomers = made.iter().zip(&details).map(|(made, details)| readers::ToTell {
            reader: made.reader,
            record: made.record,
            details,
            words: vec![("number", made.number.clone())],
        });
        readers::tell_newcomers(op, Template::CardOpened, newcomers).await?;
    }
    let mut made = made.into_iter();
    let mut has_number = has_number.into_iter();
    let filled = openings.into_iter().map(|opening| match opening {
        Some(opening) => opening,
        None if has_number.next() == Some(true) => made.next().map_or(Opening::NoOneCard, Opening::Opened),
        None => Opening::NoOneCard,
    });
    Ok(filled.collect())
}
