//! What a reader has, with what each costs if it is late, and whether it can be renewed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::calendar::Calendar;
use super::item::{ItemView, items, waiting_besides};
use super::money::overdue_charge;
use super::renew::against_renewal;
use super::rules::Rules;
use super::tables::{charge, item, loan};
use crate::kernel::{Blocker, Error, ItemId, LibraryId, LoanId, Op, ReaderId, Result, Right};
use crate::records;

/// A loan.
#[derive(Clone, Debug)]
pub struct LoanView {
    /// The loan.
    pub id: LoanId,
    /// What was lent.
    pub item: ItemView,
    /// To whom; none, when a returned loan is not remembered.
    pub reader: Option<ReaderId>,
    /// The library that lent it, whose rules count.
    pub library: LibraryId,
    /// When.
    pub lent_at: DateTime<Utc>,
    /// The last day without a charge.
    pub due: NaiveDate,
    /// How often it was renewed.
    pub renewals: u32,
    /// When it was brought back, and where.
    pub returned: Option<(DateTime<Utc>, LibraryId)>,
    /// Whether it is overdue.
    pub overdue: bool,
    /// What it costs if it comes back today, in fen.
    pub accruing: i64,
    /// What stands against renewing it.
    pub against_renewal: Vec<Blocker>,
}

/// What a reader has now, the first due first.
///
/// # Errors
/// [`Right::FindReaders`] or [`Right::Lend`] is needed, or to be the reader.
pub async fn loans(op: &Op, reader: ReaderId) -> Result<Vec<LoanView>> {
    if !op.actor().may(Right::Lend) {
        op.require_or_self(Right::FindReaders, reader)?;
    }
    let whose = owners(op, reader).await?;
    views(op, open_loans(op, &whose).await?).await
}

/// One loan, open or returned.
///
/// # Errors
/// As [`loans`]; [`Error::NotFound`] when there is none.
pub async fn loan(op: &Op, id: LoanId) -> Result<LoanView> {
    let found = loan_view(op, id).await?;
    match found.reader {
        Some(reader) if !op.actor().may(Right::Lend) => op.require_or_self(Right::FindReaders, reader)?,
        Some(_) => {}
        None => op.require(Right::Lend)?,
    }
    Ok(found)
}

/// The reader and who was merged into them: what was lent to either is theirs.
pub(super) async fn owners(op: &Op, reader: ReaderId) -> Result<Vec<uuid::Uuid>> {
    records::with_merged(op, reader).await
}

pub(super) async fn open_loans(op: &Op, whose: &[uuid::Uuid]) -> Result<Vec<loan::Model>> {
    Ok(loan::Entity::find()
        .filter(loan::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(loan::Column::ReturnedAt.is_null())
        .order_by_asc(loan::Column::Due)
        .order_by_asc(loan::Column::Id)
        .all(op.db())
        .await?)
}

pub(super) async fn row(op: &Op, id: LoanId) -> Result<loan::Model> {
    loan::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("loan"))
}

/// What is owed: what was charged and not paid, and what overdue items would cost today.
pub(super) async fn owed(op: &Op, whose: &[uuid::Uuid], open: &[loan::Model]) -> Result<i64> {
    Ok(unpaid(op, whose).await?.saturating_add(Costs::of(op, open).await?.accruing(op, open)))
}

pub(super) async fn unpaid(op: &Op, whose: &[uuid::Uuid]) -> Result<i64> {
    let amounts: Vec<i64> = charge::Entity::find()
        .select_only()
        .column(charge::Column::Unpaid)
        .filter(charge::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(charge::Column::Unpaid.gt(0))
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(amounts.into_iter().fold(0, i64::saturating_add))
}

/// What being late costs, by the libraries that lent.
pub(super) struct Costs {
    places: HashMap<LibraryId, (Rules, Calendar)>,
    prices: HashMap<ItemId, Option<i64>>,
}

impl Costs {
    /// Of these loans; nothing is asked for those that are not overdue.
    pub async fn of(op: &Op, loans: &[loan::Model]) -> Result<Self> {
        let late: Vec<&loan::Model> = loans.iter().filter(|loan| loan.due < op.today()).collect();
        let mut costs = Self { places: HashMap::new(), prices: HashMap::new() };
        let Some(first) = late.iter().map(|loan| loan.due).min() else { return Ok(costs) };
        for loan in &late {
            if let Entry::Vacant(place) = costs.places.entry(loan.library_id) {
                let rules = Rules::at(op, loan.library_id).await?;
                let calendar = Calendar::of(op, &rules, first).await?;
                place.insert((rules, calendar));
            }
        }
        costs.prices = item::Entity::find()
            .filter(item::Column::Id.is_in(late.iter().map(|loan| loan.item_id.0)))
            .all(op.db())
            .await?
            .into_iter()
            .map(|row| (row.id, row.price))
            .collect();
        Ok(costs)
    }

    /// Open days after the day it was due, and what they cost in fen.
    pub fn on(&self, loan: &loan::Model, day: NaiveDate) -> (i64, i64) {
        let Some((rules, calendar)) = self.places.get(&loan.library_id) else { return (0, 0) };
        let days = calendar.open_days(loan.due, day);
        let price = self.prices.get(&loan.item_id).copied().flatten();
        (days, overdue_charge(days, rules.overdue_fen, rules.overdue_cap, price))
    }

    pub fn accruing(&self, op: &Op, loans: &[loan::Model]) -> i64 {
        loans.iter().map(|loan| self.on(loan, op.today()).1).fold(0, i64::saturating_add)
    }
}

pub(super) async fn loan_view(op: &Op, id: LoanId) -> Result<LoanView> {
    let row = row(op, id).await?;
    views(op, vec![row]).await?.pop().ok_or(Error::NotFound("loan"))
}

pub(super) async fn views(op: &Op, rows: Vec<loan::Model>) -> Result<Vec<LoanView>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let copies = item::Entity::find()
        .filter(item::Column::Id.is_in(rows.iter().map(|row| row.item_id.0)))
        .all(op.db())
        .await?;
    let items = items(op, copies).await?;
    let open: Vec<loan::Model> = rows.iter().filter(|row| row.returned_at.is_none()).cloned().collect();
    let costs = Costs::of(op, &open).await?;
    let titles: Vec<uuid::Uuid> = items.values().map(|item| item.title_id.0).collect();
    let whose: Vec<uuid::Uuid> = open.iter().filter_map(|row| row.reader_id).map(|reader| reader.0).collect();
    let others = waiting_besides(op, titles, &whose).await?;
    let mut rules: HashMap<LibraryId, Rules> = HashMap::new();
    for row in &open {
        if let Entry::Vacant(place) = rules.entry(row.library_id) {
            place.insert(Rules::at(op, row.library_id).await?);
        }
    }
    rows.into_iter()
        .map(|row| {
            let item =
                items.get(&row.item_id).cloned().ok_or_else(|| Error::internal("a loan of no item"))?;
            let is_open = row.returned_at.is_none();
            Ok(LoanView {
                against_renewal: match rules.get(&row.library_id) {
                    Some(rules) if is_open => {
                        against_renewal(op, rules, &row, others.contains_key(&item.title_id))
                    }
                    _ => Vec::new(),
                },
                accruing: if is_open { costs.on(&row, op.today()).1 } else { 0 },
                overdue: is_open && row.due < op.today(),
                id: row.id,
                item,
                reader: row.reader_id,
                library: row.library_id,
                lent_at: row.lent_at,
                due: row.due,
                renewals: u32::try_from(row.renewals).unwrap_or_default(),
                returned: row.returned_at.zip(row.returned_library_id),
            })
        })
        .collect()
}
