//! What is forgotten: codes and tokens whose time is over, and who came, after the days that the library has set for visits (5.3): a job.

use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::exchange::TOKEN_SECONDS;
use super::tables::{code, resource_use, token};
use crate::kernel::{Op, Result};
use crate::libraries::{self, Policy, tree};

/// Forgets what need not be known any more. A code that was used is remembered as long as what it led to can work: if it comes again,
/// that ends.
///
/// # Errors
/// When the database can't be written.
pub async fn forget(op: &Op) -> Result<()> {
    let old = op.now() - TimeDelta::seconds(TOKEN_SECONDS) - TimeDelta::hours(1);
    code::Entity::delete_many().filter(code::Column::IssuedAt.lt(old)).exec(op.db()).await?;
    token::Entity::delete_many().filter(token::Column::EndsAt.lt(op.now())).exec(op.db()).await?;
    for library in tree(op).await?.libraries() {
        let days = libraries::policy(op, library.id, Policy::VisitDays).await?.number();
        resource_use::Entity::update_many()
            .col_expr(resource_use::Column::ReaderId, Expr::value(Option::<uuid::Uuid>::None))
            .filter(resource_use::Column::LibraryId.eq(library.id))
            .filter(resource_use::Column::ReaderId.is_not_null())
            .filter(resource_use::Column::Day.lt(op.today() - TimeDelta::days(days)))
            .exec(op.db())
            .await?;
    }
    Ok(())
}
