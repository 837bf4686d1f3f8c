//! A real-name service for trying: it knows some people who cannot exist, answers as docs/real-name.md says, and shows what it was asked. It
//! can be told to say no to everybody, to be down, slow, or to forget its signature.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use service::kernel::Clock;
use service::partners::signing::{self, AnswerText, CallText, digest, fits, sign};

use crate::real_name::AnswerBody;
use crate::simulator::escaped;

/// By how many seconds the time of a question may differ from its own clock.
const WINDOW: i64 = 300;
/// Bytes of a question with a photo.
const LONGEST_QUESTION: usize = 24 * 1024 * 1024;

/// Somebody whom the service knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPerson {
    /// Their name.
    pub name: String,
    /// The kind of their document.
    pub document_type: String,
    /// Its number.
    pub number: String,
}

/// What it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Yes for whom it knows, no for others.
    #[default]
    Truth,
    /// No to everybody.
    No,
    /// That it can't say.
    Unavailable,
    /// Nothing: 503.
    Down,
}

/// How it behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// What it says.
    pub says: Says,
    /// Milliseconds before it answers.
    pub slow_ms: u64,
    /// Answers without a signature.
    #[serde(deserialize_with = "ticked")]
    pub unsigned: bool,
}

/// A box of a form: there when it was ticked.
fn ticked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    String::deserialize(deserializer).map(|value| !value.is_empty())
}

#[derive(Debug, Default)]
struct Seen {
    behaviour: Behaviour,
    asked: Vec<(Question, &'static str)>,
}

#[derive(Clone, Debug, Deserialize)]
struct Question {
    name: String,
    document: Document,
    phone: Option<String>,
    photo: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct Document {
    #[serde(rename = "type")]
    kind: String,
    number: String,
}

/// The service. Cloned, it is the same one.
#[derive(Clone, Debug)]
pub struct RealNameSimulator {
    secret: String,
    people: Arc<Vec<KnownPerson>>,
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

impl RealNameSimulator {
    /// A service with this key that knows these people.
    #[must_use]
    pub fn new(secret: &str, people: Vec<KnownPerson>, clock: Clock) -> Self {
        Self { secret: secret.to_owned(), people: Arc::new(people), clock, seen: Arc::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many questions with a right signature came.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.seen().asked.len()
    }

    /// Changes how it behaves.
    pub fn behave(&self, behaviour: Behaviour) {
        self.seen().behaviour = behaviour;
    }

    /// Its pages and its door.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(show))
            .route("/behaviour", post(behave))
            .route("/check", post(check).layer(DefaultBodyLimit::max(LONGEST_QUESTION)))
            .route("/style.css", get(style))
            .with_state(self.clone())
    }

    fn verdict(&self, question: &Question, says: Says) -> &'static str {
        let known = self.people.iter().any(|person| {
            person.name == question.name
                && person.number == question.document.number
                && person.document_type == question.document.kind
        });
        match says {
            Says::Unavailable | Says::Down => "unavailable",
            Says::Truth if known => "match",
            Says::Truth | Says::No => "no_match",
        }
    }
}

async fn check(
    State(service): State<RealNameSimulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body_digest = digest(&body);
    let text = CallText {
        partner: told(signing::PARTNER),
        key: told(signing::KEY),
        method: "POST",
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        time: told(signing::TIME),
        nonce: told(signing::NONCE),
        idempotency: told(signing::IDEMPOTENCY),
        body: &body_digest,
    };
    let now = service.clock.now().timestamp();
    let in_time = text.time.parse::<i64>().is_ok_and(|time| (now - time).abs() <= WINDOW);
    if !in_time || !fits(&service.secret, &text.lines(), told(signing::SIGNATURE)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(question) = serde_json::from_slice::<Question>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (behaviour, verdict, reference) = {
        let mut seen = service.seen();
        let behaviour = seen.behaviour;
        let verdict = service.verdict(&question, behaviour.says);
        seen.asked.push((question, verdict));
        (behaviour, verdict, format!("SIM-{:06}", seen.asked.len()))
    };
    tokio::time::sleep(Duration::from_millis(behaviour.slow_ms)).await;
    if behaviour.says == Says::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let answer = AnswerBody { verdict: verdict.to_owned(), reference };
    let Ok(answer) = serde_json::to_string(&answer) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let time = service.clock.now().timestamp().to_string();
    let lines = AnswerText {
        partner: text.partner,
        key: text.key,
        status: 200,
        time: &time,
        nonce: text.nonce,
        body: &digest(answer.as_bytes()),
    }
    .lines();
    let signature = if behaviour.unsigned { String::new() } else { sign(&service.secret, &lines) };
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
        (signing::TIME, time),
        (signing::SIGNATURE, signature),
    ];
    (headers, answer).into_response()
}

async fn behave(State(service): State<RealNameSimulator>, Form(behaviour): Form<Behaviour>) -> Redirect {
    service.behave(behaviour);
    Redirect::to("/")
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("simulator.css"))
}

async fn show(State(service): State<RealNameSimulator>) -> Html<String> {
    let (asked, behaviour) = {
        let seen = service.seen();
        (seen.asked.clone(), seen.behaviour)
    };
    let people: String = service
        .people
        .iter()
        .map(|person| format!("<li><b>{}</b> {}</li>", escaped(&person.name), escaped(&person.number)))
        .collect();
    let rows: String = asked
        .iter()
        .rev()
        .map(|(question, verdict)| {
            let phone =
                question.phone.as_deref().map(|phone| format!("，{}", escaped(phone))).unwrap_or_default();
            let photo = if question.photo.is_some() { "，有照片" } else { "" };
            let (name, number) = (escaped(&question.name), escaped(&question.document.number));
            format!("<li><b>{name}</b> {number}{phone}{photo}：{verdict}</li>")
        })
        .collect();
    let chosen = |says: Says| if behaviour.says == says { " selected" } else { "" };
    Html(
        include_str!("real_name_sim.html")
            .replace("{people}", &people)
            .replace("{asked}", if rows.is_empty() { "<li>还没有人问</li>" } else { &rows })
            .replace("{slow_ms}", &behaviour.slow_ms.to_string())
            .replace("{unsigned}", if behaviour.unsigned { " checked" } else { "" })
            .replace("{truth}", chosen(Says::Truth))
            .replace("{no}", chosen(Says::No))
            .replace("{unavailable}", chosen(Says::Unavailable))
            .replace("{down}", chosen(Says::Down)),
    )
}
