//! Putting a charge on a reader: for an item that was lost or damaged, or for something else (6.3.4).

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::charges::{ChargeKind, ChargeView, NOTE, views};
use super::return_item::close;
use super::tables::{self, charge};
use super::{events, item, loans};
use crate::cards;
use crate::kernel::{
    ChargeId, Error, Invalid, ItemState, LibraryId, LoanId, Op, Problem, ReaderId, Result, Right,
    ServiceName, clean,
};
use crate::records::{self, NewRecord};

/// A charge as entered. `Debug` shows none of its note.
#[derive(Clone)]
pub struct AddCharge {
    /// Who owes it.
    pub reader: ReaderId,
    /// The loan it is about.
    pub loan: Option<LoanId>,
    /// A word of [`ChargeKind`] but `overdue`, which comes of itself.
    pub kind: String,
    /// Fen.
    pub amount: i64,
    /// More about it; needed for `other`.
    pub note: String,
}

impl std::fmt::Debug for AddCharge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddCharge(…)")
    }
}

/// Puts a charge on a reader. Who pays for a lost item has it no longer: its loan ends.
///
/// # Errors
/// [`Right::TakePayments`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn add_charge(op: &Op, request: AddCharge) -> Result<ChargeView> {
    const SERVICE: ServiceName = ServiceName::AddCharge;
    let AddCharge { reader, loan, kind, amount, note } = &request;
    op.intend(SERVICE, Some(*reader));
    op.require(Right::TakePayments)?;
    let digest = records::digest(op, &(reader, loan, kind, amount, note))?;
    if let Some(earlier) = records::find_answer(op, SERVICE, &digest).await? {
        // The charge has the id of its record.
        return view(op, ChargeId(earlier.record.0)).await;
    }
    let mut invalid = Invalid::default();
    let kind = ChargeKind::from_word(kind).filter(|kind| *kind != ChargeKind::Overdue);
    let kind = invalid.take("charge.kind", kind.ok_or(Problem::UnknownWord));
    if !(1..=1_000_000).contains(amount) {
        invalid.add("charge.amount", Problem::Amount);
    }
    let note = clean(note);
    if note.chars().count() > 200 {
        invalid.add("charge.note", Problem::TooLong(200));
    }
    if kind == Some(ChargeKind::Other) && note.is_empty() {
        invalid.add("charge.note", Problem::Missing);
    }
    if let Some(loan) = loan {
        let whose = loans::owners(op, *reader).await?;
        let row = loans::row(op, *loan).await?;
        if !row.reader_id.is_some_and(|owner| whose.contains(&owner.0)) {
            invalid.add("charge.loan", Problem::NotApplicable);
        }
    }
    invalid.into_result()?;
    let Some(kind) = kind else { return Err(Error::internal("a checked charge without its kind")) };
    let record = records::keep(
        op,
        NewRecord {
            service: SERVICE,
            reader: *reader,
            card: None,
            channel: op.actor().channel,
            check: None,
            detail: json!({ "kind": kind.as_str(), "amount": amount, "loan": loan }),
            digest,
        },
    )
    .await?;
    cards::owes_more(op, *reader).await?;
    if let (ChargeKind::Lost, Some(loan)) = (kind, loan) {
        lose(op, *loan).await?;
    }
    let new = NewCharge {
        reader: *reader,
        loan: *loan,
        library: op.actor().library,
        kind,
        amount: *amount,
        days: None,
        note: Some(note).filter(|note| !note.is_empty()),
    };
    let id = ChargeId(record.0);
    write(op, id, new).await?;
    view(op, id).await
}

/// What is paid for is no longer on loan, and costs nothing more for being late; where it is, nobody knows.
async fn lose(op: &Op, id: LoanId) -> Result<()> {
    let open = loans::row(op, id).await?;
    if open.returned_at.is_some() {
        return Ok(());
    }
    let copy = item::locked(op, open.item_id).await?;
    close(op, &open).await?;
    let set = tables::item::ActiveModel {
        state: Set(ItemState::Missing.as_str().to_owned()),
        ..Default::default()
    };
    item::change(op, &copy, set).await?;
    events::note(op, (copy.id, Some(id)), "missing", None, None).await
}

async fn view(op: &Op, id: ChargeId) -> Result<ChargeView> {
    let row = charge::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("charge"))?;
    views(op, vec![row]).await?.pop().ok_or(Error::NotFound("charge"))
}

/// A charge that was checked, or comes of itself.
pub(super) struct NewCharge {
    pub reader: ReaderId,
    pub loan: Option<LoanId>,
    pub library: LibraryId,
    pub kind: ChargeKind,
    pub amount: i64,
    pub days: Option<i64>,
    pub note: Option<String>,
}

pub(super) async fn write_charge(op: &Op, new: NewCharge) -> Result<ChargeId> {
    let id: ChargeId = op.new_id()?;
    write(op, id, new).await?;
    Ok(id)
}

async fn write(op: &Op, id: ChargeId, new: NewCharge) -> Result<()> {
    let row = charge::ActiveModel {
        id: Set(id),
        reader_id: Set(new.reader),
        loan_id: Set(new.loan),
        library_id: Set(new.library),
        kind: Set(new.kind.as_str().to_owned()),
        amount: Set(new.amount),
        unpaid: Set(new.amount),
        days: Set(new.days),
        note: Set(new.note.as_deref().map(|note| op.keys().close(NOTE, id.0, note)).transpose()?),
        at: Set(op.now()),
        by: Set(op.actor().who.to_string()),
    };
    charge::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}
