//! Telling partner platforms what happens to cards, beside the requests. Every instance does it; an event is sent by the one that
//! claimed it.

use std::sync::Arc;
use std::time::Duration;

use service::Service;
use service::kernel::{Actor, Error};
use service::partners::{self, EventCarrier};
use tokio::sync::watch;

/// How often it is looked for what waits.
const ROUND: Duration = Duration::from_secs(2);
/// How many rounds lie between two sweeps of old calls: ten minutes.
const ROUNDS_PER_SWEEP: u32 = 300;

/// Delivers until `stop` turns true. What is on its way then is waited for.
pub async fn run(service: &Service, carrier: Arc<dyn EventCarrier>, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    while !*stop.borrow() {
        if rounds.is_multiple_of(ROUNDS_PER_SWEEP) {
            let swept = service.write(Actor::nobody(), async |op| partners::forget_old(op).await).await;
            if let Err(error) = swept {
                note(&error);
            }
        }
        rounds = rounds.wrapping_add(1);
        while !*stop.borrow() {
            match partners::deliver_due(service, &carrier).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    note(&error);
                    break;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = stop.changed() => {}
        }
    }
}

/// A busy database is no fault: the next round comes soon.
fn note(error: &Error) {
    match error {
        Error::Busy => tracing::debug!("the database is busy; what partners are told waits"),
        error => tracing::error!(%error, "partners could not be told; it is tried again"),
    }
}
