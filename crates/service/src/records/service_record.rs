//! Service records: written in the transaction of the service itself.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::{Value, json};

use super::tables::service_record;
use super::{CheckMethod, IdentityCheck, Person, Presence, Purpose, attach};
use crate::kernel::{
    AttachmentId, Blocker, CardId, Channel, Error, IdempotencyKey, Intent, LibraryId, Op, ReaderId, RecordId,
    Result, ServiceName, ServicePointId, new_id,
};

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was rendered.
    Done,
    /// The rules said no.
    Refused,
}

impl Outcome {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// A record about to be written, for the operation's own actor, place and time.
pub(crate) struct NewRecord<'a> {
    pub service: ServiceName,
    pub reader: ReaderId,
    /// The card it was about; none for what is about the person.
    pub card: Option<CardId>,
    pub channel: Channel,
    /// None for what staff do without the reader: a block, a merge.
    pub check: Option<&'a IdentityCheck>,
    /// Without personal data.
    pub detail: Value,
    /// What the request was, for telling a repeated call from a reused key.
    pub digest: Vec<u8>,
}

/// Who was there, sealed into the record.
#[derive(Serialize)]
struct People<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<&'a Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<AttachmentId>,
}

impl<'a> People<'a> {
    /// Who was there besides the reader; the agent's authorization is kept on the way.
    async fn of(op: &Op, reader: ReaderId, check: &'a IdentityCheck) -> Result<Option<Self>> {
        let authorization = match &check.authorization {
            Some(file) => Some(attach(op, Some(reader), Purpose::Authorization, file).await?),
            None => None,
        };
        let people = Self { agent: check.agent.as_ref(), principal: check.principal.as_ref(), authorization };
        let somebody = people.agent.is_some() || people.principal.is_some() || authorization.is_some();
        Ok(somebody.then_some(people))
    }
}

/// Writes the record of what was done for the house and not for a reader: accounts of staff, tokens, policies.
pub(crate) async fn keep_act(op: &Op, service: ServiceName, detail: Value) -> Result<RecordId> {
    let id: RecordId = op.new_id()?;
    let actor = op.actor();
    let row = service_record::ActiveModel {
        id: Set(id),
        at: Set(op.now()),
        service: Set(service.as_str().to_owned()),
        outcome: Set(Outcome::Done.as_str().to_owned()),
        reader_id: Set(None),
        card_id: Set(None),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        channel: Set(actor.channel.as_str().to_owned()),
        actor: Set(actor.who.to_string()),
        checked_how: Set(None),
        detail: Set(detail.to_string()),
        sealed_detail: Set(None),
        idempotency_key: Set(None),
        request_digest: Set(None),
        seal_place: Set(None),
        seal: Set(None),
    };
    service_record::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// Writes the record of a service that was rendered. The operation's idempotency key is used up with the first record it
/// keeps.
pub(crate) async fn keep(op: &Op, record: NewRecord<'_>) -> Result<RecordId> {
    keep_under(op, record, op.use_key()).await
}

/// Writes the record of a service that was rendered as a part of another, whose own record takes the idempotency key.
pub(crate) async fn keep_part(op: &Op, record: NewRecord<'_>) -> Result<RecordId> {
    keep_under(op, record, None).await
}

/// Writes the records of many services of one operation, in their order.
pub(crate) async fn keep_all(op: &Op, records: Vec<NewRecord<'_>>) -> Result<Vec<RecordId>> {
    let mut ids = Vec::with_capacity(records.len());
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let (id, row) = row_of(op, record, op.use_key()).await?;
        ids.push(id);
        rows.push(row);
    }
    if !rows.is_empty() {
        service_record::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(ids)
}

async fn keep_under(op: &Op, record: NewRecord<'_>, key: Option<&IdempotencyKey>) -> Result<RecordId> {
    let (id, row) = row_of(op, record, key).await?;
    service_record::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

async fn row_of(
    op: &Op,
    record: NewRecord<'_>,
    key: Option<&IdempotencyKey>,
) -> Result<(RecordId, service_record::ActiveModel)> {
    let id: RecordId = op.new_id()?;
    let people = match record.check {
        Some(check) => People::of(op, record.reader, check).await?,
        None => None,
    };
    let sealed_detail = match people {
        Some(people) => {
            let text = serde_json::to_string(&people).map_err(Error::internal)?;
            Some(op.keys().close("service_records.sealed_detail", id.0, &text)?)
        }
        None => None,
    };
    let mut detail = record.detail;
    if let (Some(check), Some(detail)) = (record.check, detail.as_object_mut())
        && check.who != Presence::Reader
    {
        detail.insert("who".to_owned(), check.who.as_str().into());
    }
    let actor = op.actor();
    let row = service_record::ActiveModel {
        id: Set(id),
        at: Set(op.now()),
        service: Set(record.service.as_str().to_owned()),
        outcome: Set(Outcome::Done.as_str().to_owned()),
        reader_id: Set(Some(record.reader)),
        card_id: Set(record.card),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        channel: Set(record.channel.as_str().to_owned()),
        actor: Set(actor.who.to_string()),
        checked_how: Set(record.check.map(|check| check.method.as_str().to_owned())),
        detail: Set(detail.to_string()),
        sealed_detail: Set(sealed_detail),
        idempotency_key: Set(key.map(|key| hash_of(op, key))),
        request_digest: Set(key.map(|_| record.digest)),
        seal_place: Set(None),
        seal: Set(None),
    };
    Ok((id, row))
}

/// A service that another system rendered and recorded.
pub(crate) struct PastRecord {
    pub reader: ReaderId,
    pub card: CardId,
    pub service: ServiceName,
    pub at: DateTime<Utc>,
    pub library: LibraryId,
    pub service_point: ServicePointId,
    pub channel: Channel,
    pub check: CheckMethod,
}

/// Writes many records of the past, each with its own time and place, and says that they were brought in.
pub(crate) async fn keep_many(op: &Op, past: Vec<PastRecord>) -> Result<()> {
    let mut rows = Vec::with_capacity(past.len());
    for past in past {
        rows.push(service_record::ActiveModel {
            id: Set(new_id(past.at)?.into()),
            at: Set(past.at),
            service: Set(past.service.as_str().to_owned()),
            outcome: Set(Outcome::Done.as_str().to_owned()),
            reader_id: Set(Some(past.reader)),
            card_id: Set(Some(past.card)),
            library_id: Set(past.library),
            service_point_id: Set(Some(past.service_point)),
            channel: Set(past.channel.as_str().to_owned()),
            actor: Set(op.actor().who.to_string()),
            checked_how: Set(Some(past.check.as_str().to_owned())),
            detail: Set(json!({ "imported": true }).to_string()),
            sealed_detail: Set(None),
            idempotency_key: Set(None),
            request_digest: Set(None),
            seal_place: Set(None),
            seal: Set(None),
        });
    }
    if !rows.is_empty() {
        service_record::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// Writes the record of a refusal.
pub(crate) async fn refused(op: &Op, intent: Intent, blockers: &[Blocker]) -> Result<()> {
    let actor = op.actor();
    let codes: Vec<&str> = blockers.iter().map(Blocker::code).collect();
    let known = blockers.iter().find_map(|blocker| match blocker {
        Blocker::AlreadyHoldsCard { reader, .. } | Blocker::RecordOfAnother(reader) => Some(*reader),
        _ => None,
    });
    let row = service_record::ActiveModel {
        id: Set(op.new_id()?),
        at: Set(op.now()),
        service: Set(intent.service.as_str().to_owned()),
        outcome: Set(Outcome::Refused.as_str().to_owned()),
        reader_id: Set(intent.reader.or(known)),
        card_id: Set(None),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        channel: Set(actor.channel.as_str().to_owned()),
        actor: Set(actor.who.to_string()),
        checked_how: Set(None),
        detail: Set(json!({ "blockers": codes }).to_string()),
        sealed_detail: Set(None),
        idempotency_key: Set(None),
        request_digest: Set(None),
        seal_place: Set(None),
        seal: Set(None),
    };
    service_record::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// Whether the caller rendered one of these services to a reader at this point since then.
pub(crate) async fn has_just_done(
    op: &Op,
    reader: ReaderId,
    services: &[ServiceName],
    since: DateTime<Utc>,
) -> Result<bool> {
    let Some(point) = op.actor().service_point else { return Ok(false) };
    let found = service_record::Entity::find()
        .filter(service_record::Column::ReaderId.eq(reader))
        .filter(service_record::Column::At.gte(since))
        .filter(service_record::Column::Service.is_in(services.iter().map(|service| service.as_str())))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .filter(service_record::Column::Actor.eq(op.actor().who.to_string()))
        .filter(service_record::Column::ServicePointId.eq(point))
        .limit(1)
        .one(op.db())
        .await?;
    Ok(found.is_some())
}

/// The cards that one of these services was rendered for.
pub(crate) async fn cards_of_services(op: &Op, services: &[ServiceName]) -> Result<HashSet<CardId>> {
    let cards: Vec<Option<CardId>> = service_record::Entity::find()
        .select_only()
        .column(service_record::Column::CardId)
        .filter(service_record::Column::Service.is_in(services.iter().map(|service| service.as_str())))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .filter(service_record::Column::CardId.is_not_null())
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(cards.into_iter().flatten().collect())
}

/// What an earlier call with the same key led to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Earlier {
    /// Its record.
    pub record: RecordId,
    /// When it was.
    pub at: DateTime<Utc>,
    /// The card it was about.
    pub card: Option<CardId>,
}

/// What an earlier call with the same key led to; an error when that call asked for something else.
pub(crate) async fn find_answer(op: &Op, service: ServiceName, digest: &[u8]) -> Result<Option<Earlier>> {
    let Some(key) = op.key() else { return Ok(None) };
    let earlier = service_record::Entity::find()
        .filter(service_record::Column::IdempotencyKey.eq(hash_of(op, key)))
        .one(op.db())
        .await?;
    match earlier {
        None => Ok(None),
        Some(row) if row.service == service.as_str() && row.request_digest.as_deref() == Some(digest) => {
            Ok(Some(Earlier { record: row.id, at: row.at, card: row.card_id }))
        }
        Some(_) => Err(Error::KeyReused),
    }
}

/// The id under which a record names what it made: the answer to a later call with the same key.
pub(crate) async fn id_told<T: std::str::FromStr>(op: &Op, record: RecordId, key: &'static str) -> Result<T> {
    let row = service_record::Entity::find_by_id(record).one(op.db()).await?;
    let detail: Option<Value> = row.and_then(|row| serde_json::from_str(&row.detail).ok());
    let id = detail.and_then(|detail| detail[key].as_str().and_then(|id| id.parse().ok()));
    id.ok_or(Error::NotFound(key))
}

/// Whether there is an answer under the caller's key.
pub(crate) async fn is_answered(op: &Op) -> Result<bool> {
    let Some(key) = op.key() else { return Ok(false) };
    let earlier = service_record::Entity::find()
        .filter(service_record::Column::IdempotencyKey.eq(hash_of(op, key)))
        .one(op.db())
        .await?;
    Ok(earlier.is_some())
}

/// When a record of this service was written, and of which card; none where it is no such record, or a refusal.
pub(crate) async fn rendered(
    op: &Op,
    record: RecordId,
    service: ServiceName,
) -> Result<Option<(DateTime<Utc>, CardId)>> {
    let row = service_record::Entity::find_by_id(record).one(op.db()).await?;
    let row = row.filter(|row| row.service == service.as_str() && row.outcome == Outcome::Done.as_str());
    Ok(row.and_then(|row| Some((row.at, row.card_id?))))
}

/// The latest record of one of these services that was rendered on a card, with which one it was.
pub(crate) async fn latest(
    op: &Op,
    card: CardId,
    services: &[ServiceName],
) -> Result<Option<(ServiceName, RecordId)>> {
    let row = service_record::Entity::find()
        .filter(service_record::Column::CardId.eq(card))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .filter(service_record::Column::Service.is_in(services.iter().map(|service| service.as_str())))
        .order_by_desc(service_record::Column::At)
        .order_by_desc(service_record::Column::Id)
        .one(op.db())
        .await?;
    let named = |row: service_record::Model| {
        services.iter().find(|service| service.as_str() == row.service).map(|service| (*service, row.id))
    };
    Ok(row.and_then(named))
}

/// When a service was rendered to a reader last; none where none ever was.
pub(crate) async fn last_service(op: &Op, reader: ReaderId) -> Result<Option<DateTime<Utc>>> {
    let row = service_record::Entity::find()
        .filter(service_record::Column::ReaderId.eq(reader))
        .filter(service_record::Column::Outcome.eq(Outcome::Done.as_str()))
        .order_by_desc(service_record::Column::At)
        .limit(1)
        .one(op.db())
        .await?;
    Ok(row.map(|row| row.at))
}

/// A digest of a request, keyed, so that it gives nothing away: of its fields in an order that is always the same.
pub(crate) fn digest(op: &Op, request: &impl Serialize) -> Result<Vec<u8>> {
    let text = serde_json::to_string(request).map_err(Error::internal)?;
    Ok(op.keys().lookup("request", &text))
}

/// Keys of different callers never meet.
fn hash_of(op: &Op, key: &IdempotencyKey) -> Vec<u8> {
    op.keys().lookup("idempotency", &format!("{}\0{}", op.actor().who, key.as_str()))
}
