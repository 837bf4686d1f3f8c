//! Listens, and keeps to the limits.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use service::Service;
use service::circulation::Glances;
use service::kernel::PasswordMemory;
use sip2::Dialect;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::figures::count;
use crate::{Figures, Limits, Tls, connection};

/// How the face is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The dialects that accounts can name.
    pub dialects: BTreeMap<String, Dialect>,
    /// How much is allowed.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { dialects: Dialect::table([]), limits: Limits::default() }
    }
}

/// How long running messages may take to be answered after the signal to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often the figures are told, while there are any.
const EVERY: Duration = Duration::from_secs(300);

/// What all connections share.
pub(crate) struct Shared {
    pub house: Service,
    pub options: Options,
    pub memory: PasswordMemory,
    pub glances: Glances,
    pub figures: Figures,
    addresses: Mutex<HashMap<IpAddr, usize>>,
}

/// The SIP2 face of a house.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({:?})", self.0.figures)
    }
}

impl Server {
    /// For a house.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(house: Service, options: Options) -> service::Result<Self> {
        let (memory, figures) = (PasswordMemory::new()?, Figures::default());
        let glances = Glances::new(house.clone());
        Ok(Self(Arc::new(Shared { house, options, memory, glances, figures, addresses: Mutex::default() })))
    }

    /// What happened so far.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// Serves until told to stop; then the messages that are being answered are answered, and connections end.
    pub async fn serve(&self, listener: TcpListener, tls: Option<Tls>, mut stop: watch::Receiver<bool>) {
        let mut connections = JoinSet::new();
        let handed_on = stop.clone();
        let mut tell = tokio::time::interval(EVERY);
        let mut told = self.0.figures.seen();
        loop {
            tokio::select! {
                // An error says that the sender is gone, which also is an end.
                () = async { let _ = stop.wait_for(|stop| *stop).await; } => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.take(&mut connections, stream, peer, tls.as_ref(), &handed_on),
                    Err(error) => {
                        // Out of file handles, most likely: they come back when connections end.
                        tracing::warn!(%error, "no connection can be taken");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = connections.join_next() => {}
                _ = tell.tick() => {
                    let seen = self.0.figures.seen();
                    if seen != told {
                        tracing::info!(?seen, "machines");
                        told = seen;
                    }
                }
            }
        }
        drop(listener);
        let all = async { while connections.join_next().await.is_some() {} };
        if timeout(PATIENCE, all).await.is_err() {
            tracing::warn!(open = connections.len(), "connections of machines are cut off");
            connections.abort_all();
        }
    }

    fn take(
        &self,
        connections: &mut JoinSet<()>,
        stream: TcpStream,
        peer: SocketAddr,
        tls: Option<&Tls>,
        stop: &watch::Receiver<bool>,
    ) {
        let address = peer.ip().to_canonical();
        let Some(place) = Place::take(&self.0, address) else {
            count(&self.0.figures.turned_away);
            return;
        };
        count(&self.0.figures.taken);
        let (shared, tls, stop) = (Arc::clone(&self.0), tls.cloned(), stop.clone());
        connections.spawn(async move {
            let _place = place;
            let slow = shared.options.limits.sign_in;
            let _ = stream.set_nodelay(true);
            match tls {
                None => connection::talk(stream, address, shared, stop).await,
                Some(tls) => match timeout(slow, tls.0.accept(stream)).await {
                    Ok(Ok(stream)) => connection::talk(stream, address, shared, stop).await,
                    Ok(Err(_)) | Err(_) => count(&shared.figures.no_messages),
                },
            }
        });
    }
}

/// One connection's place among all, and among those of its address; given back when it ends.
struct Place {
    shared: Arc<Shared>,
    address: IpAddr,
}

impl Place {
    fn take(shared: &Arc<Shared>, address: IpAddr) -> Option<Self> {
        let limits = &shared.options.limits;
        let mut addresses = shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = addresses.values().sum();
        let own = addresses.entry(address).or_default();
        if all >= limits.connections || *own >= limits.per_address {
            if *own == 0 {
                addresses.remove(&address);
            }
            return None;
        }
        *own += 1;
        count(&shared.figures.open);
        Some(Self { shared: Arc::clone(shared), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.figures.open.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        let mut addresses = self.shared.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = addresses.get_mut(&self.address) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}
