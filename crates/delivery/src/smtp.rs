//! Mail by SMTP. The message's id is its Message-ID, the same at each try: a mailbox that gets a mail twice can tell.

use std::fmt;
use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use service::outbox::{Due, Fault};

use crate::{MailSettings, SettingsError};

/// How long a mail server may take for one mail, from the connection to its yes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server, and whom mails come from.
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}

impl Mail {
    pub fn new(settings: &MailSettings) -> Result<Option<Self>, SettingsError> {
        if settings.server.is_empty() {
            return Ok(None);
        }
        let bad_server = SettingsError {
            setting: "mail.server",
            remedy: "is no mail server: write smtps://HOST, smtp://HOST (STARTTLS), or smtp+plain://127.0.0.1:PORT",
        };
        let (scheme, place) = settings.server.split_once("://").ok_or_else(|| bad_server.clone())?;
        let (host, port) = match place.trim_end_matches('/').rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| bad_server.clone())?)),
            None => (place.trim_end_matches('/'), None),
        };
        let local = ["127.0.0.1", "::1", "localhost"].contains(&host);
        let builder = match scheme {
            "smtps" => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            "smtp" => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            // In the clear only where nobody listens in between.
            "smtp+plain" if local => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
            _ => return Err(bad_server),
        };
        let mut builder = builder.map_err(|_| bad_server)?.timeout(Some(Duration::from_secs(30)));
        if let Some(port) = port {
            builder = builder.port(port);
        }
        if !settings.username.is_empty() {
            builder =
                builder.credentials(Credentials::new(settings.username.clone(), settings.password.clone()));
        }
        let from = settings.from.parse().map_err(|_| SettingsError {
            setting: "mail.from",
            remedy: "is no sender: write NAME <card@library.example.org>",
        })?;
        Ok(Some(Self { transport: builder.build(), from }))
    }

    pub async fn send(&self, due: &Due) -> Result<(), Fault> {
        let to: Address = due.recipient.parse().map_err(|_| Fault::lasting("recipient"))?;
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{}@{domain}>", due.id)))
            .subject(due.subject.as_str())
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::TEXT_PLAIN)
                    .header(ContentTransferEncoding::Base64)
                    .body(due.body.clone()),
            )
            .map_err(|_| Fault::lasting("recipient"))?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::passing("time_out")),
        }
    }
}

/// What a server says can name the mailbox; its number can't.
fn fault(error: &SmtpError) -> Fault {
    match error.status() {
        Some(code) => Fault { code: format!("smtp_{code}"), lasting: error.is_permanent() },
        None if error.is_timeout() => Fault::passing("time_out"),
        None => Fault::passing("connection"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(server: &str, from: &str) -> Result<bool, &'static str> {
        let settings =
            MailSettings { server: server.to_owned(), from: from.to_owned(), ..MailSettings::default() };
        Mail::new(&settings).map(|mail| mail.is_some()).map_err(|error| error.setting)
    }

    #[test]
    fn a_server_and_a_sender_are_asked_for_and_passwords_never_cross_a_network_in_the_clear() {
        let from = "阅卡 <card@library.example.org>";
        for good in
            ["smtps://mail.example.org", "smtp://mail.example.org:2525", "smtp+plain://127.0.0.1:1025"]
        {
            assert_eq!(made(good, from), Ok(true), "{good}");
        }
        assert_eq!(made("", ""), Ok(false));
        for bad in
            ["mail.example.org", "http://mail.example.org", "smtp://m:port", "smtp+plain://mail.example.org"]
        {
            assert_eq!(made(bad, from), Err("mail.server"), "{bad}");
        }
        assert_eq!(made("smtps://mail.example.org", "nobody"), Err("mail.from"));
    }
}
