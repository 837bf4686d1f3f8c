//! What machines are called where something was done at one.

use std::collections::HashMap;

use sea_orm::EntityTrait;

use super::tables::machine;
use crate::kernel::{MachineId, Op, Result, Right};

/// What these machines are called, by `machine:…` as records write it; what is no account of a machine is left out.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn names(op: &Op, actors: &[&str]) -> Result<HashMap<String, String>> {
    op.require(Right::FindReaders)?;
    let mut names = HashMap::new();
    for actor in actors {
        let Some(id) = actor.strip_prefix("machine:").and_then(|id| id.parse::<MachineId>().ok()) else {
            continue;
        };
        if !names.contains_key(*actor)
            && let Some(row) = machine::Entity::find_by_id(id).one(op.db()).await?
        {
            names.insert((*actor).to_owned(), row.name);
        }
    }
    Ok(names)
}
