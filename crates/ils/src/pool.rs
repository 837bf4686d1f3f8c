//! Connections to one system: so many at most, kept for the next question. Who finds none free waits, and not for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::Connection;
use crate::fault::Fault;
use crate::profile::Profile;

pub(crate) struct Pool {
    pub profile: Profile,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
    kept_alive: AtomicBool,
}

/// A connection for one question.
pub(crate) struct Lease {
    pub connection: Connection,
    /// Whether it was used before.
    pub reused: bool,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(profile: Profile) -> Self {
        let places = Arc::new(Semaphore::new(profile.places));
        Self { profile, places, idle: Mutex::default(), kept_alive: AtomicBool::new(false) }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many questions are on their way, and how many connections wait for the next.
    pub fn use_of_places(&self) -> (usize, usize) {
        (self.profile.places - self.places.available_permits(), self.idle().len())
    }

    /// A connection, at once or when one becomes free. A new one is opened only when none is idle, so that there are never more
    /// than places.
    pub async fn lease(self: &Arc<Self>) -> Result<Lease, Fault> {
        let place = tokio::time::timeout(self.profile.wait, Arc::clone(&self.places).acquire_owned());
        let place = place.await.map_err(|_| Fault::Full)?.map_err(|_| Fault::Full)?;
        self.keep_alive();
        loop {
            let next = self.idle().pop();
            let Some(mut connection) = next else { break };
            if connection.is_at_rest().await {
                return Ok(Lease { connection, reused: true, _place: place });
            }
        }
        let (connection, _) = Connection::open(&self.profile).await?;
        Ok(Lease { connection, reused: false, _place: place })
    }

    /// Takes back a connection whose question was answered.
    pub fn give_back(&self, lease: Lease) {
        self.idle().push(lease.connection);
    }

    /// Closes what is idle: one of them turned out to be gone.
    pub fn forget_idle(&self) {
        self.idle().clear();
    }

    /// Uses idle connections now and then, as long as the pool exists.
    fn keep_alive(self: &Arc<Self>) {
        let Some(period) = self.profile.keep_alive else { return };
        if !self.kept_alive.swap(true, Ordering::Relaxed) {
            tokio::spawn(keep_alive(Arc::downgrade(self), period));
        }
    }
}

async fn keep_alive(pool: Weak<Pool>, period: Duration) {
    loop {
        tokio::time::sleep(period).await;
        let Some(pool) = pool.upgrade() else { return };
        let now = Instant::now();
        let is_due = |connection: &Connection| now.duration_since(connection.used) >= period / 2;
        loop {
            let Ok(_place) = Arc::clone(&pool.places).try_acquire_owned() else { break };
            let due = {
                let mut idle = pool.idle();
                idle.iter().position(is_due).map(|at| idle.swap_remove(at))
            };
            let Some(mut connection) = due else { break };
            if connection.is_at_rest().await && connection.status(&pool.profile).await.is_ok() {
                pool.idle().push(connection);
            }
        }
    }
}
