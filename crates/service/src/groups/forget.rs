//! Taking lists out again (5.3): some time after the cards were handed over or the batch was withdrawn, its rows hold nothing of the
//! people any more. What was issued, to how many, and the guardians' signed lists stay.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::batches::change;
use super::tables::{batch, row};
use super::words::BatchState;
use crate::kernel::{Error, Op, Result, Sealed};
use crate::libraries::{self, Policy};

/// Takes out what has stood long enough; gives how many batches, at most `most`. A draft or checked list that nobody touched for as long is
/// withdrawn first.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn forget(op: &Op, most: u64) -> Result<usize> {
    let before = op.now() - TimeDelta::days(1);
    let rows = batch::Entity::find()
        .filter(batch::Column::ForgottenAt.is_null())
        .filter(batch::Column::State.is_not_in([BatchState::Confirmed.as_str()]))
        .filter(batch::Column::CreatedAt.lt(before))
        .order_by_asc(batch::Column::CreatedAt)
        .limit(1000)
        .all(op.db())
        .await?;
    let mut forgotten = 0;
    let mut kept_days = HashMap::new();
    for row in rows {
        let days = match kept_days.entry(row.library_id) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                let days = libraries::policy(op, row.library_id, Policy::GroupListDays).await?.number();
                *unknown.insert(days)
            }
        };
        let ended = row.handed_over_at.or(row.withdrawn_at).or(row.issued_at).unwrap_or(row.created_at);
        if ended + TimeDelta::days(days) > op.now() {
            continue;
        }
        let mut set = batch::ActiveModel { forgotten_at: Set(Some(op.now())), ..Default::default() };
        if [BatchState::Draft.as_str(), BatchState::Checked.as_str()].contains(&row.state.as_str()) {
            set.state = Set(BatchState::Withdrawn.as_str().to_owned());
            set.withdrawn_at = Set(Some(op.now()));
            set.withdrawn_by = Set(Some(op.actor().who.to_string()));
        }
        change(op, &row, row.version, set).await.map_err(Error::look_again)?;
        row::Entity::update_many()
            .col_expr(row::Column::Content, Expr::value(Option::<Sealed>::None))
            .col_expr(row::Column::Class, Expr::value(""))
            .col_expr(row::Column::ReaderId, Expr::value(Option::<uuid::Uuid>::None))
            .filter(row::Column::BatchId.eq(row.id))
            .exec(op.db())
            .await?;
        forgotten += 1;
        if forgotten as u64 >= most {
            break;
        }
    }
    Ok(forgotten)
}
