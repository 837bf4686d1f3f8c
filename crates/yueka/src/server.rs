//! The HTTP server: bind, serve, and stop without cutting anybody off.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use delivery::PartnerEvents;
use service::Service;
use service::outbox::Carrier;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::{jobs, messages, partners};

/// How long running requests may take to end after the signal to stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// Takes an address, or says which one is taken and what to do.
pub async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(fault) if fault.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{address} is taken by another program: stop that one, or choose another address with {setting} \
             (port 0 finds a free one)"
        ),
        Err(fault) => {
            Err(fault).with_context(|| format!("can't listen on {address}; choose another with {setting}"))
        }
    }
}

/// What is told when the program should end: by SIGTERM, SIGINT (ctrl-c), or a receiver's own wish.
#[derive(Clone)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Listens for the signals.
    pub fn on_signals() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (sender, _) = watch::channel(false);
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM can't be waited for")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT can't be waited for")?;
        let told = sender.clone();
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            told.send_replace(true);
        });
        Ok(Self(sender))
    }

    /// Turns true when the program should end.
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    /// Waits until the program should end.
    pub fn wanted(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.receiver();
        async move {
            // An error says that the sender is gone, which also is an end.
            let _ = receiver.wait_for(|stop| *stop).await;
        }
    }
}

/// Where machines are served: each place in the clear, or with TLS.
pub struct MachineDoors {
    /// The face.
    pub server: machines::Server,
    /// The places.
    pub doors: Vec<(TcpListener, Option<machines::Tls>)>,
}

impl MachineDoors {
    /// Serves machines at all places until told to stop.
    async fn serve(self, stop: &Stop) {
        let mut serving = tokio::task::JoinSet::new();
        for (listener, tls) in self.doors {
            let (server, stop) = (self.server.clone(), stop.receiver());
            serving.spawn(async move { server.serve(listener, tls, stop).await });
        }
        serving.join_all().await;
    }
}

/// Serves until told to stop, lets running requests end, then closes the database.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    machines: MachineDoors,
    service: Service,
    delivery: Arc<dyn Carrier>,
    stop: Stop,
) -> Result<()> {
    // Requests run on the worker threads, so jobs may share this one with the door.
    let jobs = async {
        jobs::run(&service, stop.receiver()).await;
        Ok(())
    };
    let messages = async {
        messages::run(&service, delivery, stop.receiver()).await;
        Ok(())
    };
    let events = async {
        partners::run(&service, Arc::new(PartnerEvents::new()?), stop.receiver()).await;
        Ok(())
    };
    // Thousands of cards are work: it has a task of its own, so that the door and the other jobs do not wait for it.
    let groups = {
        let (service, stop) = (service.clone(), stop.receiver());
        tokio::spawn(async move { jobs::issue_groups(&service, stop).await })
    };
    let groups = async { groups.await.context("issuing to groups broke off") };
    let changes = {
        let (service, stop) = (service.clone(), stop.receiver());
        tokio::spawn(async move { jobs::change_readers(&service, stop).await })
    };
    let changes = async { changes.await.context("changing many readers broke off") };
    let machines = async {
        machines.serve(&stop).await;
        Ok(())
    };
    tokio::try_join!(
        serve_router(listener, router, &stop),
        machines,
        jobs,
        messages,
        events,
        groups,
        changes
    )?;
    service.database().clone().close().await.context("the database did not close")?;
    tracing::info!("closed");
    Ok(())
}

/// Serves a router that has no database below.
pub async fn serve_router(listener: TcpListener, router: Router, stop: &Stop) -> Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.wanted()).into_future();
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => served.context("serving failed")?,
        () = stop.wanted() => match tokio::time::timeout(PATIENCE, serving).await {
            Ok(served) => served.context("serving failed")?,
            Err(_) => tracing::warn!("some connections did not end in {} s and were cut", PATIENCE.as_secs()),
        },
    }
    Ok(())
}
