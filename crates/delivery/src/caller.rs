//! Calling the house as a partner does, for simulators: calls that are signed, or badly signed, late, and sent twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use serde_json::Value;
use service::kernel::Clock;
use service::partners::signing::{self, CallText, digest, sign};

use crate::SettingsError;
use crate::partner::{HttpClient, Signed, client};

const LONGEST_ANSWER: usize = 1024 * 1024;

/// How a partner and the house know each other.
#[derive(Clone, Debug)]
pub struct ProvinceSettings {
    /// Where the house is: `http://127.0.0.1:8080`.
    pub yueka: String,
    /// The name of its account there.
    pub partner: String,
    /// The name of its key.
    pub key: String,
    /// The key.
    pub secret: String,
}

/// How a call is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trick {
    /// As it should be.
    #[default]
    None,
    /// Signed with a time that is ten minutes old.
    Late,
    /// Signed with another key.
    BadSignature,
    /// With the body changed after it was signed.
    ChangedBody,
}

/// A call ready to be sent: sent twice, it is a replay.
#[derive(Clone, Debug)]
pub struct Prepared {
    path: String,
    headers: Vec<(&'static str, String)>,
    nonce: String,
    body: String,
}

impl Prepared {
    /// What is never used twice.
    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// An answer of the house.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// Whether it is signed by the house, for this call.
    pub signed: bool,
}

impl Answered {
    /// What came back of a call, in a line for a page.
    pub(crate) fn line(&self, call: &Prepared) -> String {
        let code = self.body.get("code").and_then(Value::as_str).unwrap_or_default();
        let unsigned = if self.signed { "" } else { "（未签名）" };
        format!("{} → {} {code}{unsigned}", call.path, self.status)
    }
}

/// Calls the house. Cloned, it is the same one.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    settings: ProvinceSettings,
    clock: Clock,
    client: HttpClient,
    made: Arc<AtomicU64>,
}

impl Caller {
    pub(crate) fn new(settings: ProvinceSettings, clock: Clock) -> Result<Self, SettingsError> {
        Ok(Self { settings, clock, client: client()?, made: Arc::default() })
    }

    pub(crate) fn prepare(&self, path: &str, body: &Value, idempotency: &str, trick: Trick) -> Prepared {
        let now = self.clock.now();
        let late = if trick == Trick::Late { 600 } else { 0 };
        let time = (now.timestamp() - late).to_string();
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let nonce = format!("sim-{}-{:020}-{number:08}", self.settings.key, now.timestamp_micros());
        let body = body.to_string();
        let ProvinceSettings { partner, key, secret, .. } = &self.settings;
        let text = CallText {
            partner,
            key,
            method: "POST",
            path,
            query: "",
            time: &time,
            nonce: &nonce,
            idempotency,
            body: &digest(body.as_bytes()),
        };
        let secret = if trick == Trick::BadSignature { "another key" } else { secret.as_str() };
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            (signing::PARTNER, partner.clone()),
            (signing::KEY, key.clone()),
            (signing::TIME, time.clone()),
            (signing::NONCE, nonce.clone()),
            (signing::SIGNATURE, sign(secret, &text.lines())),
        ];
        if !idempotency.is_empty() {
            headers.push((signing::IDEMPOTENCY, idempotency.to_owned()));
        }
        let body = if trick == Trick::ChangedBody { format!("{body} ") } else { body };
        Prepared { path: path.to_owned(), headers, nonce, body }
    }

    pub(crate) async fn send(&self, call: &Prepared) -> Result<Answered, String> {
        let mut request =
            Request::builder().method("POST").uri(format!("{}{}", self.settings.yueka, call.path));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let request =
            request.body(Full::<Bytes>::from(call.body.clone())).map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        let (parts, body) = response.into_parts();
        let body =
            Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|error| error.to_string())?.to_bytes();
        let ProvinceSettings { partner, key, secret, .. } = &self.settings;
        let status = parts.status.as_u16();
        let signed =
            Signed { partner, key, secret, nonce: &call.nonce }.signed(status, &parts.headers, &body);
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answered { status, body, signed })
    }
}
