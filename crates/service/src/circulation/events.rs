//! The trail of what was done with items: added, never changed. It also keeps the answers to calls that are made twice.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::item_event;
use crate::kernel::{Error, ItemId, LoanId, Op, Result, Who};
use crate::records;

/// Adds to the trail of an item; with a digest, the caller's key leads to this from now on.
pub(super) async fn note(
    op: &Op,
    (item, loan): (ItemId, Option<LoanId>),
    event: &str,
    due: Option<NaiveDate>,
    digest: Option<Vec<u8>>,
) -> Result<()> {
    let actor = op.actor();
    let key = digest.as_ref().and_then(|_| hash_of_key(op));
    let row = item_event::ActiveModel {
        id: Set(op.new_id()?),
        item_id: Set(item),
        loan_id: Set(loan),
        at: Set(op.now()),
        event: Set(event.to_owned()),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        channel: Set(actor.channel.as_str().to_owned()),
        // The loan names the reader as long as it may; the trail stays.
        actor: Set(match actor.who {
            Who::Reader(_) => "reader".to_owned(),
            who => who.to_string(),
        }),
        due: Set(due),
        request_digest: Set(digest.filter(|_| key.is_some())),
        idempotency_key: Set(key),
    };
    item_event::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// What an earlier call with the same key did; an error when that call asked for something else.
pub(super) async fn earlier(op: &Op, digest: &[u8]) -> Result<Option<item_event::Model>> {
    let Some(key) = hash_of_key(op) else { return Ok(None) };
    let found =
        item_event::Entity::find().filter(item_event::Column::IdempotencyKey.eq(key)).one(op.db()).await?;
    match found {
        Some(row) if row.request_digest.as_deref() == Some(digest) => Ok(Some(row)),
        Some(_) => Err(Error::KeyReused),
        None if records::is_answered(op).await? => Err(Error::KeyReused),
        None => Ok(None),
    }
}

fn hash_of_key(op: &Op) -> Option<Vec<u8>> {
    let key = op.key()?;
    Some(op.keys().lookup("idempotency", &format!("{}\0{}", op.actor().who, key.as_str())))
}
