//! SMS by an HTTP gateway, as docs/sms-gateway.md says: one POST for each message, with the message's id as idempotency key.

use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use service::outbox::{Due, Fault};
use sm3::Sm3;

use crate::{SettingsError, SmsSettings};

/// The header that carries the signature.
pub const SIGNATURE: &str = "x-yueka-signature";
/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A gateway.
pub struct Gateway {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    address: Uri,
    token: Option<HeaderValue>,
    secret: String,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gateway({})", self.address)
    }
}

/// The signature of a body: HMAC-SM3 in hexadecimal digits.
#[must_use]
pub fn signature(secret: &str, body: &[u8]) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sm3>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Gateway {
    pub fn new(settings: &SmsSettings) -> Result<Option<Self>, SettingsError> {
        if settings.gateway.is_empty() {
            return Ok(None);
        }
        let bad = SettingsError {
            setting: "sms.gateway",
            remedy: "is no gateway: write https://HOST/PATH, or http://127.0.0.1:PORT/PATH on this computer",
        };
        let address: Uri = settings.gateway.parse().map_err(|_| bad.clone())?;
        let local = address.host().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
        // In the clear only where nobody listens in between.
        if address.scheme_str() != Some("https") && !(address.scheme_str() == Some("http") && local) {
            return Err(bad);
        }
        let token = match settings.token.as_str() {
            "" => None,
            token => {
                let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
                    SettingsError { setting: "sms.token", remedy: "has characters that no header can carry" }
                })?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls_provider())
            .map_err(|_| bad)?
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Some(Self { client, address, token, secret: settings.secret.clone() }))
    }

    pub async fn send(&self, due: &Due) -> Result<(), Fault> {
        let body = json!({ "id": due.id.to_string(), "to": due.recipient, "text": due.body }).to_string();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.address)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", due.id.to_string());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token.clone());
        }
        if !self.secret.is_empty() {
            request = request.header(SIGNATURE, signature(&self.secret, body.as_bytes()));
        }
        let request = request.body(Full::from(body)).map_err(|_| Fault::passing("connection"))?;
        let answered = async {
            let response = self.client.request(request).await.map_err(|_| Fault::passing("connection"))?;
            let status = response.status();
            // Read to its end, so that the connection can be used again.
            let _ = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
            Ok(status)
        };
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(status)) => judge(status),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(Fault::passing("time_out")),
        }
    }
}

fn rustls_provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// What a gateway's answer means: 2xx took it, 409 had it before; 400 and 422 refuse this message; all else passes.
fn judge(status: StatusCode) -> Result<(), Fault> {
    let code = format!("gateway_{}", status.as_u16());
    match status.as_u16() {
        200..=299 | 409 => Ok(()),
        400 | 422 => Err(Fault::lasting(code)),
        _ => Err(Fault::passing(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_gateway_answers_is_taken_refused_or_tried_again() {
        for (status, expected) in [
            (200, Ok(())),
            (202, Ok(())),
            (409, Ok(())),
            (400, Err(Fault::lasting("gateway_400"))),
            (401, Err(Fault::passing("gateway_401"))),
            (429, Err(Fault::passing("gateway_429"))),
            (503, Err(Fault::passing("gateway_503"))),
        ] {
            assert_eq!(judge(StatusCode::from_u16(status).unwrap()), expected);
        }
    }

    #[test]
    fn a_gateway_elsewhere_is_spoken_to_by_https_only() {
        let made = |gateway: &str| {
            let settings = SmsSettings { gateway: gateway.to_owned(), ..SmsSettings::default() };
            Gateway::new(&settings).map(|gateway| gateway.is_some()).map_err(|error| error.setting)
        };
        assert_eq!(made(""), Ok(false));
        assert_eq!(made("https://sms.example.org/messages"), Ok(true));
        assert_eq!(made("http://127.0.0.1:8095/messages"), Ok(true));
        assert_eq!(made("http://sms.example.org/messages"), Err("sms.gateway"));
        assert_eq!(made("sms"), Err("sms.gateway"));
    }
}
