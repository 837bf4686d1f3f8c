//! Taking an item back, at any member library (A.3.2 a), whatever the state of the card. The same scan takes in what arrives from
//! another library, and what lies about.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::add_charge::{NewCharge, write_charge};
use super::charges::{ChargeKind, ChargeView, charge_of_loan};
use super::events;
use super::history::{forget_settled, keeps};
use super::item::{self as items, ItemView};
use super::loans::{Costs, LoanView, loan_view, owners};
use super::settle::{Then, kept_for, settle};
use super::tables::loan;
use crate::kernel::{Error, ItemState, LoanId, Op, ReaderId, Result, Right, ServiceName};
use crate::readers;
use crate::records;

/// An item that was brought.
#[derive(Clone, Debug)]
pub struct ReturnItem {
    /// Its barcode, as it was scanned.
    pub barcode: String,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Returned {
    /// The item.
    pub item: ItemView,
    /// The loan that ended; none, when it was on none.
    pub loan: Option<LoanView>,
    /// Who had it.
    pub reader: Option<ReaderId>,
    /// What it costs that it was late.
    pub charge: Option<ChargeView>,
    /// Where it goes now.
    pub then: Then,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Takes an item back.
///
/// # Errors
/// [`Right::Lend`] is needed; [`Error::Invalid`] for a barcode that no item has.
pub async fn return_item(op: &Op, request: ReturnItem) -> Result<Returned> {
    op.intend(ServiceName::ReturnItem, None);
    op.require(Right::Lend)?;
    let row = items::by_barcode(op, &request.barcode, true).await?;
    let digest = records::digest(op, &("return", &row.barcode))?;
    if let Some(earlier) = events::earlier(op, &digest).await? {
        return again(op, row, earlier.loan_id).await;
    }
    let open = loan::Entity::find()
        .filter(loan::Column::ItemId.eq(row.id))
        .filter(loan::Column::ReturnedAt.is_null())
        .one(op.db())
        .await?;
    let (mut reader, mut charge, mut loan_id) = (None, None, None);
    if let Some(open) = &open {
        loan_id = Some(open.id);
        close(op, open).await?;
        reader = match open.reader_id {
            Some(reader) => Some(readers::current(op, reader).await?),
            None => None,
        };
        if let Some(reader) = reader {
            op.intend(ServiceName::ReturnItem, Some(reader));
        }
        charge = late(op, open).await?;
    }
    let (then, set) = settle(op, &row, op.actor().library).await?;
    items::change(op, &row, set).await?;
    let event = match (&open, row.state.parse()?, then) {
        (Some(_), ..) => "returned",
        (None, _, Then::Hold { .. } | Then::TransitForHold { .. }) => "held",
        (None, ItemState::Missing, _) => "found",
        _ => "arrived",
    };
    events::note(op, (row.id, loan_id), event, None, Some(digest)).await?;
    let loan = match loan_id {
        Some(id) => Some(loan_view(op, id).await?),
        None => None,
    };
    if let Some(reader) = reader
        && !keeps(op, reader).await?
    {
        forget_settled(op, &owners(op, reader).await?).await?;
    }
    let item = items::view(op, items::locked(op, row.id).await?).await?;
    Ok(Returned { item, loan, reader, charge, then, repeated: false })
}

/// Ends a loan.
pub(super) async fn close(op: &Op, open: &loan::Model) -> Result<()> {
    let done = loan::Entity::update_many()
        .col_expr(loan::Column::ReturnedAt, Expr::value(op.now()))
        .col_expr(loan::Column::ReturnedLibraryId, Expr::value(op.actor().library))
        .filter(loan::Column::Id.eq(open.id))
        .filter(loan::Column::Due.eq(open.due))
        .filter(loan::Column::ReturnedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// What being late costs, charged to who had it.
async fn late(op: &Op, open: &loan::Model) -> Result<Option<ChargeView>> {
    let Some(reader) = open.reader_id else { return Ok(None) };
    let costs = Costs::of(op, std::slice::from_ref(open)).await?;
    let (days, amount) = costs.on(open, op.today());
    if amount <= 0 {
        return Ok(None);
    }
    let new = NewCharge {
        reader,
        loan: Some(open.id),
        library: open.library_id,
        kind: ChargeKind::Overdue,
        amount,
        days: Some(days),
        note: None,
    };
    write_charge(op, new).await?;
    charge_of_loan(op, open.id).await
}

/// The answer to a call that was made before: how things stand because of it.
async fn again(op: &Op, row: super::tables::item::Model, loan: Option<LoanId>) -> Result<Returned> {
    let then = match row.state.parse()? {
        ItemState::Withdrawn => Then::Withdrawn,
        _ => match (kept_for(op, row.id).await?, row.destination_id) {
            (Some(kept), None) => match kept.until {
                Some(until) => Then::Hold { reservation: kept.id, reader: kept.reader_id, until },
                None => Then::Shelf,
            },
            (Some(kept), Some(library)) => Then::TransitForHold { reservation: kept.id, library },
            (None, Some(library)) => Then::Transit(library),
            (None, None) => Then::Shelf,
        },
    };
    let (loan, charge) = match loan {
        Some(id) => (Some(loan_view(op, id).await?), charge_of_loan(op, id).await?),
        None => (None, None),
    };
    let reader = loan.as_ref().and_then(|loan| loan.reader);
    let item = items::view(op, row).await?;
    Ok(Returned { item, loan, reader, charge, then, repeated: true })
}
