//! What is forgotten of kiosks: who stood there some minutes ago, calls and numbers of days that are over: a job.

use chrono::{Days, TimeDelta};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::{call, day, referral, visit};
use super::visit::VISIT_MINUTES;
use crate::kernel::{Op, Result};

/// Forgets what need not be known any more.
///
/// # Errors
/// When the database can't be written.
pub async fn forget(op: &Op) -> Result<()> {
    let quiet = op.now() - TimeDelta::minutes(VISIT_MINUTES);
    visit::Entity::delete_many().filter(visit::Column::SeenAt.lte(quiet)).exec(op.db()).await?;
    let yesterday = op.today() - Days::new(1);
    call::Entity::delete_many()
        .filter(call::Column::CalledAt.lt(op.now() - TimeDelta::days(1)))
        .exec(op.db())
        .await?;
    day::Entity::delete_many().filter(day::Column::Day.lt(yesterday)).exec(op.db()).await?;
    referral::Entity::delete_many().filter(referral::Column::Day.lt(yesterday)).exec(op.db()).await?;
    Ok(())
}
