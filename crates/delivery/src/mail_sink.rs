//! A mail server for trying: it takes what `smtp+plain://` hands it, sends nothing on, and shows what it was given. As much SMTP as
//! this house speaks, on this computer only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::simulator::escaped;

/// Bytes that one connection may bring.
const MOST: u64 = 4 * 1024 * 1024;
/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many mails are kept: the latest.
const KEPT: usize = 1000;

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its Message-ID.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// The mail server. Cloned, it is the same one.
#[derive(Clone, Debug, Default)]
pub struct MailSink {
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailSink {
    fn kept(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it took, in the order it came.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().clone()
    }

    fn take(&self, mail: Mail) {
        let mut kept = self.kept();
        // Sent once more, since the answer was lost: a mailbox can tell by the id.
        if kept.iter().any(|known| known.id == mail.id && known.to == mail.to) {
            return;
        }
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(mail);
    }

    /// Its page, and the same for programs.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(show))
            .route("/mails.json", get(list))
            .route("/style.css", get(style))
            .with_state(self.clone())
    }

    /// Takes mail until it is dropped.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let own = self.clone();
            tokio::spawn(async move {
                let (read, write) = stream.split();
                let _ = tokio::time::timeout(PATIENCE, own.speak(read.take(MOST), write)).await;
            });
        }
    }

    async fn speak(
        &self,
        read: impl AsyncRead + Unpin,
        mut write: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        let mut lines = BufReader::new(read).lines();
        let mut recipients: Vec<String> = Vec::new();
        write.write_all(b"220 yueka mail sink\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let verb: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-yueka\r\n250 8BITMIME\r\n",
                "HELO" | "NOOP" => "250 yes\r\n",
                "MAIL" | "RSET" => {
                    recipients.clear();
                    "250 yes\r\n"
                }
                "RCPT" => {
                    recipients.extend(line.split(['<', '>']).nth(1).map(str::to_owned));
                    "250 yes\r\n"
                }
                "DATA" if recipients.is_empty() => "503 to whom?\r\n",
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut data = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        // A dot at the beginning is doubled on the way.
                        data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        data.push('\n');
                    }
                    for to in recipients.drain(..) {
                        self.take(read_mail(&data, to));
                    }
                    "250 taken\r\n"
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "502 not here\r\n",
            };
            write.write_all(answer.as_bytes()).await?;
        }
        Ok(())
    }
}

/// What a mail says, as [`crate::Delivery`] writes it: the body in Base64, the subject in encoded words where it needs them.
fn read_mail(data: &str, to: String) -> Mail {
    let (head, body) = data.split_once("\n\n").unwrap_or((data, ""));
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let field = |name: &str| {
        let found = head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        });
        found.unwrap_or_default()
    };
    let whole: String = body.split_whitespace().collect();
    let decoded = STANDARD.decode(whole).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let by_base64 = field("Content-Transfer-Encoding").eq_ignore_ascii_case("base64");
    Mail {
        id: field("Message-ID"),
        to,
        subject: without_encoded_words(&field("Subject")),
        text: decoded.filter(|_| by_base64).unwrap_or_else(|| body.to_owned()),
    }
}

/// `=?utf-8?b?…?=` in plain words; blanks between two of them do not count (RFC 2047).
fn without_encoded_words(text: &str) -> String {
    let mut plain: Vec<u8> = Vec::new();
    let mut after_encoded = false;
    for word in text.split(' ') {
        let encoded = word.strip_prefix("=?").and_then(|word| word.strip_suffix("?=")).and_then(|word| {
            let mut parts = word.splitn(3, '?');
            let (_, way, content) = (parts.next()?, parts.next()?, parts.next()?);
            if way.eq_ignore_ascii_case("b") { STANDARD.decode(content).ok() } else { None }
        });
        if !plain.is_empty() && (!after_encoded || encoded.is_none()) {
            plain.push(b' ');
        }
        after_encoded = encoded.is_some();
        plain.extend(encoded.unwrap_or_else(|| word.as_bytes().to_vec()));
    }
    String::from_utf8_lossy(&plain).into_owned()
}

async fn list(State(sink): State<MailSink>) -> Json<Vec<Mail>> {
    Json(sink.mails())
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("simulator.css"))
}

async fn show(State(sink): State<MailSink>) -> Html<String> {
    let row = |mail: &Mail| {
        let (to, subject, text) = (escaped(&mail.to), escaped(&mail.subject), escaped(&mail.text));
        format!("<li><b>{to}</b> {subject}<p>{text}</p></li>")
    };
    let rows: String = sink.mails().iter().rev().map(row).collect();
    let rows = if rows.is_empty() { "<li>还没有收到邮件</li>".to_owned() } else { rows };
    Html(include_str!("mail_sink.html").replace("{mails}", &rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_as_it_was_written() {
        let data = "Message-ID: <1@example.org>\nSubject: =?utf-8?b?6K6+572u5paw?=\n =?utf-8?b?5a+G56CB?= (2)\n\
                    Content-Transfer-Encoding: base64\n\n5oKo5aW977yM\nMTIzNDU2\n";
        let mail = read_mail(data, "reader@example.org".to_owned());
        assert_eq!(mail.id, "<1@example.org>");
        assert_eq!(mail.subject, "设置新密码 (2)");
        assert_eq!(mail.text, "您好，123456");
        let plain = read_mail("Subject: Hello you\n\nas it is\n", String::new());
        assert_eq!((plain.subject.as_str(), plain.text.as_str()), ("Hello you", "as it is\n"));
    }
}
