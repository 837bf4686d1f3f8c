//! Sealing: rows get their place in a hash chain, in batches, after the transactions that wrote them.
//!
//! Each link is keyed (HMAC-SM3) over the link before and the whole row, so that a changed, added or removed row shows,
//! and who can write to the database but has not the key ring can't mend the chain. The end of the chain after each batch
//! is marked in `seals`, with the key, and kept outside of the database (`heads`). Sealing never goes on from an end that does
//! not fit both: a chain that was cut or taken apart is not healed by sealing it anew.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::heads::{self, Head};
use super::tables::{access, seal, service_record};
use crate::Service;
use crate::kernel::{Actor, Error, Op, Result};

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

/// Fields one after the other, each with its length.
#[derive(Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    pub(super) fn field(mut self, bytes: &[u8]) -> Self {
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

/// Seals up to `limit` rows, and keeps where the chain ends now beside the key ring.
///
/// # Errors
/// When the database can't be asked or written; when the chain is not as it was left, or its end can't be kept.
pub async fn seal(house: &Service, chain: Chain, limit: u64) -> Result<Sealed> {
    let keys = house.keys();
    if heads::kept(keys, chain).map_err(Error::Internal)?.is_none() {
        let end = house.read(Actor::nobody(), async move |op| end_of(op, chain).await).await?;
        match end {
            // From the very first row on there is something to compare with, though a crash comes between.
            None => {
                heads::raise(keys, &Head { chain, place: 0, seal: Vec::new() }, house.clock().now())?;
            }
            Some(end) => tracing::warn!(
                chain = chain.as_str(),
                place = end.place,
                "no head of this chain was kept beside the key ring; it is from now on"
            ),
        }
    }
    let batch = async move |op: &Op| {
        let (sealed, head) = next_batch(op, chain, limit).await?;
        Ok((sealed, head, op.now()))
    };
    let (sealed, head, at) = house.write(Actor::nobody(), batch).await?;
    if sealed.0 > 0 {
        heads::raise(keys, &head, at)?;
    }
    Ok(sealed)
}

/// Gives up to `limit` unsealed rows their place in the chain. Two instances that seal at once can't both succeed: a place
/// is given once, the second starts again from what the first did.
///
/// # Errors
/// When the database can't be asked or written, or the chain is not as it was left.
pub async fn seal_batch(op: &Op, chain: Chain, limit: u64) -> Result<Sealed> {
    next_batch(op, chain, limit).await.map(|(sealed, _)| sealed)
}

async fn next_batch(op: &Op, chain: Chain, limit: u64) -> Result<(Sealed, Head)> {
    let Head { mut place, seal: mut link, .. } = sound_end(op, chain).await?;
    let first = place;
    // A macro, since the two tables differ in type only and SeaORM's columns are enums of their own.
    macro_rules! seal_rows {
        ($table:ident) => {{
            let unsealed = $table::Entity::find()
                .filter($table::Column::SealPlace.is_null())
                .order_by_asc($table::Column::Id)
                .limit(limit);
            let rows = match unsealed.clone().all(op.db()).await {
                Ok(rows) => rows,
                Err(error) => {
                    let ids = unsealed.select_only().column($table::Column::Id);
                    for id in ids.into_tuple::<Uuid>().all(op.db()).await? {
                        if $table::Entity::find_by_id(id).one(op.db()).await.is_err() {
                            return Err(stands_in_the_way(
                                chain,
                                &format!("row {id} holds what can't be read"),
                            ));
                        }
                    }
                    return Err(error.into());
                }
            };
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
    let head = Head { chain, place, seal: link };
    if place > first {
        let row = seal::ActiveModel {
            chain: Set(chain.as_str().to_owned()),
            place: Set(place),
            seal: Set(mark(op, &head, op.now())),
            at: Set(op.now()),
        };
        seal::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok((Sealed(usize::try_from(place - first).unwrap_or_default()), head))
}

/// What `seals` holds of an end: who has not the key can't make one, not even of a place that the chain had.
pub(super) fn mark(op: &Op, head: &Head, at: DateTime<Utc>) -> Vec<u8> {
    op.keys().mark("end of a batch", &heads::end(head, at))
}

/// The end of the chain, which is as it was left: marked, its last row there, and not before the head that is kept.
async fn sound_end(op: &Op, chain: Chain) -> Result<Head> {
    // The head first: what is committed meanwhile only brings the database further.
    let kept = heads::kept(op.keys(), chain).map_err(Error::Internal)?;
    let wrong = |what: &str| stands_in_the_way(chain, what);
    let marked = end_of(op, chain).await?;
    let end = match &marked {
        None => Head { chain, place: 0, seal: Vec::new() },
        Some(end) => {
            let seal = seal_at(op, chain, end.place).await?;
            let seal = seal.ok_or_else(|| wrong("its last row is gone"))?;
            let head = Head { chain, place: end.place, seal };
            if end.seal != mark(op, &head, end.at) {
                return Err(wrong("its end was changed"));
            }
            head
        }
    };
    if seal_at(op, chain, end.place + 1).await?.is_some() {
        let again = end_of(op, chain).await?;
        return Err(if again == marked { wrong("there are rows after its end") } else { Error::Raced });
    }
    if let Some(kept) = kept.filter(|kept| kept.place > 0) {
        if kept.place > end.place {
            return Err(wrong("it ends before the head that is kept beside the key ring"));
        }
        if seal_at(op, chain, kept.place).await? != Some(kept.seal) {
            return Err(wrong("it is another one than the head that is kept beside the key ring tells of"));
        }
    }
    Ok(end)
}

fn stands_in_the_way(chain: Chain, what: &str) -> Error {
    Error::Internal(format!("{} is not sealed any further: {what} (yueka audit verify)", chain.as_str()))
}

pub(super) async fn end_of(op: &Op, chain: Chain) -> Result<Option<seal::Model>> {
    Ok(seal::Entity::find()
        .filter(seal::Column::Chain.eq(chain.as_str()))
        .order_by_desc(seal::Column::Place)
        .one(op.db())
        .await?)
}

/// When something was last sealed.
///
/// # Errors
/// When the database can't be asked.
pub async fn last_sealed(op: &Op) -> Result<Option<DateTime<Utc>>> {
    let mut last = None;
    for chain in Chain::ALL {
        last = last.max(end_of(op, chain).await?.map(|end| end.at));
    }
    Ok(last)
}

/// The seal of the row at a place.
pub(super) async fn seal_at(op: &Op, chain: Chain, place: i64) -> Result<Option<Vec<u8>>> {
    macro_rules! seal_of {
        ($table:ident) => {
            $table::Entity::find()
                .select_only()
                .column($table::Column::Seal)
                .filter($table::Column::SealPlace.eq(place))
                .into_tuple::<Option<Vec<u8>>>()
                .one(op.db())
                .await?
        };
    }
    let found = match chain {
        Chain::ServiceRecords => seal_of!(service_record),
        Chain::AccessLog => seal_of!(access),
    };
    Ok(found.map(Option::unwrap_or_default))
}
