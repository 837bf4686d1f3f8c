//! Waiving a charge (6.3.4): for a reason, which stays with it.

use super::pay::{Paid, Settle, again, owed_of, settle_charges};
use super::tables::charge;
use crate::kernel::{ChargeId, Error, Invalid, Op, Problem, Result, Right, ServiceName, clean};
use crate::readers;
use crate::records;
use sea_orm::EntityTrait;

/// A charge to waive. `Debug` shows none of the reason.
#[derive(Clone)]
pub struct Waive {
    /// Which charge.
    pub charge: ChargeId,
    /// How much of it, in fen; none: all that is left.
    pub amount: Option<i64>,
    /// Why, in words.
    pub reason: String,
}

impl std::fmt::Debug for Waive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waive(…)")
    }
}

/// Waives a charge, or a part of it.
///
/// # Errors
/// [`Right::WaiveCharges`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn waive(op: &Op, request: Waive) -> Result<Paid> {
    const SERVICE: ServiceName = ServiceName::Waive;
    op.intend(SERVICE, None);
    op.require(Right::WaiveCharges)?;
    let row = charge::Entity::find_by_id(request.charge).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("charge"))?;
    let reader = readers::current(op, row.reader_id).await?;
    op.intend(SERVICE, Some(reader));
    let reason = clean(&request.reason);
    let digest = records::digest(op, &(request.charge, request.amount, &reason))?;
    if let Some(earlier) = records::find_answer(op, SERVICE, &digest).await? {
        return again(op, reader, earlier.record, earlier.at).await;
    }
    let mut invalid = Invalid::default();
    match reason.chars().count() {
        0 => invalid.add("reason", Problem::Missing),
        1 => invalid.add("reason", Problem::TooShort(2)),
        2..=200 => {}
        _ => invalid.add("reason", Problem::TooLong(200)),
    }
    invalid.into_result()?;
    let owed = owed_of(op, reader, &[request.charge]).await?;
    let how = Settle { service: SERVICE, kind: "waiver", method: None, reason: Some(&reason) };
    settle_charges(op, reader, &owed, request.amount, how, digest).await
}
