//! Transfers (5.2.1): one library sends cards, the other takes them in, and what did not arrive is missing in the book of the one that
//! sent it.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::ledger::{Movement, Why, all_at, shift, shift_all};
use super::order::short;
use super::place::{Spot, managed};
use super::range::{Range, read, runs, told};
use super::tables::transfer;
use crate::kernel::{
    Blocker, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, StockPlace, TransferId,
};
use crate::libraries;
use crate::records;

/// How a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// On its way.
    Sent,
    /// Taken in, with or without what is missing.
    Received,
}

impl TransferState {
    /// Both states.
    pub const ALL: [Self; 2] = [Self::Sent, Self::Received];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }
}

/// Cards to send.
#[derive(Clone, Debug)]
pub struct Send {
    /// From whose store.
    pub from: LibraryId,
    /// To whose.
    pub to: LibraryId,
    /// Which.
    pub ranges: Vec<Range>,
    /// What somebody noted.
    pub note: String,
}

/// A transfer.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// From whose store.
    pub from: LibraryId,
    /// To whose.
    pub to: LibraryId,
    /// Which cards.
    pub ranges: Vec<Range>,
    /// How many.
    pub count: u32,
    /// How many arrived, once it is received.
    pub arrived: u32,
    /// How it stands.
    pub state: TransferState,
    /// What somebody noted.
    pub note: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When it was taken in.
    pub received_at: Option<DateTime<Utc>>,
}

impl Transfer {
    /// Cards that did not arrive.
    #[must_use]
    pub fn missing(&self) -> u32 {
        if self.state == TransferState::Received { self.count.saturating_sub(self.arrived) } else { 0 }
    }

    fn of_row(row: transfer::Model) -> Result<Self> {
        let state = TransferState::ALL.into_iter().find(|state| state.as_str() == row.state);
        Ok(Self {
            id: row.id,
            from: row.from_id,
            to: row.to_id,
            ranges: read(&row.ranges).map_err(|_| Error::internal("a transfer without ranges"))?,
            count: u32::try_from(row.count).unwrap_or_default(),
            arrived: u32::try_from(row.arrived).unwrap_or_default(),
            state: state.ok_or_else(|| Error::internal("unknown state of a transfer"))?,
            note: row.note,
            sent_at: row.sent_at,
            received_at: row.received_at,
        })
    }
}

/// Sends cards of one library's store to another library.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for the library that sends; [`Blocker::CardsNotThere`] for cards that are not in its
/// store.
pub async fn send(op: &Op, request: Send) -> Result<Transfer> {
    op.intend(ServiceName::SendCards, None);
    op.require(Right::ManageStock)?;
    let tree = managed(op, request.from).await?;
    let mut invalid = Invalid::default();
    if tree.library(request.to).is_none() || request.to == request.from {
        invalid.add("stock.to", Problem::NotApplicable);
    }
    if request.ranges.is_empty() {
        invalid.add("stock.ranges", Problem::Missing);
    }
    let note = short(&request.note, "stock.note", &mut invalid);
    invalid.into_result()?;
    let store = Spot::store(request.from);
    let held = all_at(op, &request.ranges, |spot| *spot == store).await?;
    let count: usize = held.values().map(Vec::len).sum();
    let id: TransferId = op.new_id()?;
    let row = transfer::ActiveModel {
        id: Set(id),
        from_id: Set(request.from),
        to_id: Set(request.to),
        count: Set(i64::try_from(count).unwrap_or_default()),
        ranges: Set(told(&request.ranges)),
        arrived: Set(0),
        state: Set(TransferState::Sent.as_str().to_owned()),
        note: Set(note.clone()),
        sent_by: Set(op.actor().who.to_string()),
        sent_at: Set(op.now()),
        received_by: Set(None),
        received_at: Set(None),
    };
    transfer::Entity::insert(row).exec_without_returning(op.db()).await?;
    let why = Why { kind: Movement::Sent, cause: Some(id.0), reason: &note };
    shift_all(op, held, Spot::transit(request.from, id), &why).await?;
    let detail =
        json!({ "transfer": id, "from": request.from, "to": request.to, "ranges": told(&request.ranges) });
    records::keep_act(op, ServiceName::SendCards, detail).await?;
    load(op, id).await
}

/// Takes a transfer in: the cards that arrived go to the store; with `None`, all of them did.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for the library that takes in. [`Blocker::StockClosed`] when it was taken in;
/// [`Blocker::CardsNotThere`] for cards that were not sent with it.
pub async fn take_in(op: &Op, id: TransferId, arrived: Option<Vec<Range>>, note: &str) -> Result<Transfer> {
    op.intend(ServiceName::TakeInCards, None);
    op.require(Right::ManageStock)?;
    let transfer = load(op, id).await?;
    managed(op, transfer.to).await?;
    if transfer.state != TransferState::Sent {
        return Err(Error::refused(Blocker::StockClosed));
    }
    let mut invalid = Invalid::default();
    let note = short(note, "stock.note", &mut invalid);
    invalid.into_result()?;
    let way = Spot::transit(transfer.from, id);
    let sent: Vec<String> =
        all_at(op, &transfer.ranges, |spot| *spot == way).await?.into_values().flatten().collect();
    let there: Vec<String> = match &arrived {
        None => sent.clone(),
        Some(ranges) => all_at(op, ranges, |spot| *spot == way).await?.into_values().flatten().collect(),
    };
    let missing: Vec<String> =
        sent.into_iter().filter(|barcode| there.binary_search(barcode).is_err()).collect();
    let count = i64::try_from(there.len()).unwrap_or_default();
    let done = transfer::Entity::update_many()
        .set(transfer::ActiveModel {
            state: Set(TransferState::Received.as_str().to_owned()),
            arrived: Set(count),
            received_by: Set(Some(op.actor().who.to_string())),
            received_at: Set(Some(op.now())),
            ..Default::default()
        })
        .filter(transfer::Column::Id.eq(id))
        .filter(transfer::Column::State.eq(TransferState::Sent.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let why = |kind| Why { kind, cause: Some(id.0), reason: &note };
    shift(op, &there, way, Spot::store(transfer.to), &why(Movement::Arrived)).await?;
    let lost = Spot::end(transfer.from, StockPlace::Missing);
    shift(op, &missing, way, lost, &why(Movement::NotArrived)).await?;
    let detail = json!({ "transfer": id, "arrived": count, "missing": told(&runs(&missing)) });
    records::keep_act(op, ServiceName::TakeInCards, detail).await?;
    load(op, id).await
}

/// The transfers from or to a library and those under it, the latest first.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn transfers(op: &Op, library: LibraryId) -> Result<Vec<Transfer>> {
    let under = managed(op, library).await?.under(library);
    let rows = transfer::Entity::find()
        .filter(
            Condition::any()
                .add(transfer::Column::FromId.is_in(under.clone()))
                .add(transfer::Column::ToId.is_in(under)),
        )
        .order_by_desc(transfer::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter().map(Transfer::of_row).collect()
}

/// A transfer, for either side.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn one_transfer(op: &Op, id: TransferId) -> Result<Transfer> {
    op.require(Right::ManageStock)?;
    let transfer = load(op, id).await?;
    let (tree, scope) = (libraries::tree(op).await?, op.actor().scope);
    if tree.covers(scope, transfer.from) || tree.covers(scope, transfer.to) {
        Ok(transfer)
    } else {
        Err(Error::NotFound("transfer"))
    }
}

async fn load(op: &Op, id: TransferId) -> Result<Transfer> {
    let row = transfer::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("transfer"))?;
    Transfer::of_row(row)
}
