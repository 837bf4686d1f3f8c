//! A circulation system of a few readers, for trying and for tests: it answers over SIP2 as docs/ils.md says, and can be told to
//! misbehave in the ways in which systems do.

mod behaviour;
mod replies;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sip2::{Charset, Code, Dialect, Framer, Message, Wire, message};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use behaviour::{Behaviour, SimItem, SimReader};

/// What the simulator is.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// How it speaks.
    pub dialect: Dialect,
    /// Its charset, unless it is the dialect's.
    pub charset: Option<Charset>,
    /// The name and password that it takes; nothing: it asks for none, and takes any.
    pub login: Option<(String, String)>,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self { dialect: Dialect::strict(), charset: None, login: None }
    }
}

#[derive(Debug, Default)]
struct Seen {
    readers: BTreeMap<String, SimReader>,
    messages: Vec<Code>,
    connections: usize,
    most_connections: usize,
}

/// The system. Cloned, it is the same one.
#[derive(Clone, Debug)]
pub struct Simulator {
    options: Arc<SimOptions>,
    seen: Arc<Mutex<Seen>>,
    behaviour: Arc<watch::Sender<Behaviour>>,
    heard: Arc<watch::Sender<usize>>,
}

/// Ends the simulator when it is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Simulator {
    /// A system without readers.
    #[must_use]
    pub fn new(options: SimOptions) -> Self {
        Self {
            options: Arc::new(options),
            seen: Arc::default(),
            behaviour: Arc::new(watch::Sender::new(Behaviour::Well)),
            heard: Arc::new(watch::Sender::new(0)),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a reader by this number from now on.
    pub fn reader(&self, number: &str, reader: SimReader) {
        self.seen().readers.insert(number.to_owned(), reader);
    }

    /// Changes how it behaves.
    pub fn behave(&self, behaviour: Behaviour) {
        self.behaviour.send_replace(behaviour);
    }

    /// The messages that came, in their order.
    #[must_use]
    pub fn messages(&self) -> Vec<Code> {
        self.seen().messages.clone()
    }

    /// How many messages of a kind came.
    #[must_use]
    pub fn count(&self, code: Code) -> usize {
        self.seen().messages.iter().filter(|known| **known == code).count()
    }

    /// The most connections that were open at once.
    #[must_use]
    pub fn most_connections(&self) -> usize {
        self.seen().most_connections
    }

    /// Connections that are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.seen().connections
    }

    /// Waits until so many messages of a kind have come.
    pub async fn heard(&self, code: Code, count: usize) {
        let mut heard = self.heard.subscribe();
        while self.count(code) < count {
            if heard.changed().await.is_err() {
                return;
            }
        }
    }

    /// Starts it on a free port of this computer.
    ///
    /// # Errors
    /// When nothing can be listened on.
    pub async fn start(&self) -> io::Result<Running> {
        self.start_on(TcpListener::bind("127.0.0.1:0").await?)
    }

    /// Starts it on this listener.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start_on(&self, listener: TcpListener) -> io::Result<Running> {
        let address = listener.local_addr()?;
        let simulator = self.clone();
        let task = tokio::spawn(async move { simulator.serve(listener).await });
        Ok(Running { address, task })
    }

    /// Answers whoever connects, for ever.
    pub async fn serve(self, listener: TcpListener) {
        let mut serving = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let simulator = self.clone();
            serving.spawn(async move {
                // A machine that goes away in the middle of a message is nothing to tell.
                let _ = simulator.converse(stream).await;
            });
            while serving.try_join_next().is_some() {}
        }
    }

    fn opened(&self) {
        let mut seen = self.seen();
        seen.connections += 1;
        seen.most_connections = seen.most_connections.max(seen.connections);
    }

    fn wire(&self) -> Wire {
        let dialect = &self.options.dialect;
        Wire { charset: self.options.charset.unwrap_or(dialect.charset), ..dialect.wire() }
    }

    /// Answers one machine, until it goes.
    ///
    /// # Errors
    /// When it goes in the middle of something.
    pub async fn converse(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        self.opened();
        let _closed = Closing(self);
        let wire = self.wire();
        let mut lines = Framer::new(4096);
        let mut buffer = [0_u8; 1024];
        let mut session = Session::default();
        loop {
            while let Some(line) = lines.next_line() {
                let Ok(line) = line else { continue };
                let text = wire.charset.decode(&line);
                let Ok(request) = Message::parse(&text, self.options.dialect.rules()) else { continue };
                self.seen().messages.push(request.code());
                self.heard.send_modify(|count| *count += 1);
                if !self.answer(&mut stream, wire, &request, &mut session).await? {
                    return Ok(());
                }
            }
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                read => lines.push(buffer.get(..read).unwrap_or_default()),
            }
        }
    }

    /// Answers one message; false when the connection is to be closed.
    async fn answer(
        &self,
        stream: &mut (impl AsyncWrite + Unpin),
        wire: Wire,
        request: &Message<'_>,
        session: &mut Session,
    ) -> io::Result<bool> {
        if request.code() == message::REQUEST_ACS_RESEND {
            stream.write_all(&session.last).await?;
            return Ok(true);
        }
        let about_readers = request.code() == message::PATRON_INFORMATION;
        let mut behaviour = *self.behaviour.borrow();
        if behaviour == Behaviour::Waiting && about_readers {
            let mut watched = self.behaviour.subscribe();
            let changed = watched.wait_for(|behaviour| *behaviour != Behaviour::Waiting).await;
            behaviour = changed.map(|behaviour| *behaviour).unwrap_or_default();
        }
        let Some(answer) = self.reply(request, behaviour) else { return Ok(true) };
        let bytes = wire.encode(&self.options.dialect.shape(answer));
        session.last.clone_from(&bytes);
        if !about_readers {
            stream.write_all(&bytes).await?;
            return Ok(true);
        }
        match behaviour {
            Behaviour::Silent => {}
            Behaviour::Garbage => {
                session.last = b"\xff\xfe~~ no message ~~\r".to_vec();
                stream.write_all(&session.last).await?;
            }
            Behaviour::Slow(millis) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(Duration::from_millis(millis)).await;
                }
            }
            Behaviour::Closing => return Ok(false),
            Behaviour::ClosingAfter => {
                stream.write_all(&bytes).await?;
                return Ok(false);
            }
            Behaviour::Half => {
                stream.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default()).await?;
                return Ok(false);
            }
            Behaviour::WrongSum | Behaviour::WrongSumOnce => {
                let wrong = wrong_sum(&bytes);
                if behaviour == Behaviour::WrongSum {
                    session.last.clone_from(&wrong);
                }
                stream.write_all(&wrong).await?;
            }
            Behaviour::Altered(place) => {
                let mut altered = bytes;
                // Its end stays, so that it is a line.
                let length = altered.len().saturating_sub(wire.terminator.bytes().len());
                if let Some(byte) = altered.get_mut(..length).and_then(|line| line.get_mut(place)) {
                    *byte = byte.wrapping_add(1);
                }
                session.last.clone_from(&altered);
                stream.write_all(&altered).await?;
            }
            Behaviour::AskingAgain if !std::mem::replace(&mut session.asked, true) => {
                stream.write_all(&wire.encode(&Message::new(message::REQUEST_SC_RESEND).checked())).await?;
            }
            Behaviour::AskingForEver => {
                stream.write_all(&wire.encode(&Message::new(message::REQUEST_SC_RESEND).checked())).await?;
            }
            Behaviour::Twice => stream.write_all(&[bytes.clone(), bytes].concat()).await?,
            _ => {
                session.asked = false;
                stream.write_all(&bytes).await?;
            }
        }
        Ok(true)
    }
}

/// One machine that is connected.
#[derive(Default)]
struct Session {
    /// The last answer, for when it is asked for again.
    last: Vec<u8>,
    /// Whether the message was asked for again.
    asked: bool,
}

struct Closing<'a>(&'a Simulator);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.seen().connections -= 1;
    }
}

/// The last digit of the checksum, where there is one, is another one.
fn wrong_sum(bytes: &[u8]) -> Vec<u8> {
    let mut wrong = bytes.to_vec();
    if !bytes.windows(2).any(|pair| pair == b"AZ") {
        return wrong;
    }
    if let Some(digit) = wrong.iter_mut().rev().find(|byte| byte.is_ascii_hexdigit()) {
        *digit = if *digit == b'0' { b'1' } else { b'0' };
    }
    wrong
}
