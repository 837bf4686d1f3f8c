//! The province's platform for trying: it has people with codes, calls the house for them, and is told of their cards, all as
//! docs/yuedutong.md says. It can be told to be down, to lose its answers, to send late, to replay, to sign badly.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::kernel::Clock;
use service::partners::signing::{self, AnswerText, CallText, digest, fits, sign};

use crate::caller::Caller;
pub use crate::caller::{Answered, Prepared, ProvinceSettings, Trick};
use crate::{SettingsError, province_page};

/// By how many seconds the time of what it is told may differ from its own.
const WINDOW: i64 = 300;

/// Somebody whom the platform has verified; nobody who exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The code they go by at the platform.
    pub code: String,
    /// Their name.
    pub name: String,
    /// `female` or `male`.
    pub sex: String,
    /// The number of their resident ID card.
    pub document: String,
    /// Their phone.
    pub phone: String,
}

impl Person {
    /// What is sent to open a card for them.
    #[must_use]
    pub fn to_open(&self) -> Value {
        json!({
            "code": self.code,
            "reader": { "name": self.name, "sex": self.sex, "phone": self.phone },
            "document": { "type": "resident_id", "number": self.document },
        })
    }

    /// What is sent to link their card.
    #[must_use]
    pub fn to_link(&self) -> Value {
        json!({
            "code": self.code,
            "name": self.name,
            "document": { "type": "resident_id", "number": self.document },
        })
    }

    /// What is sent for all else.
    #[must_use]
    pub fn to_name(&self) -> Value {
        json!({ "code": self.code })
    }
}

/// What it was told of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// Whose card.
    pub code: String,
    /// Its place among those of this code.
    pub seq: i64,
    /// What happened.
    pub event: String,
    /// How the card stood then.
    pub card: Option<Value>,
}

/// How the platform behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// Answers 503 to what it is told.
    pub down: bool,
    /// Takes what it is told, but answers as if something between had failed.
    pub lose_answers: bool,
    /// Answers without a signature.
    pub unsigned: bool,
}

#[derive(Debug, Default)]
struct Seen {
    told: Vec<Told>,
    repeats: usize,
    out_of_order: usize,
    asked: usize,
    last: BTreeMap<String, i64>,
    nonces: HashSet<String>,
    behaviour: Behaviour,
    log: Vec<String>,
    people: Vec<Person>,
}

/// The platform. Cloned, it is the same one.
#[derive(Clone, Debug)]
pub struct Province {
    settings: ProvinceSettings,
    clock: Clock,
    caller: Caller,
    seen: Arc<Mutex<Seen>>,
}

impl Province {
    /// A platform with these people.
    ///
    /// # Errors
    /// When this computer has no TLS to offer.
    pub fn new(settings: ProvinceSettings, people: Vec<Person>, clock: Clock) -> Result<Self, SettingsError> {
        let seen = Seen { people, ..Seen::default() };
        let caller = Caller::new(settings.clone(), clock.clone())?;
        Ok(Self { settings, clock, caller, seen: Arc::new(Mutex::new(seen)) })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The people.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        self.seen().people.clone()
    }

    /// What it was told, each once, in the order in which it came.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.seen().told.clone()
    }

    /// How often it was told something that it knew already.
    #[must_use]
    pub fn repeats(&self) -> usize {
        self.seen().repeats
    }

    /// How often something came before what should have come before it.
    #[must_use]
    pub fn out_of_order(&self) -> usize {
        self.seen().out_of_order
    }

    /// How often somebody tried to tell it something, whatever became of it.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.seen().asked
    }

    /// What it called and what came back, the latest first, for its page.
    pub(crate) fn log(&self) -> Vec<String> {
        self.seen().log.iter().rev().cloned().collect()
    }

    /// Notes something for its page.
    pub(crate) fn note(&self, line: String) {
        self.seen().log.push(line);
    }

    /// How it behaves.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        self.seen().behaviour
    }

    /// Changes how it behaves.
    pub fn behave(&self, behaviour: Behaviour) {
        self.seen().behaviour = behaviour;
    }

    /// Makes a call ready.
    #[must_use]
    pub fn prepare(&self, service: &str, body: &Value, idempotency: &str, trick: Trick) -> Prepared {
        self.caller.prepare(&format!("/api/yuedutong/v1/{service}"), body, idempotency, trick)
    }

    /// Sends a call.
    ///
    /// # Errors
    /// When the house can't be reached: a text for the log.
    pub async fn send(&self, call: &Prepared) -> Result<Answered, String> {
        let answered = self.caller.send(call).await?;
        self.note(answered.line(call));
        Ok(answered)
    }

    /// Calls the house.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn call(&self, service: &str, body: &Value, idempotency: &str) -> Result<Answered, String> {
        self.send(&self.prepare(service, body, idempotency, Trick::None)).await
    }

    /// Its pages and its door.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(province_page::show))
            .route("/do", post(province_page::act))
            .route("/behaviour", post(province_page::behave))
            .route("/style.css", get(province_page::style))
            .route("/events", post(take))
            .with_state(self.clone())
    }

    /// Whether what comes is signed by the house, of the present, and new.
    fn is_good(&self, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> bool {
        let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let text = CallText {
            partner: told(signing::PARTNER),
            key: told(signing::KEY),
            method: "POST",
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            time: told(signing::TIME),
            nonce: told(signing::NONCE),
            idempotency: told(signing::IDEMPOTENCY),
            body: &digest(body),
        };
        let mine = text.partner == self.settings.partner && text.key == self.settings.key;
        let now = self.clock.now().timestamp();
        let present = text.time.parse::<i64>().is_ok_and(|time| (now - time).abs() <= WINDOW);
        mine && present
            && fits(&self.settings.secret, &text.lines(), told(signing::SIGNATURE))
            && self.seen().nonces.insert(text.nonce.to_owned())
    }

    fn take(&self, told: Told) {
        let mut seen = self.seen();
        // The id is the idempotency key: what was taken before is not taken again.
        if seen.told.iter().any(|known| known.id == told.id) {
            seen.repeats += 1;
            return;
        }
        let last = seen.last.insert(told.code.clone(), told.seq).unwrap_or_default();
        if told.seq != last + 1 {
            seen.out_of_order += 1;
        }
        seen.told.push(told);
    }
}

async fn take(State(province): State<Province>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let behaviour = {
        let mut seen = province.seen();
        seen.asked += 1;
        seen.behaviour
    };
    if behaviour.down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !province.is_good(&uri, &headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (status, answer) = match serde_json::from_slice::<Told>(&body) {
        Ok(told) => {
            province.take(told);
            (StatusCode::OK, json!({ "received": true }))
        }
        Err(_) => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "received": false })),
    };
    if behaviour.lose_answers {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if behaviour.unsigned {
        return (status, Json(answer)).into_response();
    }
    let body = answer.to_string();
    let time = province.clock.now().timestamp().to_string();
    let ProvinceSettings { partner, key, secret, .. } = &province.settings;
    let nonce = headers.get(signing::NONCE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = AnswerText {
        partner,
        key,
        status: status.as_u16(),
        time: &time,
        nonce,
        body: &digest(body.as_bytes()),
    };
    let signature = sign(secret, &text.lines());
    let headers = [
        ("content-type", "application/json".to_owned()),
        (signing::TIME, time),
        (signing::SIGNATURE, signature),
    ];
    (status, headers, body).into_response()
}
