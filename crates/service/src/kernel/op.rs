//! One operation on its way: the caller, the time, the transaction. Operations take `&Op`, and so compose.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    Actor, Circulation, Error, KeyRing, Learnt, Question, ReaderId, Result, Right, ServiceName, SystemName,
    Told, local_date, random_bytes,
};

/// What an entrance hands over with a request: who calls, and the key that makes a repeated call safe.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub actor: Actor,
    /// The same key with the same request gives the first answer again.
    pub key: Option<IdempotencyKey>,
}

impl From<Actor> for Call {
    fn from(actor: Actor) -> Self {
        Self { actor, key: None }
    }
}

/// A caller's name for one request: 1 to 200 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Takes a key as the caller gave it; none when it is empty, too long or has other characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The context of one operation.
pub struct Op {
    tx: DatabaseTransaction,
    call: Call,
    now: DateTime<Utc>,
    keys: Arc<KeyRing>,
    circulation: Arc<dyn Circulation>,
    learnt: Arc<Learnt>,
    key_used: AtomicBool,
    ids_made: AtomicU16,
    intent: Mutex<Option<Intent>>,
    drawn: Mutex<HashSet<String>>,
}

/// What the operation set out to do, so that a refusal can be recorded as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent {
    pub service: ServiceName,
    pub reader: Option<ReaderId>,
}

impl Op {
    pub(crate) fn new(
        tx: DatabaseTransaction,
        call: Call,
        now: DateTime<Utc>,
        keys: Arc<KeyRing>,
        circulation: Arc<dyn Circulation>,
    ) -> Self {
        Self {
            tx,
            call,
            now,
            keys,
            circulation,
            learnt: Arc::default(),
            key_used: AtomicBool::new(false),
            ids_made: AtomicU16::new(0),
            intent: Mutex::new(None),
            drawn: Mutex::default(),
        }
    }

    /// The same operation, with what was learnt in earlier runs of the same call.
    pub(crate) fn knowing(self, learnt: &Arc<Learnt>) -> Self {
        Self { learnt: Arc::clone(learnt), ..self }
    }

    /// The transaction, to end it, and what the operation set out to do.
    pub(crate) fn into_parts(self) -> (DatabaseTransaction, Option<Intent>) {
        (self.tx, self.intent.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Now; the same moment throughout one operation.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Today in Asia/Shanghai.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        local_date(self.now)
    }

    /// Who calls.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.call.actor
    }

    pub(crate) fn key(&self) -> Option<&IdempotencyKey> {
        self.call.key.as_ref()
    }

    /// The key, for the first record of the operation; none for those after it.
    pub(crate) fn use_key(&self) -> Option<&IdempotencyKey> {
        let unused = !self.key_used.swap(true, Ordering::Relaxed);
        self.key().filter(|_| unused)
    }

    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.tx
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Says what is going to be done, before anything can be refused.
    pub(crate) fn intend(&self, service: ServiceName, reader: Option<ReaderId>) {
        *self.intent.lock().unwrap_or_else(PoisonError::into_inner) = Some(Intent { service, reader });
    }

    /// Notes cards that this operation took from the stock, to give them out.
    pub(crate) fn draw_cards(&self, barcodes: &[String]) {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).extend(barcodes.iter().cloned());
    }

    /// Whether this operation itself took the card from the stock.
    pub(crate) fn has_drawn(&self, barcode: &str) -> bool {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).contains(barcode)
    }

    /// Whether this is what the operation set out to do.
    pub(crate) fn intends(&self, service: ServiceName) -> bool {
        let intent = self.intent.lock().unwrap_or_else(PoisonError::into_inner);
        intent.is_some_and(|intent| intent.service == service)
    }

    /// Ok when the caller has the right.
    pub(crate) fn require(&self, right: Right) -> Result<()> {
        if self.call.actor.may(right) { Ok(()) } else { Err(Error::Forbidden(right)) }
    }

    /// Ok when the caller has the right and stands where staff do: what staff write for each other is not for kiosks and machines.
    pub(crate) fn require_at_desk(&self, right: Right) -> Result<()> {
        if self.call.actor.channel.is_staffed() { self.require(right) } else { Err(Error::Forbidden(right)) }
    }

    /// Ok as by [`Self::require_at_desk`], or when the caller is this reader.
    pub(crate) fn require_at_desk_or_self(&self, right: Right, reader: ReaderId) -> Result<()> {
        if self.call.actor.is_reader(reader) { Ok(()) } else { self.require_at_desk(right) }
    }

    /// Ok when the caller has the right, or is this reader.
    pub(crate) fn require_or_self(&self, right: Right, reader: ReaderId) -> Result<()> {
        if self.call.actor.is_reader(reader) { Ok(()) } else { self.require(right) }
    }

    /// What else is known of a reader: loans, charges.
    pub(crate) fn circulation(&self) -> &dyn Circulation {
        self.circulation.as_ref()
    }

    /// What a system elsewhere told in answer to this question, in the course of this call.
    ///
    /// # Errors
    /// [`Error::AskFirst`] when it was not asked yet: the house asks it and runs the operation again.
    pub fn learnt(&self, system: SystemName, question: Question) -> Result<Told> {
        match self.learnt.answer(system, &question) {
            Some(told) => Ok(told.clone()),
            None => Err(Error::AskFirst(Box::new(question))),
        }
    }

    /// A new id of any kind. Those of one operation lie in the order of their making, though they are of one moment.
    pub(crate) fn new_id<T: From<Uuid>>(&self) -> Result<T> {
        let mut random: [u8; 10] = random_bytes()?;
        // The first twelve bits after the time.
        let [high, low] = self.ids_made.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        (random[0], random[1]) = (high, low);
        Ok(T::from(id_of(self.now, &random)))
    }
}

/// A UUIDv7 of this moment.
pub(crate) fn new_id(now: DateTime<Utc>) -> Result<Uuid> {
    Ok(id_of(now, &random_bytes()?))
}

/// No id that was made at this moment or later lies before this one.
pub(crate) fn first_id_of(moment: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(moment.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(u128::from(millis) << 80)
}

fn id_of(now: DateTime<Utc>, random: &[u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}
