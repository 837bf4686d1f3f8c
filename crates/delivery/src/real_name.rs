//! Asking a real-name service whether a name and a document belong together, as docs/real-name.md says: one signed POST, whose answer counts
//! only when it is signed too. What is not a clear answer in time is none.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request, Uri};
use serde::{Deserialize, Serialize};
use serde_json::json;
use service::applications::{Asking, RealName, RealNameQuestion, Verdict};
use service::kernel::Clock;
use service::partners::signing::{self, CallText, digest, sign};

use crate::partner::{HttpClient, Signed, client};
use crate::{RealNameSettings, SettingsError};

/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Seconds that a service may be given: an applicant waits for it.
const SECONDS: std::ops::RangeInclusive<u64> = 1..=30;

/// A real-name service.
pub struct RealNameService {
    client: HttpClient,
    address: Uri,
    account: String,
    key: String,
    secret: String,
    patience: Duration,
    with_phone: bool,
    with_photo: bool,
    clock: Clock,
}

impl fmt::Debug for RealNameService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealNameService({})", self.address)
    }
}

/// What a service answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnswerBody {
    pub verdict: String,
    #[serde(default)]
    pub reference: String,
}

impl RealNameService {
    /// Made ready from the settings; none without an address.
    ///
    /// # Errors
    /// When a setting can't be used; the text says which and what to write.
    pub fn new(settings: &RealNameSettings, clock: Clock) -> Result<Option<Self>, SettingsError> {
        if settings.service.is_empty() {
            return Ok(None);
        }
        let bad = SettingsError {
            setting: "real_name.service",
            remedy: "is no service: write https://HOST/PATH, or http://127.0.0.1:PORT/PATH on this computer",
        };
        let address: Uri = settings.service.parse().map_err(|_| bad.clone())?;
        let local = address.host().is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host));
        // In the clear only where nobody listens in between.
        if address.scheme_str() != Some("https") && !(address.scheme_str() == Some("http") && local) {
            return Err(bad);
        }
        if settings.secret.is_empty() {
            return Err(SettingsError {
                setting: "real_name.secret",
                remedy: "is empty: without it anybody in between could say yes; better in YUEKA_REAL_NAME__SECRET",
            });
        }
        if !SECONDS.contains(&settings.seconds) {
            return Err(SettingsError {
                setting: "real_name.seconds",
                remedy: "is out of range: write 1 to 30",
            });
        }
        Ok(Some(Self {
            client: client()?,
            address,
            account: settings.account.clone(),
            key: settings.key.clone(),
            secret: settings.secret.clone(),
            patience: Duration::from_secs(settings.seconds),
            with_phone: settings.phone,
            with_photo: settings.photo,
            clock,
        }))
    }

    async fn post(&self, question: &RealNameQuestion) -> Result<Verdict, String> {
        let mut body = json!({
            "id": question.id,
            "name": question.name,
            "document": { "type": question.document_kind, "number": question.document_number },
        });
        if let (true, Some(fields)) = (self.with_phone, body.as_object_mut()) {
            fields.insert("phone".to_owned(), question.phone.as_str().into());
        }
        if let (true, Some(photo), Some(fields)) = (self.with_photo, &question.photo, body.as_object_mut()) {
            let kind = photo.media_type().unwrap_or("application/octet-stream");
            fields.insert("photo".to_owned(), json!({ "type": kind, "content": STANDARD.encode(&photo.0) }));
        }
        let body = body.to_string();
        let time = self.clock.now().timestamp().to_string();
        let text = CallText {
            partner: &self.account,
            key: &self.key,
            method: "POST",
            path: self.address.path(),
            query: self.address.query().unwrap_or_default(),
            time: &time,
            nonce: &question.id,
            idempotency: &question.id,
            body: &digest(body.as_bytes()),
        };
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.address)
            .header(CONTENT_TYPE, "application/json")
            .header(signing::PARTNER, &self.account)
            .header(signing::KEY, &self.key)
            .header(signing::TIME, &time)
            .header(signing::NONCE, &question.id)
            .header(signing::IDEMPOTENCY, &question.id)
            .header(signing::SIGNATURE, sign(&self.secret, &text.lines()))
            .body(Full::from(body))
            .map_err(|_| "request".to_owned())?;
        let response = self.client.request(request).await.map_err(|_| "connection".to_owned())?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|_| "connection".to_owned())?;
        let (status, body) = (parts.status.as_u16(), body.to_bytes());
        let from =
            Signed { partner: &self.account, key: &self.key, secret: &self.secret, nonce: &question.id };
        judge(status, from.signed(status, &parts.headers, &body), &body)
    }
}

/// What an answer means; why it is none, by a stable word.
fn judge(status: u16, signed: bool, body: &[u8]) -> Result<Verdict, String> {
    if status != 200 {
        return Err(format!("status_{status}"));
    }
    if !signed {
        return Err("unsigned_answer".to_owned());
    }
    let answer: AnswerBody = serde_json::from_slice(body).map_err(|_| "unreadable".to_owned())?;
    let reference = answer.reference;
    match answer.verdict.as_str() {
        "match" => Ok(Verdict::Match { reference }),
        "no_match" => Ok(Verdict::NoMatch { reference }),
        "unavailable" => Err("unavailable".to_owned()),
        _ => Err("unreadable".to_owned()),
    }
}

impl RealName for RealNameService {
    fn ask<'a>(&'a self, question: &'a RealNameQuestion) -> Asking<'a> {
        Box::pin(async move {
            match tokio::time::timeout(self.patience, self.post(question)).await {
                Ok(Ok(verdict)) => verdict,
                Ok(Err(why)) => Verdict::Unavailable(why),
                Err(_) => Verdict::Unavailable("time_out".to_owned()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_1_b_only_a_signed_clear_answer_is_one() {
        let yes = br#"{"verdict":"match","reference":"R1"}"#;
        assert_eq!(judge(200, true, yes), Ok(Verdict::Match { reference: "R1".to_owned() }));
        assert_eq!(judge(200, false, yes), Err("unsigned_answer".to_owned()));
        assert_eq!(judge(201, true, yes), Err("status_201".to_owned()));
        assert_eq!(judge(503, true, yes), Err("status_503".to_owned()));
        let no = br#"{"verdict":"no_match"}"#;
        assert_eq!(judge(200, true, no), Ok(Verdict::NoMatch { reference: String::new() }));
        for odd in [&br#"{"verdict":"yes"}"#[..], b"{}", b"<html>", br#"{"verdict":true}"#] {
            assert_eq!(judge(200, true, odd), Err("unreadable".to_owned()));
        }
        assert_eq!(judge(200, true, br#"{"verdict":"unavailable"}"#), Err("unavailable".to_owned()));
    }

    #[test]
    fn a_service_is_spoken_to_by_https_and_with_a_secret_only() {
        let made = |service: &str, secret: &str| {
            let settings = RealNameSettings {
                service: service.to_owned(),
                secret: secret.to_owned(),
                ..RealNameSettings::default()
            };
            let made = RealNameService::new(&settings, Clock::system());
            made.map(|service| service.is_some()).map_err(|error| error.setting)
        };
        assert_eq!(made("", ""), Ok(false));
        assert_eq!(made("https://names.example.org/check", "s"), Ok(true));
        assert_eq!(made("http://127.0.0.1:8098/check", "s"), Ok(true));
        assert_eq!(made("http://names.example.org/check", "s"), Err("real_name.service"));
        assert_eq!(made("https://names.example.org/check", ""), Err("real_name.secret"));
    }
}
