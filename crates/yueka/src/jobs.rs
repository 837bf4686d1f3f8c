//! Work that goes on beside the requests: sealing both chains, forgetting old sessions, telling readers whose document ends. Every instance does it; who loses
//! a race finds the work done.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use service::Service;
use service::applications;
use service::batch_changes;
use service::cards::password;
use service::circulation;
use service::groups;
use service::kernel::{Actor, Error, Op};
use service::kiosk;
use service::libraries;
use service::people;
use service::readers;
use service::records::{self, Chain, Sealed};
use service::resources;
use service::staff;
use service::visits;
use tokio::sync::watch;

/// How often rows are sealed.
const SEALING: Duration = Duration::from_secs(2);
/// How many rows one transaction seals: short enough for a desk not to notice.
const BATCH: u64 = 500;
/// How many rounds of sealing lie between two sweeps of old sessions: an hour.
const ROUNDS_PER_SWEEP: u32 = 1800;

/// How many rounds lie between two sweeps of kiosks: half a minute.
const ROUNDS_PER_KIOSK_SWEEP: u32 = 15;

/// After how long the same fault is told again.
const AGAIN: Duration = Duration::from_secs(60);

/// Runs the jobs until `stop` turns true.
pub async fn run(service: &Service, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    let mut notes = Notes::default();
    while !*stop.borrow() {
        seal(service, &stop, &mut notes).await;
        if rounds.is_multiple_of(ROUNDS_PER_SWEEP) {
            let swept = service.write(Actor::nobody(), async |op| staff::forget_old_sessions(op).await).await;
            notes.add("old sessions", swept);
            let swept = service
                .write(Actor::nobody(), async |op| {
                    password::forget_old_sessions(op).await?;
                    password::forget_old_codes(op).await?;
                    password::scan::forget_old(op).await
                })
                .await;
            notes.add("old sessions and codes of readers", swept);
            notes.add("guardians", key_guardians(service, &stop).await);
            notes.add("ending documents", tell_of_ending_documents(service).await);
            notes.add("reservations", expire_reservations(service).await);
            notes.add("reminders", remind(service).await);
            notes.add("applications", forget_applications(service).await);
            notes.add("lists of groups", forget_lists(service).await);
            notes.add("visits", service.write(Actor::nobody(), visits::forget).await);
            notes.add("sign-ons", service.write(Actor::nobody(), resources::forget).await);
        }
        if rounds.is_multiple_of(ROUNDS_PER_KIOSK_SWEEP) {
            notes.add("kiosks", service.write(Actor::nobody(), kiosk::forget).await);
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(SEALING) => {}
            _ = stop.changed() => {}
        }
    }
}

/// How often confirmed lists, and changes of many readers, are looked for.
const LOOKED_FOR: Duration = Duration::from_secs(1);

/// Issues the cards of confirmed lists (6.1.3), portion by portion, until `stop` turns true.
pub async fn issue_groups(service: &Service, stop: watch::Receiver<bool>) {
    let find = || service.read(Actor::nobody(), groups::at_work);
    let portion =
        |batch| async move { groups::issue_chunk(service, batch, groups::CHUNK).await.map(|(_, more)| more) };
    work_off("group issuing", find, portion, stop).await;
}

/// Works changes of many readers off, and their undoing (4.2.1), portion by portion, until `stop` turns true.
pub async fn change_readers(service: &Service, stop: watch::Receiver<bool>) {
    let find = || service.read(Actor::nobody(), batch_changes::at_work);
    let portion = |change| async move {
        batch_changes::work_chunk(service, change, batch_changes::CHUNK).await.map(|(_, more)| more)
    };
    work_off("changes of many readers", find, portion, stop).await;
}

/// Works off what is found, one after the other; `portion` says whether there is more of it.
async fn work_off<Id: Copy, Found, Worked>(
    job: &'static str,
    find: impl Fn() -> Found,
    portion: impl Fn(Id) -> Worked,
    mut stop: watch::Receiver<bool>,
) where
    Found: Future<Output = Result<Vec<Id>, Error>>,
    Worked: Future<Output = Result<bool, Error>>,
{
    let mut notes = Notes::default();
    while !*stop.borrow() {
        match find().await {
            Ok(found) => {
                for id in found {
                    while !*stop.borrow() {
                        match portion(id).await {
                            // Desks go first: the queue of writers is one of arrival.
                            Ok(true) => tokio::task::yield_now().await,
                            ended => {
                                notes.add(job, ended);
                                break;
                            }
                        }
                    }
                }
            }
            failed => notes.add(job, failed),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOKED_FOR) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Seals what waits, batch by batch.
async fn seal(service: &Service, stop: &watch::Receiver<bool>, notes: &mut Notes) {
    for chain in Chain::ALL {
        while !*stop.borrow() {
            match records::seal(service, chain, BATCH).await {
                Ok(Sealed(0)) => break,
                // Desks go first: the queue of writers is one of arrival.
                Ok(Sealed(_)) => tokio::task::yield_now().await,
                failed => {
                    notes.add(chain.as_str(), failed);
                    break;
                }
            }
        }
    }
}

/// Writes what guardians are found by, for entries that a release before has left.
async fn key_guardians(service: &Service, stop: &watch::Receiver<bool>) -> Result<(), Error> {
    while !*stop.borrow() {
        let write = async |op: &Op| readers::key_guardians(op, BATCH).await;
        if service.write(Actor::nobody(), write).await? == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Tells readers, once, that a document of theirs ends soon (4.2.1).
async fn tell_of_ending_documents(service: &Service) -> Result<usize, Error> {
    let tree = service.read(Actor::nobody(), async |op| libraries::tree(op).await).await?;
    // Before the federation is set up there is nobody to tell.
    let Some(root) = tree.root() else { return Ok(0) };
    service.write(Actor::system(root.id), people::expiring_documents).await
}

/// How many loans or reservations one transaction looks at.
const AT_ONCE: u64 = 200;

/// Gives on what was reserved and not picked up in time (A.3.2 e).
async fn expire_reservations(service: &Service) -> Result<(), Error> {
    let Some(actor) = federation(service).await? else { return Ok(()) };
    loop {
        let ended = service
            .write(actor.clone(), async |op| circulation::expire_reservations(op, AT_ONCE).await)
            .await?;
        if ended == 0 {
            return Ok(());
        }
    }
}

/// Ends and forgets applications on the web (A.2.1 b, 5.3).
async fn forget_applications(service: &Service) -> Result<(), Error> {
    let forget = async |op: &Op| applications::forget(op, AT_ONCE).await;
    while service.write(Actor::nobody(), forget).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Takes out what lists of units said of people (5.3).
async fn forget_lists(service: &Service) -> Result<(), Error> {
    let Some(actor) = federation(service).await? else { return Ok(()) };
    while service.write(actor.clone(), async |op: &Op| groups::forget(op, 1).await).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Reminds readers of what is due soon or overdue (6.1.4.2).
async fn remind(service: &Service) -> Result<(), Error> {
    let Some(actor) = federation(service).await? else { return Ok(()) };
    let mut after = None;
    loop {
        let told =
            service.write(actor.clone(), async |op| circulation::remind(op, after, AT_ONCE).await).await?;
        after = told.last;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// The program in the name of the federation; none before that is set up.
async fn federation(service: &Service) -> Result<Option<Actor>, Error> {
    let tree = service.read(Actor::nobody(), async |op| libraries::tree(op).await).await?;
    Ok(tree.root().map(|root| Actor::system(root.id)))
}

/// What went wrong, told in the log; the same again not before a minute has passed.
#[derive(Default)]
struct Notes(HashMap<&'static str, (String, Instant)>);

impl Notes {
    /// A busy database is no fault: the next round comes soon.
    fn add<T>(&mut self, job: &'static str, result: Result<T, Error>) {
        match result {
            Ok(_) => {
                self.0.remove(job);
            }
            Err(Error::Busy) => tracing::debug!(job, "the database is busy; later"),
            Err(error) => {
                let text = error.to_string();
                let told = self.0.get(job);
                if told.is_none_or(|(before, when)| *before != text || when.elapsed() > AGAIN) {
                    tracing::error!(job, %error, "a job failed; it is tried again");
                    self.0.insert(job, (text, Instant::now()));
                }
            }
        }
    }
}
