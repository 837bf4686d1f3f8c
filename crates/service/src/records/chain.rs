//! Sealing: rows get their place in a hash chain, in batches, after the transactions that wrote them.
//!
//! Each link is keyed (HMAC-SM3) over the link before and the whole row, so that a changed, added or removed row shows,
//! and who can write to the database but has not the key ring can't mend the chain. The end of the chain after each batch
//! is kept in `seals`.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::{access, seal, service_record};
use crate::kernel::{Op, Result};

/// Which chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// The service records.
    ServiceRecords,
    /// The access log.
    AccessLog,
}

impl Chain {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ServiceRecords, Self::AccessLog];

    /// Its name, that of its table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceRecords => "service_records",
            Self::AccessLog => "access_log",
        }
    }
}

/// How many rows a batch sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed(pub usize);

/// The bytes of a row that its seal is computed over: every field, each with its length, in the order of the table.
pub(super) trait Content {
    fn content(&self) -> Vec<u8>;
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn field(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    fn optional(self, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.field(b"1").field(bytes),
            None => self.field(b"0"),
        }
    }
}

impl Content for service_record::Model {
    fn content(&self) -> Vec<u8> {
        Bytes::default()
            .field(self.id.0.as_bytes())
            .field(&self.at.timestamp_millis().to_be_bytes())
            .field(self.service.as_bytes())
            .field(self.outcome.as_bytes())
            .optional(self.reader_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .optional(self.card_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .field(self.library_id.0.as_bytes())
            .optional(self.service_point_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .field(self.channel.as_bytes())
            .field(self.actor.as_bytes())
            .optional(self.checked_how.as_deref().map(str::as_bytes))
            .field(self.detail.as_bytes())
            .optional(self.sealed_detail.as_ref().map(|sealed| sealed.0.as_slice()))
            .optional(self.idempotency_key.as_deref())
            .optional(self.request_digest.as_deref())
            .0
    }
}

impl Content for access::Model {
    fn content(&self) -> Vec<u8> {
        Bytes::default()
            .field(self.id.0.as_bytes())
            .field(&self.at.timestamp_millis().to_be_bytes())
            .field(self.action.as_bytes())
            .optional(self.reader_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .field(self.library_id.0.as_bytes())
            .optional(self.service_point_id.as_ref().map(|id| id.0.as_bytes().as_slice()))
            .field(self.actor.as_bytes())
            .field(self.detail.as_bytes())
            .optional(self.reason.as_deref().map(str::as_bytes))
            .0
    }
}

/// Gives up to `limit` unsealed rows their place in the chain. Two instances that seal at once can't both succeed: a place
/// is given once, the second starts again from what the first did.
///
/// # Errors
/// When the database can't be asked or written.
pub async fn seal_batch(op: &Op, chain: Chain, limit: u64) -> Result<Sealed> {
    let end = end_of(op, chain).await?;
    let (mut place, mut link) = end.map_or((0, Vec::new()), |end| (end.place, end.seal));
    let first = place;
    // A macro, since the two tables differ in type only and SeaORM's columns are enums of their own.
    macro_rules! seal_rows {
        ($table:ident) => {{
            let rows = $table::Entity::find()
                .filter($table::Column::SealPlace.is_null())
                .order_by_asc($table::Column::Id)
                .limit(limit)
                .all(op.db())
                .await?;
            for row in rows {
                place += 1;
                link = op.keys().seal(&link, &row.content());
                $table::Entity::update_many()
                    .col_expr($table::Column::SealPlace, Expr::value(place))
                    .col_expr($table::Column::Seal, Expr::value(link.clone()))
                    .filter($table::Column::Id.eq(row.id))
                    .exec(op.db())
                    .await?;
            }
        }};
    }
    match chain {
        Chain::ServiceRecords => seal_rows!(service_record),
        Chain::AccessLog => seal_rows!(access),
    }
    if place > first {
        let row = seal::ActiveModel {
            chain: Set(chain.as_str().to_owned()),
            place: Set(place),
            seal: Set(link),
            at: Set(op.now()),
        };
        seal::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok(Sealed(usize::try_from(place - first).unwrap_or_default()))
}

pub(super) async fn end_of(op: &Op, chain: Chain) -> Result<Option<seal::Model>> {
    Ok(seal::Entity::find()
        .filter(seal::Column::Chain.eq(chain.as_str()))
        .order_by_desc(seal::Column::Place)
        .one(op.db())
        .await?)
}
