//! Telling partner platforms what happens to cards, as docs/yuedutong.md says: one signed POST for each event, which is told only when
//! the answer is signed too. A page of some proxy in between that says yes to everything is no answer.

use std::fmt;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::{HeaderMap, Method, Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use service::partners::signing::{self, AnswerText, CallText, digest, fits, sign};
use service::partners::{DueEvent, EventCarrier, Fault, Sending};

use crate::SettingsError;

/// How long a partner may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: usize = 64 * 1024;

pub(crate) type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Speaks HTTPS, and HTTP to this computer; which of them is judged where an address is set.
pub(crate) fn client() -> Result<HttpClient, SettingsError> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(|_| SettingsError { setting: "TLS", remedy: "is not to be had on this computer" })?
        .https_or_http()
        .enable_http1()
        .build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// Sends events to partners.
pub struct PartnerEvents {
    client: HttpClient,
}

impl fmt::Debug for PartnerEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartnerEvents")
    }
}

impl PartnerEvents {
    /// Made ready.
    ///
    /// # Errors
    /// When this computer has no TLS to offer.
    pub fn new() -> Result<Self, SettingsError> {
        Ok(Self { client: client()? })
    }

    async fn post(&self, due: &DueEvent) -> Result<(), Fault> {
        let passing = |code: &str| Fault { code: code.to_owned(), lasting: false };
        let address: Uri = due.url.parse().map_err(|_| passing("address"))?;
        let body = due.body.to_string();
        let time = due.at.timestamp().to_string();
        let text = CallText {
            partner: &due.partner,
            key: &due.key,
            method: "POST",
            path: address.path(),
            query: address.query().unwrap_or_default(),
            time: &time,
            nonce: &due.nonce,
            idempotency: &due.id.to_string(),
            body: &digest(body.as_bytes()),
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri(&address)
            .header(CONTENT_TYPE, "application/json")
            .header(signing::PARTNER, &due.partner)
            .header(signing::KEY, &due.key)
            .header(signing::TIME, &time)
            .header(signing::NONCE, &due.nonce)
            .header(signing::IDEMPOTENCY, due.id.to_string())
            .header(signing::SIGNATURE, sign(&due.secret, &text.lines()))
            .body(Full::from(body))
            .map_err(|_| passing("address"))?;
        let answered = async {
            let response = self.client.request(request).await.map_err(|_| passing("connection"))?;
            let (parts, body) = response.into_parts();
            let body =
                Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|_| passing("connection"))?;
            Ok((parts, body.to_bytes()))
        };
        let (parts, body) = match tokio::time::timeout(PATIENCE, answered).await {
            Ok(answered) => answered?,
            Err(_) => return Err(passing("time_out")),
        };
        let status = parts.status.as_u16();
        let from = Signed { partner: &due.partner, key: &due.key, secret: &due.secret, nonce: &due.nonce };
        judge(status, from.signed(status, &parts.headers, &body))
    }
}

impl EventCarrier for PartnerEvents {
    fn send<'a>(&'a self, due: &'a DueEvent) -> Sending<'a> {
        Box::pin(self.post(due))
    }
}

/// What an answer has to be signed with.
pub(crate) struct Signed<'a> {
    pub partner: &'a str,
    pub key: &'a str,
    pub secret: &'a str,
    pub nonce: &'a str,
}

impl Signed<'_> {
    /// Whether an answer comes from who has the key, and answers this call.
    pub fn signed(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> bool {
        let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let text = AnswerText {
            partner: self.partner,
            key: self.key,
            status,
            time: told(signing::TIME),
            nonce: self.nonce,
            body: &digest(body),
        };
        fits(self.secret, &text.lines(), told(signing::SIGNATURE))
    }
}

/// What an answer means: a signed 2xx took it, a signed 400 or 422 never will; all else passes.
fn judge(status: u16, signed: bool) -> Result<(), Fault> {
    match status {
        200..=299 if signed => Ok(()),
        200..=299 => Err(Fault { code: "unsigned_answer".to_owned(), lasting: false }),
        400 | 422 => Err(Fault { code: format!("status_{status}"), lasting: signed }),
        _ => Err(Fault { code: format!("status_{status}"), lasting: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_4_only_a_signed_answer_ends_an_event() {
        let lasting = |status, signed| judge(status, signed).map_err(|fault| fault.lasting);
        assert_eq!(lasting(200, true), Ok(()));
        assert_eq!(lasting(200, false), Err(false));
        assert_eq!(lasting(422, true), Err(true));
        assert_eq!(lasting(422, false), Err(false));
        for status in [301, 401, 404, 429, 500, 503] {
            assert_eq!(lasting(status, true), Err(false), "{status}");
        }
    }
}
