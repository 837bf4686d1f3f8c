//! Taking stock (5.2.1): what lies in the store or at a desk is scanned, and what differs from the book is booked with a reason.
//!
//! Cards go on being given out meanwhile: what moved after the stock-taking began is neither missing nor found.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::ledger::{AT_ONCE, Held, Movement, Why, enter, shift, shift_all};
use super::order::{planned, short};
use super::place::{Place, Spot, in_library, managed};
use super::range::{Range, runs, told};
use super::receive::check_form;
use super::tables::{counted, given_number, stock_card, stock_count};
use crate::kernel::{
    Blocker, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, StockCountId, StockPlace,
};
use crate::records;

/// How a stock-taking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountState {
    /// Cards are being scanned.
    Open,
    /// Its differences are booked.
    Booked,
    /// It was given up; nothing is booked.
    Dropped,
}

impl CountState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Open, Self::Booked, Self::Dropped];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Booked => "booked",
            Self::Dropped => "dropped",
        }
    }
}

/// A stock-taking.
#[derive(Clone, Debug)]
pub struct StockCount {
    /// Its id.
    pub id: StockCountId,
    /// In which library.
    pub library: LibraryId,
    /// At which place.
    pub place: Place,
    /// How it stands.
    pub state: CountState,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// What was booked: cards by the book, cards that were there, missing and found ones.
    pub booked: Option<[u32; 4]>,
    /// Why there were differences.
    pub reason: String,
}

impl StockCount {
    fn of_row(row: stock_count::Model) -> Result<Self> {
        let state = CountState::ALL.into_iter().find(|state| state.as_str() == row.state);
        let place = row.place.parse().ok().and_then(|kind: StockPlace| Place::new(kind, row.place_id));
        let booked = [row.expected, row.counted, row.missing, row.found];
        Ok(Self {
            id: row.id,
            library: row.library_id,
            place: place.ok_or_else(|| Error::internal("a stock-taking without a place"))?,
            state: state.ok_or_else(|| Error::internal("unknown state of a stock-taking"))?,
            opened_at: row.opened_at,
            booked: booked
                .iter()
                .all(Option::is_some)
                .then(|| booked.map(|count| u32::try_from(count.unwrap_or_default()).unwrap_or_default())),
            reason: row.reason,
        })
    }

    fn spot(&self) -> Spot {
        self.place.of(self.library)
    }
}

/// What differs between the book and what was counted.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    /// Cards that should lie there.
    pub expected: u32,
    /// Cards that were counted.
    pub counted: u32,
    /// Should lie there, and were not counted.
    pub missing: Vec<Range>,
    /// Were counted, and are at another desk or in the store of the library, or were missing: they are moved here.
    pub found: Vec<Range>,
    /// Were counted, and nobody knows them: they are entered.
    pub unknown: Vec<Range>,
    /// Were counted, and can't be booked here: where they are by the book. Cards of other libraries are transferred; used, spoiled and
    /// void ones are put aside.
    pub elsewhere: Vec<(Range, StockPlace, LibraryId)>,
    /// Were counted, are on the card of a reader, and are not in any stock.
    pub given: Vec<Range>,
    /// Were counted, and are to come by an order or a run: they come in there.
    pub planned: Vec<Range>,
}

impl Differences {
    /// Whether there is nothing to book.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.found.is_empty() && self.unknown.is_empty()
    }
}

/// Begins to take the stock at a place.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::CountOpen`] while it is being taken there.
pub async fn begin_count(op: &Op, library: LibraryId, place: Place) -> Result<StockCount> {
    op.intend(ServiceName::CountCards, None);
    op.require(Right::ManageStock)?;
    let tree = managed(op, library).await?;
    in_library(&tree, library, place)?;
    let here = stock_count::Entity::find()
        .filter(stock_count::Column::Place.eq(place.kind().as_str()))
        .filter(stock_count::Column::PlaceId.eq(place.id()))
        .filter(stock_count::Column::State.eq(CountState::Open.as_str()));
    if here.count(op.db()).await? > 0 {
        return Err(Error::refused(Blocker::CountOpen));
    }
    let id: StockCountId = op.new_id()?;
    let row = stock_count::ActiveModel {
        id: Set(id),
        library_id: Set(library),
        place: Set(place.kind().as_str().to_owned()),
        place_id: Set(place.id()),
        state: Set(CountState::Open.as_str().to_owned()),
        expected: Set(None),
        counted: Set(None),
        missing: Set(None),
        found: Set(None),
        reason: Set(String::new()),
        opened_by: Set(op.actor().who.to_string()),
        opened_at: Set(op.now()),
        closed_by: Set(None),
        closed_at: Set(None),
    };
    stock_count::Entity::insert(row).exec_without_returning(op.db()).await?;
    load(op, id).await
}

/// Notes cards as counted, by scanning or by ranges; one that is scanned twice counts once.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::StockClosed`] when it is closed.
pub async fn count_cards(op: &Op, id: StockCountId, ranges: &[Range]) -> Result<u32> {
    let count = open(op, id).await?;
    let mut invalid = Invalid::default();
    check_form(op, count.library, ranges, "stock.ranges", &mut invalid).await?;
    invalid.into_result()?;
    let barcodes: Vec<String> = ranges.iter().flat_map(Range::barcodes).collect();
    for chunk in barcodes.chunks(AT_ONCE) {
        let rows = chunk
            .iter()
            .map(|barcode| counted::ActiveModel { count_id: Set(id), barcode: Set(barcode.clone()) });
        counted::Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(op.db()).await?;
    }
    let total = counted::Entity::find().filter(counted::Column::CountId.eq(id)).count(op.db()).await?;
    Ok(u32::try_from(total).unwrap_or(u32::MAX))
}

/// A stock-taking and what differs so far.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn one_count(op: &Op, id: StockCountId) -> Result<(StockCount, Differences)> {
    op.require(Right::ManageStock)?;
    let count = load(op, id).await?;
    managed(op, count.library).await?;
    let plan = if count.state == CountState::Open { plan(op, &count).await? } else { Plan::default() };
    Ok((count, plan.told()))
}

/// The stock-takings of a library and of those under it, the latest first.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn counts(op: &Op, library: LibraryId) -> Result<Vec<StockCount>> {
    let under = managed(op, library).await?.under(library);
    let rows = stock_count::Entity::find()
        .filter(stock_count::Column::LibraryId.is_in(under))
        .order_by_desc(stock_count::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter().map(StockCount::of_row).collect()
}

/// Books the differences and closes the stock-taking.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Error::Invalid`] when there are differences and no
/// reason is given; [`Blocker::StockClosed`] when it is closed.
pub async fn book_count(op: &Op, id: StockCountId, reason: &str) -> Result<StockCount> {
    op.intend(ServiceName::CountCards, None);
    op.require(Right::ManageStock)?;
    let count = open(op, id).await?;
    let plan = plan(op, &count).await?;
    let mut invalid = Invalid::default();
    let reason = short(reason, "stock.reason", &mut invalid);
    if reason.is_empty() && !plan.told().is_empty() {
        invalid.add("stock.reason", Problem::Missing);
    }
    invalid.into_result()?;
    let told_of = plan.told();
    let found: usize = plan.found.values().map(Vec::len).sum::<usize>() + plan.unknown.len();
    let numbers = [plan.expected, plan.counted, plan.missing.len(), found];
    let [expected, counted, missing, found] =
        numbers.map(|count| Some(i64::try_from(count).unwrap_or_default()));
    let set = stock_count::ActiveModel {
        expected: Set(expected),
        counted: Set(counted),
        missing: Set(missing),
        found: Set(found),
        ..closed(op, CountState::Booked, &reason)
    };
    close(op, id, set).await?;
    let (spot, cause) = (count.spot(), Some(id.0));
    let why = |kind| Why { kind, cause, reason: &reason };
    let lost = Spot::end(count.library, StockPlace::Missing);
    shift(op, &plan.missing, spot, lost, &why(Movement::NotFound)).await?;
    shift_all(op, plan.found, spot, &why(Movement::Found)).await?;
    enter(op, &plan.unknown, None, spot, &why(Movement::Found)).await?;
    let detail = json!({
        "count": id, "library": count.library, "expected": numbers[0], "counted": numbers[1],
        "missing": told(&told_of.missing), "found": told(&told_of.found), "unknown": told(&told_of.unknown),
        "reason": reason,
    });
    records::keep_act(op, ServiceName::CountCards, detail).await?;
    load(op, id).await
}

/// Gives a stock-taking up; nothing is booked.
///
/// # Errors
/// As [`book_count`].
pub async fn drop_count(op: &Op, id: StockCountId) -> Result<()> {
    open(op, id).await?;
    close(op, id, closed(op, CountState::Dropped, "")).await
}

fn closed(op: &Op, state: CountState, reason: &str) -> stock_count::ActiveModel {
    stock_count::ActiveModel {
        state: Set(state.as_str().to_owned()),
        reason: Set(reason.to_owned()),
        closed_by: Set(Some(op.actor().who.to_string())),
        closed_at: Set(Some(op.now())),
        ..Default::default()
    }
}

async fn close(op: &Op, id: StockCountId, set: stock_count::ActiveModel) -> Result<()> {
    let done = stock_count::Entity::update_many()
        .set(set)
        .filter(stock_count::Column::Id.eq(id))
        .filter(stock_count::Column::State.eq(CountState::Open.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

async fn load(op: &Op, id: StockCountId) -> Result<StockCount> {
    let row = stock_count::Entity::find_by_id(id).one(op.db()).await?;
    StockCount::of_row(row.ok_or(Error::NotFound("stock-taking"))?)
}

async fn open(op: &Op, id: StockCountId) -> Result<StockCount> {
    let count = load(op, id).await?;
    managed(op, count.library).await?;
    if count.state == CountState::Open { Ok(count) } else { Err(Error::refused(Blocker::StockClosed)) }
}

/// What is to be booked.
#[derive(Default)]
struct Plan {
    expected: usize,
    counted: usize,
    missing: Vec<String>,
    found: Held,
    unknown: Vec<String>,
    elsewhere: Held,
    given: Vec<String>,
    planned: Vec<String>,
}

impl Plan {
    fn told(&self) -> Differences {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let mut found: Vec<String> = self.found.values().flatten().cloned().collect();
        found.sort();
        let elsewhere = self.elsewhere.iter().flat_map(|(spot, barcodes)| {
            runs(barcodes).into_iter().map(|range| (range, spot.place, spot.library))
        });
        Differences {
            expected: count(self.expected),
            counted: count(self.counted),
            missing: runs(&self.missing),
            found: runs(&found),
            unknown: runs(&self.unknown),
            elsewhere: elsewhere.collect(),
            given: runs(&self.given),
            planned: runs(&self.planned),
        }
    }
}

async fn plan(op: &Op, count: &StockCount) -> Result<Plan> {
    let spot = count.spot();
    let seen: Vec<String> = counted::Entity::find()
        .filter(counted::Column::CountId.eq(count.id))
        .order_by_asc(counted::Column::Barcode)
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| row.barcode)
        .collect();
    let book = stock_card::Entity::find()
        .filter(stock_card::Column::PlaceId.eq(spot.id))
        .filter(stock_card::Column::Place.eq(spot.place.as_str()))
        .order_by_asc(stock_card::Column::Barcode)
        .all(op.db())
        .await?;
    let mut plan = Plan { counted: seen.len(), ..Plan::default() };
    for row in &book {
        if row.moved_at <= count.opened_at {
            plan.expected += 1;
            if seen.binary_search(&row.barcode).is_err() {
                plan.missing.push(row.barcode.clone());
            }
        }
    }
    let here: HashSet<&str> = book.iter().map(|row| row.barcode.as_str()).collect();
    let surplus: Vec<&str> =
        seen.iter().map(String::as_str).filter(|barcode| !here.contains(barcode)).collect();
    let to_come = if surplus.is_empty() { Vec::new() } else { planned(op, None).await? };
    for chunk in surplus.chunks(AT_ONCE) {
        let known = stock_card::Entity::find()
            .filter(stock_card::Column::Barcode.is_in(chunk.iter().copied()))
            .order_by_asc(stock_card::Column::Barcode)
            .all(op.db())
            .await?;
        let given: HashSet<String> = given_number::Entity::find()
            .filter(given_number::Column::Number.is_in(chunk.iter().copied()))
            .all(op.db())
            .await?
            .into_iter()
            .map(|row| row.number)
            .collect();
        let in_stock: HashSet<&str> = known.iter().map(|row| row.barcode.as_str()).collect();
        for barcode in chunk.iter().copied().filter(|barcode| !in_stock.contains(barcode)) {
            if given.contains(barcode) {
                plan.given.push(barcode.to_owned());
            } else if to_come.iter().any(|range| range.meets(&Range::one(barcode))) {
                plan.planned.push(barcode.to_owned());
            } else {
                plan.unknown.push(barcode.to_owned());
            }
        }
        for row in known {
            let at = Spot::of_row(&row)?;
            let lies_about =
                at.library == count.library && matches!(at.place, StockPlace::Store | StockPlace::Desk);
            if row.moved_at > count.opened_at {
                // It was here and left: used, allotted, sent.
            } else if lies_about || at.place == StockPlace::Missing {
                plan.found.entry(at).or_default().push(row.barcode);
            } else {
                plan.elsewhere.entry(at).or_default().push(row.barcode);
            }
        }
    }
    Ok(plan)
}
