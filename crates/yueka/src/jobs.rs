//! Work that goes on beside the requests: sealing both chains, forgetting old sessions, telling readers whose document ends. Every instance does it; who loses
//! a race finds the work done.

use std::time::Duration;

use service::Service;
use service::cards::password;
use service::kernel::{Actor, Error};
use service::libraries;
use service::people;
use service::records::{self, Chain, Sealed};
use service::staff;
use tokio::sync::watch;

/// How often rows are sealed.
const SEALING: Duration = Duration::from_secs(2);
/// How many rows one transaction seals: short enough for a desk not to notice.
const BATCH: u64 = 500;
/// How many rounds of sealing lie between two sweeps of old sessions: an hour.
const ROUNDS_PER_SWEEP: u32 = 1800;

/// Runs the jobs until `stop` turns true.
pub async fn run(service: &Service, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    while !*stop.borrow() {
        seal(service, &stop).await;
        if rounds.is_multiple_of(ROUNDS_PER_SWEEP) {
            let swept = service.write(Actor::nobody(), async |op| staff::forget_old_sessions(op).await).await;
            note("old sessions", swept);
            let swept = service
                .write(Actor::nobody(), async |op| {
                    password::forget_old_sessions(op).await?;
                    password::forget_old_codes(op).await
                })
                .await;
            note("old sessions and codes of readers", swept);
            note("ending documents", tell_of_ending_documents(service).await);
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(SEALING) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Seals what waits, batch by batch.
async fn seal(service: &Service, stop: &watch::Receiver<bool>) {
    for chain in Chain::ALL {
        while !*stop.borrow() {
            let sealed =
                service.write(Actor::nobody(), async |op| records::seal_batch(op, chain, BATCH).await).await;
            match sealed {
                Ok(Sealed(0)) => break,
                // Desks go first: the queue of writers is one of arrival.
                Ok(Sealed(_)) => tokio::task::yield_now().await,
                failed => {
                    note(chain.as_str(), failed);
                    break;
                }
            }
        }
    }
}

/// Tells readers, once, that a document of theirs ends soon (4.2.1).
async fn tell_of_ending_documents(service: &Service) -> Result<usize, Error> {
    let tree = service.read(Actor::nobody(), async |op| libraries::tree(op).await).await?;
    // Before the federation is set up there is nobody to tell.
    let Some(root) = tree.root() else { return Ok(0) };
    service.write(Actor::system(root.id), people::expiring_documents).await
}

/// A busy database is no fault: the next round comes soon.
fn note<T>(job: &str, result: Result<T, Error>) {
    match result {
        Ok(_) => {}
        Err(Error::Busy) => tracing::debug!(job, "the database is busy; later"),
        Err(error) => tracing::error!(job, %error, "a job failed; it is tried again"),
    }
}
