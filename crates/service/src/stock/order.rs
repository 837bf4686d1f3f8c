//! Orders to manufacturers (5.2.1): which numbers are to be printed, and how many of them have come.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::place::managed;
use super::range::Range;
use super::receive::{check_form, numbers_taken};
use super::tables::{order, run};
use crate::kernel::{
    Blocker, Cards, DesignId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName,
    StockOrderId, clean,
};
use crate::records;

/// The longest name of a manufacturer, and the longest note, in characters.
pub(super) const LONGEST: usize = 200;

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Cards are still to come.
    Ordered,
    /// All of them came.
    Received,
    /// It was cancelled, or what was left of it.
    Cancelled,
}

impl OrderState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Ordered, Self::Received, Self::Cancelled];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Received => "received",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Cards to order.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// For which library.
    pub library: LibraryId,
    /// What they look like.
    pub design: Option<DesignId>,
    /// Who prints them.
    pub manufacturer: String,
    /// The first number; blank for the next one that is free.
    pub first: String,
    /// How many.
    pub count: u32,
    /// When they are expected.
    pub expected_on: Option<NaiveDate>,
    /// What somebody noted.
    pub note: String,
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its id.
    pub id: StockOrderId,
    /// For which library.
    pub library: LibraryId,
    /// What the cards look like.
    pub design: Option<DesignId>,
    /// Who prints them.
    pub manufacturer: String,
    /// Their numbers.
    pub range: Range,
    /// How many came, the spoiled ones included.
    pub received: u32,
    /// How it stands.
    pub state: OrderState,
    /// When they are expected.
    pub expected_on: Option<NaiveDate>,
    /// What somebody noted.
    pub note: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Order {
    /// Cards that are still to come.
    #[must_use]
    pub fn open(&self) -> u32 {
        if self.state == OrderState::Ordered { self.range.count.saturating_sub(self.received) } else { 0 }
    }

    fn of_row(row: order::Model) -> Result<Self> {
        let range = Range::between(&row.first_number, &row.last_number);
        let state = OrderState::ALL.into_iter().find(|state| state.as_str() == row.state);
        Ok(Self {
            id: row.id,
            library: row.library_id,
            design: row.design_id,
            manufacturer: row.manufacturer,
            range: range.ok_or_else(|| Error::internal("an order without a range"))?,
            received: u32::try_from(row.received).unwrap_or_default(),
            state: state.ok_or_else(|| Error::internal("unknown state of an order"))?,
            expected_on: row.expected_on,
            note: row.note,
            created_at: row.created_at,
        })
    }
}

/// Orders cards: their numbers are taken from then on.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's. [`Blocker::NumbersTaken`] for numbers that are in
/// a stock, on a reader's card, or on another order.
pub async fn order(op: &Op, new: NewOrder) -> Result<Order> {
    op.intend(ServiceName::OrderCards, None);
    op.require(Right::ManageStock)?;
    managed(op, new.library).await?;
    let mut invalid = Invalid::default();
    let manufacturer = short(&new.manufacturer, "stock.manufacturer", &mut invalid);
    if manufacturer.is_empty() {
        invalid.add("stock.manufacturer", Problem::Missing);
    }
    let note = short(&new.note, "stock.note", &mut invalid);
    if new.expected_on.is_some_and(|day| day < op.today()) {
        invalid.add("stock.expected_on", Problem::PastDay);
    }
    let range = if new.first.trim().is_empty() {
        super::next_number::next_free(op, new.library, new.count).await?
    } else {
        Range::of(&super::range::as_typed(&new.first), new.count)
    };
    match &range {
        _ if new.count == 0 => invalid.add("stock.count", Problem::Missing),
        _ if new.count > super::MOST_CARDS => {
            invalid.add("stock.count", Problem::TooMany(super::MOST_CARDS as usize));
        }
        Some(range) => {
            check_form(op, new.library, std::slice::from_ref(range), "stock.first", &mut invalid).await?
        }
        None => invalid.add("stock.first", Problem::NotARange),
    }
    invalid.into_result()?;
    let range = range.ok_or_else(|| Error::internal("a checked order without numbers"))?;
    if let Some(taken) = planned_or_taken(op, std::slice::from_ref(&range), None).await? {
        return Err(Error::refused(taken));
    }
    let id: StockOrderId = op.new_id()?;
    let row = order::ActiveModel {
        id: Set(id),
        library_id: Set(new.library),
        design_id: Set(new.design),
        manufacturer: Set(manufacturer),
        first_number: Set(range.first.clone()),
        last_number: Set(range.last.clone()),
        count: Set(range.count.into()),
        received: Set(0),
        state: Set(OrderState::Ordered.as_str().to_owned()),
        expected_on: Set(new.expected_on),
        note: Set(note),
        actor: Set(op.actor().who.to_string()),
        created_at: Set(op.now()),
        closed_at: Set(None),
    };
    order::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "order": id, "library": new.library, "range": range.to_string() });
    records::keep_act(op, ServiceName::OrderCards, detail).await?;
    load(op, id).await
}

/// Cancels an order, or what of it has not come.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::StockClosed`] when nothing is to come.
pub async fn cancel_order(op: &Op, id: StockOrderId) -> Result<Order> {
    op.intend(ServiceName::CancelOrder, None);
    op.require(Right::ManageStock)?;
    let order = one_order(op, id).await?;
    order_to_fill(op, id, order.library).await?;
    close(op, &order, OrderState::Cancelled, order.received).await?;
    let detail = json!({ "order": id, "open": order.open() });
    records::keep_act(op, ServiceName::CancelOrder, detail).await?;
    load(op, id).await
}

/// An order.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn one_order(op: &Op, id: StockOrderId) -> Result<Order> {
    op.require(Right::ManageStock)?;
    let order = load(op, id).await?;
    managed(op, order.library).await?;
    Ok(order)
}

/// The orders of a library and of those under it, the latest first.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn orders(op: &Op, library: LibraryId) -> Result<Vec<Order>> {
    let under = managed(op, library).await?.under(library);
    let rows = order::Entity::find()
        .filter(order::Column::LibraryId.is_in(under))
        .order_by_desc(order::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter().map(Order::of_row).collect()
}

async fn load(op: &Op, id: StockOrderId) -> Result<Order> {
    let row = order::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("order"))?;
    Order::of_row(row)
}

/// An order of the library that cards can still come for.
pub(super) async fn order_to_fill(op: &Op, id: StockOrderId, library: LibraryId) -> Result<Order> {
    let order = load(op, id).await?;
    if order.library != library {
        return Err(Error::NotFound("order"));
    }
    if order.state == OrderState::Ordered { Ok(order) } else { Err(Error::refused(Blocker::StockClosed)) }
}

/// Notes that cards of an order came.
pub(super) async fn delivered(op: &Op, order: &Order, count: usize) -> Result<()> {
    let received = order.received.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    let state = if received >= order.range.count { OrderState::Received } else { OrderState::Ordered };
    close(op, order, state, received).await
}

async fn close(op: &Op, order: &Order, state: OrderState, received: u32) -> Result<()> {
    let ended = state != OrderState::Ordered;
    let done = order::Entity::update_many()
        .set(order::ActiveModel {
            state: Set(state.as_str().to_owned()),
            received: Set(received.into()),
            closed_at: Set(ended.then(|| op.now())),
            ..Default::default()
        })
        .filter(order::Column::Id.eq(order.id))
        .filter(order::Column::State.eq(OrderState::Ordered.as_str()))
        .filter(order::Column::Received.eq(i64::from(order.received)))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// Why these numbers can't be planned or come in: they exist, or an order or a run has them, other than the order that is being filled.
pub(super) async fn planned_or_taken(
    op: &Op,
    ranges: &[Range],
    filling: Option<StockOrderId>,
) -> Result<Option<Blocker>> {
    if let Some(taken) = numbers_taken(op, ranges).await? {
        return Ok(Some(taken));
    }
    let planned = planned(op, filling).await?;
    let meeting = ranges.iter().flat_map(|range| planned.iter().filter_map(|planned| planned.shared(range)));
    let mut shared: Vec<Range> = meeting.collect();
    shared.sort();
    let count = shared.iter().fold(0_u32, |count, range| count.saturating_add(range.count));
    Ok(shared.into_iter().next().map(|range| Blocker::NumbersTaken(Cards { first: range.first, count })))
}

/// The numbers that orders and runs have and that no stock knows all of yet, without those of the order that is being filled. An order
/// that is received needs no look: its cards are in a stock.
pub(super) async fn planned(op: &Op, filling: Option<StockOrderId>) -> Result<Vec<Range>> {
    let orders = order::Entity::find()
        .filter(order::Column::State.eq(OrderState::Ordered.as_str()))
        .all(op.db())
        .await?
        .into_iter()
        .filter(|row| Some(row.id) != filling)
        .map(|row| (row.first_number, row.last_number));
    let runs = run::Entity::find()
        .filter(run::Column::State.is_not_in(["dropped", "released"]))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.first_number, row.last_number));
    Ok(orders.chain(runs).filter_map(|(first, last)| Range::between(&first, &last)).collect())
}

/// A text of one line, cleaned.
pub(super) fn short(text: &str, field: &'static str, invalid: &mut Invalid) -> String {
    let text = clean(text);
    if text.chars().count() > LONGEST {
        invalid.add(field, Problem::TooLong(LONGEST));
    }
    text
}
