//! What partners are called where something was done by one.

use std::collections::HashMap;

use sea_orm::EntityTrait;

use super::tables::partner;
use crate::kernel::{Error, Op, PartnerId, Result, Right};

fn called(row: partner::Model) -> String {
    if row.title.is_empty() { row.name } else { row.title }
}

/// What a partner is called.
pub(crate) async fn name_of(op: &Op, id: PartnerId) -> Result<String> {
    let row = partner::Entity::find_by_id(id).one(op.db()).await?;
    row.map(called).ok_or(Error::NotFound("partner"))
}

/// What these partners are called, by `partner:…` as records write it; what is no account of a partner is left out.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn names(op: &Op, actors: &[&str]) -> Result<HashMap<String, String>> {
    op.require(Right::FindReaders)?;
    let mut names = HashMap::new();
    for actor in actors {
        let Some(id) = actor.strip_prefix("partner:").and_then(|id| id.parse::<PartnerId>().ok()) else {
            continue;
        };
        if !names.contains_key(*actor)
            && let Some(row) = partner::Entity::find_by_id(id).one(op.db()).await?
        {
            names.insert((*actor).to_owned(), called(row));
        }
    }
    Ok(names)
}
