//! One connection: bytes in, lines out of them, one write for each answer.

use std::net::IpAddr;
use std::sync::Arc;

use sip2::Framer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::server::Shared;
use crate::session::{Session, Step};

/// How much is read at once. More waits where it comes from.
const PIECE: usize = 2048;

/// Talks until the machine goes, is silent or slow for too long, or is to be told no more.
pub(crate) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    address: IpAddr,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let limits = shared.options.limits;
    let mut framer = Framer::new(limits.line);
    let mut session = Session::new(shared, address);
    let mut piece = [0_u8; PIECE];
    let begun = Instant::now();
    let mut line_begun: Option<Instant> = None;
    'talk: loop {
        let mut until = match session.is_signed_in() {
            true => Instant::now() + limits.idle,
            false => begun + limits.sign_in,
        };
        if let Some(begun) = line_begun {
            until = until.min(begun + limits.slow);
        }
        let read = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            read = timeout_at(until, stream.read(&mut piece)) => read,
        };
        let length = match read {
            Ok(Ok(length)) if length > 0 => length,
            // It went, or was silent for too long.
            _ => break,
        };
        framer.push(piece.get(..length).unwrap_or_default());
        while let Some(line) = framer.next_line() {
            let (answer, ends) = match session.hear(line).await {
                Step::Nothing => continue,
                Step::End => break 'talk,
                Step::Answer(answer) => (answer, false),
                Step::AnswerAndEnd(answer) => (answer, true),
            };
            let written = timeout(limits.slow, async {
                stream.write_all(&answer).await?;
                stream.flush().await
            });
            if !matches!(written.await, Ok(Ok(()))) || ends {
                break 'talk;
            }
            framer.set_limit(session.longest_line());
        }
        line_begun = match (framer.is_within_a_line(), line_begun) {
            (false, _) => None,
            (true, Some(begun)) => Some(begun),
            (true, None) => Some(Instant::now()),
        };
    }
    session.end();
    let _ = timeout(limits.slow, stream.shutdown()).await;
}
