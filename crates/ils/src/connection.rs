//! One connection to a system: it is opened, logged in, and then asked one thing after the other.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use sip2::{Checks, Framer, Message, Part, check_sum, field, message};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use crate::fault::Fault;
use crate::profile::Profile;
use crate::requests;

/// The longest answer: a reader with hundreds of items fits.
const LONGEST_LINE: usize = 64 * 1024;
/// How often a message is asked for again by 97, or sent again when the system asks by 96.
const AGAIN: u32 = 2;
/// How many answers to something else are passed over.
const STALE: u32 = 4;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection that is logged in. Dropped in the middle of a question it is closed, so that a late answer reaches nobody.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    lines: Framer,
    sequence: u8,
    /// When it was last used.
    pub used: Instant,
}

impl Connection {
    /// Opens one and logs in. Gives what the system says of itself too, where it is asked.
    pub async fn open(profile: &Profile) -> Result<(Self, Option<Message<'static>>), Fault> {
        let tcp = TcpStream::connect((profile.host.as_str(), profile.port));
        let tcp = within(profile.connect, tcp).await??;
        tcp.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &profile.tls {
            Some(tls) => Box::new(within(profile.connect, tls.over(tcp)).await??),
            None => Box::new(tcp),
        };
        let lines = Framer::new(LONGEST_LINE);
        let mut connection = Self { stream, lines, sequence: 0, used: Instant::now() };
        if let Some(login) = &profile.login {
            let answer = connection.ask(profile, requests::login(login)).await?;
            if answer.succeeded() != Some(true) {
                return Err(Fault::LoginRefused);
            }
        }
        let status = if profile.ask_status { Some(connection.status(profile).await?) } else { None };
        Ok((connection, status))
    }

    /// Asks how the system is; an error when it says that it is off line.
    pub async fn status(&mut self, profile: &Profile) -> Result<Message<'static>, Fault> {
        let status = self.ask(profile, requests::status(profile)).await?;
        if status.fixed(Part::OnLine) == Some("N") { Err(Fault::OffLine) } else { Ok(status) }
    }

    /// Sends a message and reads the answer to it.
    pub async fn ask(&mut self, profile: &Profile, message: Message<'_>) -> Result<Message<'static>, Fault> {
        let answer = within(profile.answer, self.exchange(profile, message)).await?;
        self.used = Instant::now();
        answer
    }

    async fn exchange(&mut self, profile: &Profile, message: Message<'_>) -> Result<Message<'static>, Fault> {
        let wanted = message.spec().and_then(|spec| spec.answer);
        let number = profile.sums().then(|| self.next_number());
        let (asked_by, message) = (message.get(field::PATRON).map(str::to_owned), numbered(message, number));
        let bytes = profile.wire.encode(&message);
        self.send(&bytes).await?;
        let (mut sent, mut asked_again, mut stale) = (0, 0, 0);
        loop {
            let line = self.line().await?;
            let text = profile.wire.charset.decode(&line);
            let answer = match Message::parse(&text, profile.rules) {
                Ok(answer) if answer.code() == message::REQUEST_SC_RESEND => {
                    sent += 1;
                    if sent > AGAIN {
                        return Err(Fault::AskedAgain);
                    }
                    self.send(&bytes).await?;
                    continue;
                }
                Ok(answer) => Ok(answer),
                Err(_) => Err(Fault::Garbage("no message")),
            };
            let sound = answer.and_then(|answer| {
                let right = check_sum(&line, &text, profile.wire.sum).is_right();
                if profile.checks == Checks::Strict && !right { Err(Fault::WrongSum) } else { Ok(answer) }
            });
            let answer = match sound {
                Ok(answer) => answer,
                Err(fault) => {
                    asked_again += 1;
                    if asked_again > AGAIN {
                        return Err(fault);
                    }
                    let resend = Message::new(message::REQUEST_ACS_RESEND);
                    let resend = if profile.sums() { resend.checked() } else { resend };
                    self.send(&profile.wire.encode(&resend)).await?;
                    continue;
                }
            };
            // An answer to something else: one that was sent twice.
            if number.is_some() && answer.sequence_number().is_some_and(|given| Some(given) != number) {
                stale += 1;
                if stale > STALE {
                    return Err(Fault::Garbage("answers to something else"));
                }
                continue;
            }
            if Some(answer.code()) != wanted {
                return Err(Fault::Garbage("another message than the one that was asked for"));
            }
            if let Some(asked_by) = &asked_by
                && !is_about(profile, &answer, asked_by)
            {
                return Err(Fault::Garbage("it is about another reader"));
            }
            return Ok(answer.into_owned());
        }
    }

    fn next_number(&mut self) -> char {
        self.sequence = (self.sequence + 1) % 10;
        char::from(b'0' + self.sequence)
    }

    /// In one write: some systems read once.
    async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.stream.write_all(bytes).await?;
        Ok(self.stream.flush().await?)
    }

    async fn line(&mut self) -> Result<Vec<u8>, Fault> {
        let mut buffer = [0_u8; 4096];
        loop {
            match self.lines.next_line() {
                Some(Ok(line)) => return Ok(line),
                Some(Err(_)) => return Err(Fault::Garbage("it is too long")),
                None => {}
            }
            match self.stream.read(&mut buffer).await? {
                0 => return Err(Fault::Closed),
                read => self.lines.push(buffer.get(..read).unwrap_or_default()),
            }
        }
    }

    /// Whether it can be asked something: it is open, and nothing lies in it that nobody asked for but the rest of a line's end.
    pub async fn is_at_rest(&mut self) -> bool {
        loop {
            if self.lines.next_line().is_some() {
                return false;
            }
            let stream = &mut self.stream;
            let read = poll_fn(|context| {
                let mut bytes = [0_u8; 64];
                let mut buffer = ReadBuf::new(&mut bytes);
                Poll::Ready(match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                    Poll::Pending => None,
                    Poll::Ready(read) => Some(read.map(|()| buffer.filled().to_vec())),
                })
            });
            match read.await {
                None => return !self.lines.is_within_a_line(),
                Some(Ok(bytes)) if !bytes.is_empty() => self.lines.push(&bytes),
                Some(_) => return false,
            }
        }
    }
}

fn numbered<'a>(message: Message<'a>, number: Option<char>) -> Message<'a> {
    match number {
        Some(number) => message.sequence(number),
        None => message,
    }
}

/// Whether an answer is about the reader of this number. One about nobody (BL N) may leave it out.
fn is_about(profile: &Profile, answer: &Message<'_>, number: &str) -> bool {
    if !profile.same_number {
        return true;
    }
    match answer.filled(field::PATRON) {
        Some(given) => given.eq_ignore_ascii_case(number.trim()),
        None => answer.get(field::VALID_PATRON) == Some("N"),
    }
}

async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Result<T, Fault> {
    tokio::time::timeout(time, work).await.map_err(|_| Fault::Silent)
}
