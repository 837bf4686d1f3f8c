//! Of whom: a list of numbers, or a search.

use std::collections::HashSet;

use chrono::{NaiveDate, TimeDelta};

use crate::cards::{self, CardState, CardsWhere};
use crate::kernel::{Channel, Error, LibraryId, Op, Problem, ReaderId, Result, is_blank, start_of_day};
use crate::libraries;
use crate::readers::{self, recognise};

use super::words::Finding;

/// How many readers one change takes.
pub const MOST: usize = 20_000;

/// Who is changed. `Debug` shows no number.
#[derive(Clone)]
pub enum Selection {
    /// Numbers of cards, current or old, or of documents; one each.
    List(Vec<String>),
    /// All holders of cards that are found.
    Search(Search),
}

impl std::fmt::Debug for Selection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List(numbers) => write!(f, "List({})", numbers.len()),
            Self::Search(search) => search.fmt(f),
        }
    }
}

impl Selection {
    /// The first column of a text, as a list is typed or saved as CSV: a number in each line. A first line without a digit is a heading.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let first = |line: &str| {
            let cell = line.split([',', ';', '\t', '，']).next().unwrap_or_default();
            cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\u{feff}')).to_owned()
        };
        let cells = text.lines().map(first).filter(|cell| !cell.is_empty());
        let is_heading = |(at, cell): &(usize, String)| *at == 0 && !cell.chars().any(char::is_numeric);
        Self::List(cells.enumerate().filter(|row| !is_heading(row)).map(|(_, cell)| cell).collect())
    }
}

/// A search by cards.
#[derive(Clone, Debug)]
pub struct Search {
    /// The library that issued the card, and those under it.
    pub library: LibraryId,
    /// The state of the card; any that is not cancelled where none is given.
    pub state: Option<CardState>,
    /// Through which door it was opened.
    pub channel: Option<Channel>,
    /// The first day on which it was opened.
    pub opened_from: Option<NaiveDate>,
    /// The last day on which it was opened.
    pub opened_until: Option<NaiveDate>,
    /// Whether only readers under 16, or only others.
    pub minor: Option<bool>,
}

/// A row as it begins: somebody, or why there is nobody.
pub(super) struct Candidate {
    pub given: String,
    pub found: Result<ReaderId, Finding>,
}

/// Everybody who is meant, in their order.
pub(super) async fn candidates(op: &Op, selection: &Selection) -> Result<Vec<Candidate>> {
    let candidates = match selection {
        Selection::List(numbers) => {
            let numbers: Vec<String> = numbers
                .iter()
                .filter(|number| !is_blank(number))
                .map(|number| number.trim().to_owned())
                .collect();
            of_list(op, &numbers).await?
        }
        Selection::Search(search) => {
            let found = of_search(op, search).await?;
            found.into_iter().map(|id| Candidate { given: String::new(), found: Ok(id) }).collect()
        }
    };
    if candidates.is_empty() {
        return Err(Error::field("readers", Problem::Missing));
    }
    Ok(candidates)
}

fn not_too_many(count: usize) -> Result<()> {
    if count > MOST { Err(Error::field("readers", Problem::TooMany(MOST))) } else { Ok(()) }
}

async fn of_list(op: &Op, numbers: &[String]) -> Result<Vec<Candidate>> {
    not_too_many(numbers.len())?;
    let holders = cards::holders_of_numbers(op, numbers).await?;
    let mut seen = HashSet::new();
    let mut candidates = Vec::with_capacity(numbers.len());
    for number in numbers {
        let found = match holders.get(number) {
            Some(reader) => Ok(*reader),
            None => by_document(op, number).await?,
        };
        let found = found.and_then(|id| if seen.insert(id) { Ok(id) } else { Err(Finding::Twice) });
        candidates.push(Candidate { given: number.clone(), found });
    }
    Ok(candidates)
}

/// Who has a document of this number, if that is one person.
async fn by_document(op: &Op, number: &str) -> Result<Result<ReaderId, Finding>> {
    if number.chars().count() > 60 {
        return Ok(Err(Finding::NotFound));
    }
    let document = documents::read_number(number, None, None, op.today()).ok();
    let mut found = recognise(op, document.iter(), None).await?.exact;
    if found.is_empty() {
        found = readers::by_bare_number(op, number).await?;
    }
    Ok(match found.as_slice() {
        [] => Err(Finding::NotFound),
        [only] => Ok(*only),
        _ => Err(Finding::Several),
    })
}

async fn of_search(op: &Op, search: &Search) -> Result<Vec<ReaderId>> {
    let tree = libraries::tree(op).await?;
    if !tree.covers(op.actor().scope, search.library) {
        return Err(Error::field("search.library", Problem::NotApplicable));
    }
    let cards = CardsWhere {
        libraries: tree.under(search.library),
        state: search.state,
        channel: search.channel,
        from: search.opened_from.map(start_of_day),
        before: search.opened_until.map(|day| start_of_day(day) + TimeDelta::days(1)),
    };
    // Who holds one card may have held others: these are looked at too, and make no difference to the count.
    let most = u64::try_from(MOST * 4).map_err(Error::internal)?;
    let mut found = cards::holders_where(op, &cards, most).await?;
    if let Some(minor) = search.minor {
        let fit: HashSet<ReaderId> = readers::of_age(op, &found, minor).await?.into_iter().collect();
        found.retain(|id| fit.contains(id));
    }
    not_too_many(found.len())?;
    Ok(found)
}
