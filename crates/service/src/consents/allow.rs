//! A reader allows a partner service to ask, and takes that back.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::tables::partner_consent;
use super::{PREFIX, handle_key};
use crate::kernel::{
    Blocker, ConsentId, Error, Op, PartnerId, ReaderId, Result, Right, ServiceName, Who, random_bytes,
};
use crate::partners;
use crate::readers;
use crate::records::{self, CheckMethod, IdentityCheck, NewRecord, with_merged};

/// Letters and digits that can't be mistaken for each other.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The reader who is signed in.
pub(super) fn own(op: &Op) -> Result<ReaderId> {
    match op.actor().who {
        Who::Reader(reader) => Ok(reader),
        _ => Err(Error::Forbidden(Right::FindReaders)),
    }
}

/// From now on the service may ask whether the reader's card works. Gives the handle by which it names the reader: this once, since it
/// is not kept. Of who allowed it before the earlier handle ends.
///
/// # Errors
/// [`Error::NotFound`] when no such service is open; [`Blocker::GuardianNeeded`] under 16.
pub async fn allow(op: &Op, service: PartnerId) -> Result<String> {
    let reader = own(op)?;
    op.intend(ServiceName::AllowService, Some(reader));
    partners::open_service(op, service).await?;
    if readers::is_under_age(op, reader).await? {
        return Err(Error::refused(Blocker::GuardianNeeded));
    }
    end(op, reader, service).await?;
    let handle = new_handle()?;
    let id: ConsentId = op.new_id()?;
    let row = partner_consent::ActiveModel {
        id: Set(id),
        partner_id: Set(service),
        reader_id: Set(reader),
        handle_key: Set(handle_key(op, &handle)),
        given_at: Set(op.now()),
        withdrawn_at: Set(None),
    };
    // Two at once meet at the unique index; the second run of the one that lost ends the other's.
    partner_consent::Entity::insert(row).exec_without_returning(op.db()).await?;
    record(op, ServiceName::AllowService, reader, service).await?;
    Ok(handle)
}

/// From now on the service may not ask any more; who withdraws twice withdrew once.
///
/// # Errors
/// When the database can't be written.
pub async fn withdraw(op: &Op, service: PartnerId) -> Result<()> {
    let reader = own(op)?;
    op.intend(ServiceName::WithdrawService, Some(reader));
    if end(op, reader, service).await? {
        record(op, ServiceName::WithdrawService, reader, service).await?;
    }
    Ok(())
}

/// Ends what a reader allowed, under whatever record; whether there was something.
async fn end(op: &Op, reader: ReaderId, service: PartnerId) -> Result<bool> {
    let done = partner_consent::Entity::update_many()
        .col_expr(partner_consent::Column::WithdrawnAt, Expr::value(op.now()))
        .filter(partner_consent::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .filter(partner_consent::Column::PartnerId.eq(service))
        .filter(partner_consent::Column::WithdrawnAt.is_null())
        .exec(op.db())
        .await?;
    Ok(done.rows_affected > 0)
}

async fn record(op: &Op, name: ServiceName, reader: ReaderId, service: PartnerId) -> Result<()> {
    let record = NewRecord {
        service: name,
        reader,
        card: None,
        channel: op.actor().channel,
        check: Some(&IdentityCheck::of_the_person(CheckMethod::Password)),
        detail: json!({ "partner": service }),
        digest: records::digest(op, &(name.as_str(), service))?,
    };
    records::keep(op, record).await.map(|_| ())
}

/// `YC-4F7K-…`: 80 random bits.
fn new_handle() -> Result<String> {
    let random: [u8; 16] = random_bytes()?;
    let mut handle = PREFIX.to_owned();
    for (place, byte) in random.iter().enumerate() {
        if place.is_multiple_of(4) {
            handle.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        handle.push(char::from(letter));
    }
    Ok(handle)
}
