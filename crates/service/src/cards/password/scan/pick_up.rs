//! The terminal picks up the session that the phone confirmed: once, by the browser that showed the code.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::super::secret::Secret;
use super::super::sessions;
use super::super::sign_in::{ReaderSignedIn, must_change};
use super::look::{State, state_of};
use super::of_terminal;
use crate::cards::CardState;
use crate::cards::tables::{card, sign_in_scan};
use crate::kernel::{Blocker, Error, Op, Result};
use crate::readers;

/// A session for the browser that holds this secret. It is a short one, and ends when the card stops working.
///
/// The inner error says why a confirmed request is refused all the same; it is used up with that.
///
/// # Errors
/// [`Error::NotFound`] when nothing that was confirmed waits for this browser.
pub async fn pick_up(op: &Op, secret: &str) -> Result<Result<ReaderSignedIn, Blocker>> {
    let nothing = || Error::NotFound("scan");
    let row = of_terminal(op, secret).await?.ok_or_else(nothing)?;
    if state_of(op, &row) != State::Confirmed {
        return Err(nothing());
    }
    let done = sign_in_scan::Entity::update_many()
        .col_expr(sign_in_scan::Column::State, Expr::value("used"))
        .filter(sign_in_scan::Column::Id.eq(row.id))
        .filter(sign_in_scan::Column::State.eq("confirmed"))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let found = match row.card_id {
        Some(id) => card::Entity::find_by_id(id).one(op.db()).await?,
        None => None,
    };
    let (Some(found), Some(decided_at)) = (found, row.decided_at) else { return Err(nothing()) };
    if let Some(blocker) = stands_against(op, &row, &found, decided_at).await? {
        return Ok(Err(blocker));
    }
    let secret = Secret::of(op, found).await?;
    let must_change = must_change(op, &secret).await?;
    let token = sessions::begin(op, &secret.card, must_change, true).await?;
    Ok(Ok(ReaderSignedIn { token, must_change }))
}

/// What has happened to the card since it was confirmed with.
async fn stands_against(
    op: &Op,
    row: &sign_in_scan::Model,
    card: &card::Model,
    decided_at: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Blocker>> {
    if let Some(blocker) = card.state.parse::<CardState>()?.against_use() {
        return Ok(Some(blocker));
    }
    // Lost and found again in between, merged with another record, or with another password: whoever confirmed may not have been
    // its holder.
    let changed = card.state_since > decided_at
        || row.reader_id != Some(card.reader_id)
        || card.password_changed_at.is_some_and(|at| at > decided_at);
    if changed {
        return Ok(Some(Blocker::ChangedSinceScan));
    }
    Ok(readers::is_blocked(op, card.reader_id).await?.map(|_| Blocker::ReaderBlocked))
}
