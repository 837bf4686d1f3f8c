//! Who a reader is, checked again in person (6.2.1): after years, and for cards that were opened without a clerk.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::canonical::canonical_check;
use super::identity::check_identity;
use super::notes::not_merged;
use super::tables::reader;
use crate::kernel::{Error, Op, ReaderId, Result, Right, ServiceName};
use crate::records::{self, IdentityCheck, NewRecord};

/// Notes that identity was checked in person.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Refused`] when nobody could see the person.
pub async fn verify(op: &Op, id: ReaderId, check: &IdentityCheck) -> Result<()> {
    op.intend(ServiceName::Verify, Some(id));
    op.require(Right::AmendReaders)?;
    let digest = records::digest(op, &(id, canonical_check(check)))?;
    if records::find_answer(op, ServiceName::Verify, &digest).await?.is_some() {
        return Ok(());
    }
    let channel = op.actor().channel;
    let blockers = check_identity(op, id, ServiceName::Verify, channel, check, false).await?;
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let row = not_merged(op, id).await?;
    let done = reader::Entity::update_many()
        .col_expr(reader::Column::VerifiedAt, Expr::value(op.now()))
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(id))
        .filter(reader::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let record = NewRecord {
        service: ServiceName::Verify,
        reader: id,
        card: None,
        channel,
        check: Some(check),
        detail: json!({}),
        digest,
    };
    records::keep(op, record).await.map(|_| ())
}
