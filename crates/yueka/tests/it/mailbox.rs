//! A mail server for tests: it speaks as much SMTP as a client needs, and keeps what it is given.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub to: String,
    pub data: String,
}

impl Mail {
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        self.data
            .lines()
            .find_map(|line| line.strip_prefix(start.as_str()))
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    pub fn text(&self) -> String {
        let (_, body) = self.data.split_once("\r\n\r\n").unwrap_or_default();
        let whole: String = body.split_whitespace().collect();
        String::from_utf8(STANDARD.decode(whole).unwrap()).unwrap()
    }
}

/// The server; `refuse` answers a recipient that begins with it by 550.
#[derive(Clone, Default)]
pub struct Mailbox {
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Mailbox {
    pub async fn open() -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (mailbox, address) = (Self::default(), listener.local_addr().unwrap());
        let own = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().speak(stream));
            }
        });
        (mailbox, address)
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    async fn speak(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read);
        let mut mail = Mail::default();
        write.write_all(b"220 test\r\n").await.unwrap();
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line).await.unwrap_or_default() > 0
        } {
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-test\r\n250 SIZE 1000000\r\n",
                "RCPT" if line.contains("<nobody") => "550 no <nobody@example.org> here\r\n",
                "RCPT" => {
                    mail.to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    "250 yes\r\n"
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    loop {
                        line.clear();
                        lines.read_line(&mut line).await.unwrap();
                        if line == ".\r\n" {
                            break;
                        }
                        mail.data.push_str(&line);
                    }
                    self.mails.lock().unwrap().push(std::mem::take(&mut mail));
                    "250 taken\r\n"
                }
                "QUIT" => "221 bye\r\n",
                _ => "250 yes\r\n",
            };
            write.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}
