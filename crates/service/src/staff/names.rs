//! What colleagues are called: who serves readers sees who rendered a service before.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::{staff, token};
use crate::kernel::{ApiTokenId, Op, Result, Right, StaffId};

/// A colleague.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub username: String,
}

/// The names of these accounts, by `staff:…` as records write it; what is no account of staff is left out.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn colleagues(op: &Op, actors: &[&str]) -> Result<HashMap<String, Colleague>> {
    op.require(Right::FindReaders)?;
    let ids = actors.iter().filter_map(|actor| actor.strip_prefix("staff:")?.parse::<StaffId>().ok());
    let mut ids: Vec<uuid::Uuid> = ids.map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = staff::Entity::find().filter(staff::Column::Id.is_in(ids)).all(op.db()).await?;
    let named = |row: staff::Model| {
        (format!("staff:{}", row.id), Colleague { name: row.name, username: row.username })
    };
    Ok(rows.into_iter().map(named).collect())
}

/// What these programs are called, by `token:…` as records write it; what is no token is left out.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn programs(op: &Op, actors: &[&str]) -> Result<HashMap<String, String>> {
    op.require(Right::FindReaders)?;
    let ids = actors.iter().filter_map(|actor| actor.strip_prefix("token:")?.parse::<ApiTokenId>().ok());
    let mut ids: Vec<uuid::Uuid> = ids.map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = token::Entity::find().filter(token::Column::Id.is_in(ids)).all(op.db()).await?;
    Ok(rows.into_iter().map(|row| (format!("token:{}", row.id), row.name)).collect())
}
