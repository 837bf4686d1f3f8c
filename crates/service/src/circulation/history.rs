//! Whether returned loans stay with a reader's name (5.3): they choose, and can have those that are remembered forgotten.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::loans::{LoanView, owners, views};
use super::tables::{charge, history_choice, loan};
use crate::kernel::{Error, LoanId, Op, ReaderId, Result, Right, ServiceName};
use crate::records::{self, NewRecord};

/// Returned loans of a reader, the latest first. What somebody read is nobody else's business, so only the reader sees it.
///
/// # Errors
/// One has to be the reader.
pub async fn history(op: &Op, reader: ReaderId, limit: u64) -> Result<Vec<LoanView>> {
    if !op.actor().is_reader(reader) {
        return Err(Error::Forbidden(Right::RevealPersonalData));
    }
    returned_loans(op, &owners(op, reader).await?, limit).await
}

pub(super) async fn returned_loans(op: &Op, whose: &[uuid::Uuid], limit: u64) -> Result<Vec<LoanView>> {
    let rows = loan::Entity::find()
        .filter(loan::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(loan::Column::ReturnedAt.is_not_null())
        .order_by_desc(loan::Column::ReturnedAt)
        .order_by_desc(loan::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    views(op, rows).await
}

/// Whether a reader's returned loans are remembered; so they are until the reader chooses otherwise.
///
/// # Errors
/// [`Right::AmendReaders`] is needed, or to be the reader.
pub async fn keeps_history(op: &Op, reader: ReaderId) -> Result<bool> {
    op.require_or_self(Right::AmendReaders, reader)?;
    keeps(op, reader).await
}

pub(super) async fn keeps(op: &Op, reader: ReaderId) -> Result<bool> {
    let row = history_choice::Entity::find_by_id(reader).one(op.db()).await?;
    Ok(row.is_none_or(|row| row.keep))
}

/// Chooses whether loans are remembered from now on.
///
/// # Errors
/// [`Right::AmendReaders`] is needed, or to be the reader.
pub async fn choose_history(op: &Op, reader: ReaderId, keep: bool) -> Result<()> {
    const SERVICE: ServiceName = ServiceName::ChooseHistory;
    op.intend(SERVICE, Some(reader));
    op.require_or_self(Right::AmendReaders, reader)?;
    let digest = records::digest(op, &(reader, keep))?;
    if records::find_answer(op, SERVICE, &digest).await?.is_some() {
        return Ok(());
    }
    let row =
        history_choice::ActiveModel { reader_id: Set(reader), keep: Set(keep), changed_at: Set(op.now()) };
    history_choice::Entity::insert(row)
        .on_conflict(
            OnConflict::column(history_choice::Column::ReaderId)
                .update_columns([history_choice::Column::Keep, history_choice::Column::ChangedAt])
                .to_owned(),
        )
        .exec_without_returning(op.db())
        .await?;
    record(op, SERVICE, reader, json!({ "keep": keep }), digest).await
}

/// Has returned loans forgotten: their titles no longer lead to the reader. Those that something is still owed for stay until it is
/// settled. Gives how many were forgotten.
///
/// # Errors
/// [`Right::AmendReaders`] is needed, or to be the reader.
pub async fn delete_history(op: &Op, reader: ReaderId) -> Result<u64> {
    const SERVICE: ServiceName = ServiceName::DeleteHistory;
    op.intend(SERVICE, Some(reader));
    op.require_or_self(Right::AmendReaders, reader)?;
    let digest = records::digest(op, &(reader, "delete"))?;
    if records::find_answer(op, SERVICE, &digest).await?.is_some() {
        return Ok(0);
    }
    let forgotten = forget_settled(op, &owners(op, reader).await?).await?;
    record(op, SERVICE, reader, json!({ "loans": forgotten }), digest).await?;
    Ok(forgotten)
}

/// Takes the reader out of returned loans, but for those that something is still owed for.
pub(super) async fn forget_settled(op: &Op, whose: &[uuid::Uuid]) -> Result<u64> {
    let owing: Vec<Option<LoanId>> = charge::Entity::find()
        .select_only()
        .column(charge::Column::LoanId)
        .filter(charge::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(charge::Column::Unpaid.gt(0))
        .filter(charge::Column::LoanId.is_not_null())
        .into_tuple()
        .all(op.db())
        .await?;
    let returned: Vec<LoanId> = loan::Entity::find()
        .select_only()
        .column(loan::Column::Id)
        .filter(loan::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(loan::Column::ReturnedAt.is_not_null())
        .into_tuple()
        .all(op.db())
        .await?;
    let forget: Vec<uuid::Uuid> =
        returned.into_iter().filter(|id| !owing.contains(&Some(*id))).map(|id| id.0).collect();
    // A charge that was settled says what was paid, and no longer for which title.
    for some in forget.chunks(500) {
        charge::Entity::update_many()
            .col_expr(charge::Column::LoanId, Expr::value(None::<uuid::Uuid>))
            .filter(charge::Column::LoanId.is_in(some.iter().copied()))
            .exec(op.db())
            .await?;
        loan::Entity::update_many()
            .col_expr(loan::Column::ReaderId, Expr::value(None::<uuid::Uuid>))
            .filter(loan::Column::Id.is_in(some.iter().copied()))
            .exec(op.db())
            .await?;
    }
    Ok(forget.len() as u64)
}

async fn record(
    op: &Op,
    service: ServiceName,
    reader: ReaderId,
    detail: serde_json::Value,
    digest: Vec<u8>,
) -> Result<()> {
    let channel = op.actor().channel;
    let record = NewRecord { service, reader, card: None, channel, check: None, detail, digest };
    records::keep(op, record).await.map(|_| ())
}
