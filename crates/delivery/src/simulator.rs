//! An SMS gateway for trying: it takes messages as docs/sms-gateway.md says, sends nothing, and shows what it was given. It can be
//! told to fail, or to be slow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::gateway::{SIGNATURE, signature};

/// A message that the gateway took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// What it says.
    pub text: String,
}

/// How the gateway behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Behaviour {
    /// Answers with this status and takes nothing; 0: takes what comes.
    pub fail_with: u16,
    /// Takes the message, but answers as if something between had failed: the sender can't know.
    pub lose_answers: bool,
    /// Milliseconds before it answers.
    pub slow_ms: u64,
}

#[derive(Debug, Default)]
struct Seen {
    messages: Vec<Received>,
    behaviour: Behaviour,
    /// Requests that were answered in any way.
    asked: usize,
}

/// The gateway. Cloned, it is the same one.
#[derive(Clone, Debug, Default)]
pub struct Simulator {
    seen: Arc<Mutex<Seen>>,
    secret: String,
}

impl Simulator {
    /// A gateway that asks for signatures by this key; an empty one asks for none.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self { seen: Arc::default(), secret: secret.to_owned() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The messages it took, in their order.
    #[must_use]
    pub fn messages(&self) -> Vec<Received> {
        self.seen().messages.clone()
    }

    /// How many requests came.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.seen().asked
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
            .route("/messages", post(take))
            .route("/messages.json", get(list))
            .route("/style.css", get(style))
            .with_state(self.clone())
    }
}

async fn take(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let behaviour = {
        let mut seen = simulator.seen();
        seen.asked += 1;
        seen.behaviour
    };
    tokio::time::sleep(Duration::from_millis(behaviour.slow_ms)).await;
    if let Some(status) = StatusCode::from_u16(behaviour.fail_with).ok().filter(|_| behaviour.fail_with != 0)
    {
        return status.into_response();
    }
    let signed = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !simulator.secret.is_empty() && signed != signature(&simulator.secret, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(message) = serde_json::from_slice::<Received>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    {
        let mut seen = simulator.seen();
        // The id is the idempotency key: what was taken before is not taken again.
        if !seen.messages.iter().any(|known| known.id == message.id) {
            seen.messages.push(message);
        }
    }
    if behaviour.lose_answers {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    (StatusCode::ACCEPTED, Json(serde_json::json!({ "accepted": true }))).into_response()
}

async fn list(State(simulator): State<Simulator>) -> Json<Vec<Received>> {
    Json(simulator.messages())
}

async fn behave(State(simulator): State<Simulator>, Form(behaviour): Form<Behaviour>) -> Redirect {
    simulator.behave(behaviour);
    Redirect::to("/")
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("simulator.css"))
}

async fn show(State(simulator): State<Simulator>) -> Html<String> {
    let (messages, behaviour) = (simulator.messages(), simulator.seen().behaviour);
    let rows: String = messages
        .iter()
        .rev()
        .map(|message| format!("<li><b>{}</b><p>{}</p></li>", escaped(&message.to), escaped(&message.text)))
        .collect();
    let rows = if rows.is_empty() { "<li>还没有收到短信</li>".to_owned() } else { rows };
    Html(
        include_str!("simulator.html")
            .replace("{messages}", &rows)
            .replace("{fail_with}", &behaviour.fail_with.to_string())
            .replace("{slow_ms}", &behaviour.slow_ms.to_string()),
    )
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
