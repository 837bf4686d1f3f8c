//! The entrance: opens the transaction, runs the operation, keeps or undoes it, records refusals.

use std::sync::Arc;

use sea_orm::DatabaseTransaction;

use crate::applications::{NoRealName, RealName};
use crate::kernel::stamps::SETTINGS;
use crate::kernel::throttle::{Subject, count};
use crate::kernel::{
    self, Actor, Argon2id, Blocker, Call, Circulation, Clock, Database, Error, Hashing, Intent, KeyProof,
    KeyRing, Learnt, NotConfigured, Op, Question, Result,
};
use crate::points::Laptop;
use crate::records;

/// The house as its faces see it: open for operations.
#[derive(Clone, Debug)]
pub struct Service {
    database: Database,
    keys: Arc<KeyRing>,
    clock: Clock,
    circulation: Arc<dyn Circulation>,
    hashing: Arc<dyn Hashing>,
    real_name: Arc<dyn RealName>,
    laptop: Option<Arc<Laptop>>,
}

/// How often an operation that lost a race is run again before the caller is asked to come back.
const RUNS: usize = 8;

// The futures of `write` and `read` own the house, so that the compiler sees that they may move between threads; borrowing it, it
// does not yet.
impl Service {
    /// Opens the house on a database whose schema is up to date.
    #[must_use]
    pub fn new(database: Database, keys: Arc<KeyRing>, clock: Clock) -> Self {
        let (circulation, hashing) = (Arc::new(NotConfigured), Arc::new(Argon2id));
        let real_name = Arc::new(NoRealName);
        Self { database, keys, clock, circulation, hashing, real_name, laptop: None }
    }

    /// The same house with a circulation behind its cards.
    #[must_use]
    pub fn with_circulation(self, circulation: Arc<dyn Circulation>) -> Self {
        Self { circulation, ..self }
    }

    /// The same house with another way to hash readers' passwords: for tests that guess thousands of them.
    #[must_use]
    pub fn with_hashing(self, hashing: Arc<dyn Hashing>) -> Self {
        Self { hashing, ..self }
    }

    /// The same house with a service that tells whether names and documents belong together (A.2.1 b).
    #[must_use]
    pub fn with_real_name(self, real_name: Arc<dyn RealName>) -> Self {
        Self { real_name, ..self }
    }

    /// The house of a laptop: what it opens is kept there (6.5).
    #[must_use]
    pub fn with_laptop(self, laptop: Arc<Laptop>) -> Self {
        Self { laptop: Some(laptop), ..self }
    }

    /// The laptop that this is the house of, where there is no network; none at the centre.
    #[must_use]
    pub fn laptop(&self) -> Option<&Arc<Laptop>> {
        self.laptop.as_ref()
    }

    /// The service that tells whether names and documents belong together.
    pub(crate) fn real_name(&self) -> Arc<dyn RealName> {
        Arc::clone(&self.real_name)
    }

    /// The circulation behind the cards.
    pub(crate) fn circulation(&self) -> &dyn Circulation {
        self.circulation.as_ref()
    }

    /// How readers' passwords are hashed.
    pub(crate) fn hashing(&self) -> Arc<dyn Hashing> {
        Arc::clone(&self.hashing)
    }

    /// The same house at another time: for loading the past.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The clock of the house.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The database below, for set-up and checks.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The keys of the house.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Runs an operation that may change something, in one transaction: all of it is kept, or nothing. It is run again
    /// when somebody else was first, or when a system elsewhere had to be asked before, so it may be called more than once. A
    /// refusal is recorded in a transaction of its own, unless it only says what the form left out ([`Blocker::is_omission`]).
    ///
    /// # Errors
    /// What the operation ends with, and [`Error::Busy`] when the database has no place free.
    pub fn write<T, C: Into<Call>, F: AsyncFnOnce(&Op) -> Result<T> + Clone>(
        &self,
        call: C,
        operation: F,
    ) -> impl Future<Output = Result<T>> + use<T, C, F> {
        let (house, call) = (self.clone(), call.into());
        async move { house.run(call, operation).await }
    }

    /// Runs an operation that changes nothing. It is run again when a system elsewhere had to be asked before.
    ///
    /// # Errors
    /// What the operation ends with.
    pub fn read<T, C: Into<Call>, F: AsyncFnOnce(&Op) -> Result<T> + Clone>(
        &self,
        call: C,
        operation: F,
    ) -> impl Future<Output = Result<T>> + use<T, C, F> {
        let (house, call) = (self.clone(), call.into());
        async move {
            let mut learnt = Arc::default();
            loop {
                let op = house.op(house.database.begin_read().await?, call.clone()).knowing(&learnt);
                let result = Box::pin(operation.clone()(&op)).await;
                op.into_parts().0.rollback().await?;
                match result {
                    Err(Error::AskFirst(question)) => house.ask(&mut learnt, *question).await?,
                    result => return result,
                }
            }
        }
    }

    /// Asks the circulation what an operation could not wait for; it stands outside of any transaction here.
    async fn ask(&self, learnt: &mut Arc<Learnt>, question: Question) -> Result<()> {
        let told = self.circulation.ask(&question).await;
        Arc::make_mut(learnt).keep(question, told)
    }

    async fn run<T>(self, call: Call, operation: impl AsyncFnOnce(&Op) -> Result<T> + Clone) -> Result<T> {
        let mut looked_again = false;
        let mut learnt = Arc::default();
        let mut lost_races = 0;
        while lost_races < RUNS {
            let op = self.op(self.database.begin_write().await?, call.clone()).knowing(&learnt);
            // On the heap: an operation that goes through many others is large, and faces hold several at once.
            let result = Box::pin(operation.clone()(&op)).await;
            let (tx, intent) = op.into_parts();
            match result {
                Ok(value) => match tx.commit().await.map_err(Error::from) {
                    Ok(()) => return Ok(value),
                    Err(Error::Raced) => lost_races += 1,
                    Err(error) => return Err(error),
                },
                Err(error) => {
                    tx.rollback().await?;
                    // What stands in the way may be the work of the same call, sent twice at once: after the operation looked
                    // for an answer and found none, the other one finished. Then that is the answer.
                    if error.may_be_answered() && !looked_again && self.is_answered(&call).await? {
                        looked_again = true;
                        continue;
                    }
                    match (error, intent) {
                        (Error::Raced, _) => lost_races += 1,
                        (Error::AskFirst(question), _) => self.ask(&mut learnt, *question).await?,
                        (Error::Refused(blockers), Some(intent))
                            if !blockers.iter().all(Blocker::is_omission) =>
                        {
                            let op = self.op(self.database.begin_write().await?, call);
                            records::refused(&op, intent, &blockers).await?;
                            count_wrong_answers(&op, intent, &blockers).await?;
                            op.into_parts().0.commit().await?;
                            return Err(Error::Refused(blockers));
                        }
                        (error, _) => return Err(error),
                    }
                }
            }
        }
        Err(Error::Busy)
    }

    /// Whether a call with this key was answered meanwhile.
    async fn is_answered(&self, call: &Call) -> Result<bool> {
        if call.key.is_none() {
            return Ok(false);
        }
        let op = self.op(self.database.begin_read().await?, call.clone());
        let answered = records::is_answered(&op).await;
        op.into_parts().0.rollback().await?;
        answered
    }

    /// Whether the key ring belongs to the database; nothing is written.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn key_proof(&self) -> Result<KeyProof> {
        self.read(Actor::nobody(), kernel::key_proof).await
    }

    /// Whether the key ring belongs to the database; one that has not met any is introduced to this one.
    ///
    /// # Errors
    /// When the database can't be asked or written.
    pub async fn prove_keys(&self) -> Result<KeyProof> {
        match self.key_proof().await? {
            KeyProof::Unmet => {}
            known => return Ok(known),
        }
        self.write(Actor::nobody(), async |op| match kernel::key_proof(op).await? {
            KeyProof::Unmet => kernel::introduce_keys(op).await.map(|()| KeyProof::Fits),
            known => Ok(known),
        })
        .await
    }

    /// The stamp of what libraries and machines are set to: [`kernel::settings_stamp`], in one statement.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn settings_stamp(&self) -> Result<i64> {
        let row = self.database.look_for_one(SETTINGS, Vec::new()).await?;
        let row = row.ok_or_else(|| Error::internal("no stamp of settings"))?;
        Ok(row.try_get("", "value")?)
    }

    fn op(&self, tx: DatabaseTransaction, call: Call) -> Op {
        Op::new(tx, call, self.clock.now(), Arc::clone(&self.keys), Arc::clone(&self.circulation))
    }
}

/// Wrong answers on the phone count with the record of their refusal: the operation itself was rolled back (A.4.1).
async fn count_wrong_answers(op: &Op, intent: Intent, blockers: &[Blocker]) -> Result<()> {
    if let (Some(reader), true) = (intent.reader, blockers.contains(&Blocker::PhoneAnswersWrong)) {
        count(op, Subject::PhoneAnswers(&reader.to_string())).await?;
    }
    Ok(())
}
