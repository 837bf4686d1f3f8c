//! Delivering what readers are told, beside the requests. Every instance does it; a message is sent by the one that claimed it.

use std::sync::Arc;
use std::time::Duration;

use service::Service;
use service::kernel::{Actor, Error};
use service::outbox::{self, Carrier};
use tokio::sync::watch;

/// How often the outbox is looked into.
const ROUND: Duration = Duration::from_secs(2);
/// How many rounds lie between two looks for what is to be given up: ten minutes.
const ROUNDS_PER_SWEEP: u32 = 300;

/// Delivers until `stop` turns true. What is on its way then is waited for.
pub async fn run(service: &Service, carrier: Arc<dyn Carrier>, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    while !*stop.borrow() {
        if rounds.is_multiple_of(ROUNDS_PER_SWEEP) {
            let media = carrier.media();
            let given_up =
                service.write(Actor::nobody(), async |op| outbox::give_up_old(op, &media).await).await;
            if let Err(error) = given_up {
                note(&error);
            }
        }
        rounds = rounds.wrapping_add(1);
        if !carrier.media().is_empty() {
            deliver(service, &carrier, &stop).await;
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn deliver(service: &Service, carrier: &Arc<dyn Carrier>, stop: &watch::Receiver<bool>) {
    while !*stop.borrow() {
        match outbox::deliver_due(service, carrier).await {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                note(&error);
                break;
            }
        }
    }
}

/// A busy database is no fault: the next round comes soon.
fn note(error: &Error) {
    match error {
        Error::Busy => tracing::debug!("the database is busy; messages wait"),
        error => tracing::error!(%error, "messages could not be delivered; it is tried again"),
    }
}
