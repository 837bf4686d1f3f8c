//! What a reader owes, and how it was settled (6.3.4).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::loans::{Costs, open_loans, owners};
use super::tables::{charge, charge_entry, item, loan, title};
use crate::kernel::{ChargeId, Error, LibraryId, LoanId, Op, ReaderId, Result, Right};

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChargeKind {
    /// An item was brought back late (过期违约金).
    Overdue,
    /// An item was lost.
    Lost,
    /// An item was damaged.
    Damaged,
    /// Something else: the note says what.
    Other,
}

impl ChargeKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Lost, Self::Damaged, Self::Other];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Lost => "lost",
            Self::Damaged => "damaged",
            Self::Other => "other",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A payment or waiver.
#[derive(Clone, Debug)]
pub struct EntryView {
    /// `payment` or `waiver`.
    pub kind: String,
    /// Fen.
    pub amount: i64,
    /// How it was paid.
    pub method: Option<String>,
    /// Why it was waived.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Where.
    pub library: LibraryId,
}

/// A charge.
#[derive(Clone, Debug)]
pub struct ChargeView {
    /// The charge.
    pub id: ChargeId,
    /// Who owes it.
    pub reader: ReaderId,
    /// What it is for.
    pub kind: ChargeKind,
    /// The title it is about, as long as it is remembered.
    pub title: Option<String>,
    /// The barcode of the item, as long as it is remembered.
    pub barcode: Option<String>,
    /// The library whose rules made it.
    pub library: LibraryId,
    /// Fen.
    pub amount: i64,
    /// What is left of it, in fen.
    pub unpaid: i64,
    /// Open days the item was overdue.
    pub days: Option<i64>,
    /// More about it.
    pub note: Option<String>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// How it was settled, oldest first.
    pub entries: Vec<EntryView>,
}

/// What a reader owes.
#[derive(Clone, Debug, Default)]
pub struct Charges {
    /// Charges that are not settled, oldest first.
    pub unpaid: Vec<ChargeView>,
    /// Charges that are, the latest first; the last fifty.
    pub settled: Vec<ChargeView>,
    /// What can be paid now, in fen.
    pub owed: i64,
    /// What overdue items would cost if they came back today, in fen; it is charged when they do.
    pub accruing: i64,
}

/// What a reader owes, and what was settled of late.
///
/// # Errors
/// [`Right::FindReaders`] or [`Right::TakePayments`] is needed, or to be the reader.
pub async fn charges(op: &Op, reader: ReaderId) -> Result<Charges> {
    if !op.actor().may(Right::TakePayments) {
        op.require_or_self(Right::FindReaders, reader)?;
    }
    let whose = owners(op, reader).await?;
    let unpaid = charge::Entity::find()
        .filter(charge::Column::ReaderId.is_in(whose.clone()))
        .filter(charge::Column::Unpaid.gt(0))
        .order_by_asc(charge::Column::At)
        .order_by_asc(charge::Column::Id)
        .all(op.db())
        .await?;
    let settled = charge::Entity::find()
        .filter(charge::Column::ReaderId.is_in(whose.clone()))
        .filter(charge::Column::Unpaid.eq(0))
        .order_by_desc(charge::Column::At)
        .order_by_desc(charge::Column::Id)
        .limit(50)
        .all(op.db())
        .await?;
    let open = open_loans(op, &whose).await?;
    Ok(Charges {
        owed: unpaid.iter().map(|row| row.unpaid).fold(0, i64::saturating_add),
        accruing: Costs::of(op, &open).await?.accruing(op, &open),
        unpaid: views(op, unpaid).await?,
        settled: views(op, settled).await?,
    })
}

/// Every charge there ever was, oldest first.
pub(super) async fn all_charges(op: &Op, whose: &[uuid::Uuid]) -> Result<Vec<ChargeView>> {
    let rows = charge::Entity::find()
        .filter(charge::Column::ReaderId.is_in(whose.iter().copied()))
        .order_by_asc(charge::Column::At)
        .all(op.db())
        .await?;
    views(op, rows).await
}

/// The charge that a loan led to when it ended.
pub(super) async fn charge_of_loan(op: &Op, id: LoanId) -> Result<Option<ChargeView>> {
    let rows = charge::Entity::find()
        .filter(charge::Column::LoanId.eq(id))
        .filter(charge::Column::Kind.eq(ChargeKind::Overdue.as_str()))
        .all(op.db())
        .await?;
    Ok(views(op, rows).await?.pop())
}

pub(super) async fn views(op: &Op, rows: Vec<charge::Model>) -> Result<Vec<ChargeView>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let about = about(op, &rows).await?;
    let entries = charge_entry::Entity::find()
        .filter(charge_entry::Column::ChargeId.is_in(rows.iter().map(|row| row.id.0)))
        .order_by_asc(charge_entry::Column::Id)
        .all(op.db())
        .await?;
    let mut settled: HashMap<ChargeId, Vec<EntryView>> = HashMap::new();
    for entry in entries {
        let reason = entry.reason.as_ref();
        let reason = reason.map(|sealed| op.keys().open_sealed(REASON, entry.id.0, sealed)).transpose()?;
        settled.entry(entry.charge_id).or_default().push(EntryView {
            kind: entry.kind,
            amount: entry.amount,
            method: entry.method,
            reason,
            at: entry.at,
            library: entry.library_id,
        });
    }
    rows.into_iter()
        .map(|row| {
            let note = row.note.as_ref();
            let kind = ChargeKind::from_word(&row.kind);
            let (title, barcode) = row.loan_id.and_then(|loan| about.get(&loan).cloned()).unzip();
            Ok(ChargeView {
                note: note.map(|sealed| op.keys().open_sealed(NOTE, row.id.0, sealed)).transpose()?,
                kind: kind.ok_or_else(|| Error::internal("unknown kind of charge"))?,
                entries: settled.remove(&row.id).unwrap_or_default(),
                id: row.id,
                reader: row.reader_id,
                title,
                barcode,
                library: row.library_id,
                amount: row.amount,
                unpaid: row.unpaid,
                days: row.days,
                at: row.at,
            })
        })
        .collect()
}

pub(super) const NOTE: &str = "charges.note";
pub(super) const REASON: &str = "charge_entries.reason";

/// Title and barcode by the loan.
async fn about(op: &Op, rows: &[charge::Model]) -> Result<HashMap<LoanId, (String, String)>> {
    let loans: Vec<loan::Model> = loan::Entity::find()
        .filter(loan::Column::Id.is_in(rows.iter().filter_map(|row| row.loan_id).map(|id| id.0)))
        .all(op.db())
        .await?;
    let items: HashMap<_, _> = item::Entity::find()
        .filter(item::Column::Id.is_in(loans.iter().map(|loan| loan.item_id.0)))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let titles: HashMap<_, _> = title::Entity::find()
        .filter(title::Column::Id.is_in(items.values().map(|item| item.title_id.0)))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.id, row.title))
        .collect();
    Ok(loans
        .into_iter()
        .filter_map(|loan| {
            let item = items.get(&loan.item_id)?;
            Some((loan.id, (titles.get(&item.title_id)?.clone(), item.barcode.clone())))
        })
        .collect())
}
