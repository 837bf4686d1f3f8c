//! What is forgotten of visits: who it was after the days that a library has set, and what gates were answered (5.3): a job.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::{gate_answer, visit, visitor};
use crate::ecard::forget_spent;
use crate::kernel::{LibraryId, Op, ReaderId, Result};
use crate::libraries::{self, Policy, tree};
use crate::records::with_merged;

/// Days for which answers to gates are kept: longer than any gate may deliver late.
const ANSWERS_DAYS: i64 = 8;

/// Forgets what need not be known any more.
///
/// # Errors
/// When the database can't be written.
pub async fn forget(op: &Op) -> Result<()> {
    forget_spent(op).await?;
    let old = op.now() - TimeDelta::days(ANSWERS_DAYS);
    gate_answer::Entity::delete_many().filter(gate_answer::Column::At.lt(old)).exec(op.db()).await?;
    visitor::Entity::delete_many().filter(visitor::Column::NotedAt.lt(old)).exec(op.db()).await?;
    for library in tree(op).await?.libraries() {
        let days = libraries::policy(op, library.id, Policy::VisitDays).await?.number();
        visit::Entity::update_many()
            .col_expr(visit::Column::ReaderId, Expr::value(Option::<uuid::Uuid>::None))
            .filter(visit::Column::LibraryId.eq(library.id))
            .filter(visit::Column::ReaderId.is_not_null())
            .filter(visit::Column::At.lt(op.now() - TimeDelta::days(days)))
            .exec(op.db())
            .await?;
    }
    Ok(())
}

/// The visits that are still known to be a reader's, under whatever record, oldest first: when, and to which library.
pub(crate) async fn of_reader(op: &Op, reader: ReaderId) -> Result<Vec<(DateTime<Utc>, LibraryId)>> {
    Ok(visit::Entity::find()
        .filter(visit::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .order_by_asc(visit::Column::At)
        .select_only()
        .columns([visit::Column::At, visit::Column::LibraryId])
        .into_tuple()
        .all(op.db())
        .await?)
}
