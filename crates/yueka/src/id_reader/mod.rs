//! The simulated ID reader: what docs/id-reader-bridge.md asks of a bridge, with people who cannot exist, and a page to
//! put one of them on the reader.

mod guard;
mod page;
mod people;
pub mod portrait;
mod state;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use self::guard::Guard;
use self::state::{Fault, Reading, Simulator};

/// What the simulator calls itself.
const DEVICE: &str = "模拟读卡器 Simulated reader";
/// Longer than a page waits.
const SLOW: Duration = Duration::from_secs(25);

/// The simulator, listening at `address`, for pages of these origins.
pub fn router(address: SocketAddr, origins: Vec<String>) -> Router {
    let simulator = Arc::new(Simulator::default());
    let guard = Arc::new(Guard::new(address, origins));
    Router::new()
        .route("/v1/status", get(status))
        .route("/v1/read", post(read))
        .route("/v1/photo", post(photo))
        .route("/", get(show))
        .route("/simulator.css", get(style))
        .route("/simulator/people", get(list))
        .route("/simulator/reader", post(choose))
        .layer(from_fn_with_state(guard, guard::watch))
        .with_state(simulator)
}

async fn status(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Json<Value> {
    let (state, fault) = match simulator.fault() {
        None => ("ready", None),
        Some(fault @ (Fault::DeviceMissing | Fault::Busy)) => ("error", Some(fault)),
        Some(fault @ Fault::NoDocument) => ("no_document", Some(fault)),
        // The others are noticed only when a document is read.
        Some(_) => ("ready", None),
    };
    let message = fault.map(|fault| fault.message(language(&headers)));
    Json(json!({ "state": state, "device": DEVICE, "message": message }))
}

async fn read(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Response {
    match simulator.read() {
        Reading::Record(bytes) => Json(json!({ "record": STANDARD.encode(bytes) })).into_response(),
        Reading::Slow(bytes) => {
            tokio::time::sleep(SLOW).await;
            Json(json!({ "record": STANDARD.encode(bytes) })).into_response()
        }
        Reading::Failed(fault) => failed(fault, &headers),
    }
}

/// The same with the face that the vendor's library would have drawn from the chip.
async fn photo(State(simulator): State<Arc<Simulator>>, headers: HeaderMap) -> Response {
    let body = |bytes: Vec<u8>| {
        let photo = STANDARD.encode(portrait::of(&simulator.person().record));
        Json(json!({ "record": STANDARD.encode(bytes), "photo": photo })).into_response()
    };
    match simulator.read() {
        Reading::Record(bytes) => body(bytes),
        Reading::Slow(bytes) => {
            tokio::time::sleep(SLOW).await;
            body(bytes)
        }
        Reading::Failed(fault) => failed(fault, &headers),
    }
}

fn failed(fault: Fault, headers: &HeaderMap) -> Response {
    let body = json!({ "code": fault.code(), "message": fault.message(language(headers)) });
    (fault.status(), Json(body)).into_response()
}

async fn show(State(simulator): State<Arc<Simulator>>) -> Response {
    let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page::html(&simulator))).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("simulator.css")).into_response()
}

async fn list(State(simulator): State<Arc<Simulator>>) -> Json<Value> {
    let people = people::everybody();
    let people: Vec<Value> = people
        .iter()
        .map(|person| json!({ "person": person.key, "name": person.record.name, "what": person.english }))
        .collect();
    let on_reader = simulator.fault().map_or_else(|| simulator.person().key, Fault::code);
    Json(json!({ "people": people, "faults": Fault::ALL.map(Fault::code), "on_reader": on_reader }))
}

/// What the page's buttons and scripts send: a person or a fault, and how the record comes.
#[derive(Deserialize)]
struct Choice {
    person: Option<String>,
    fault: Option<String>,
    framed: Option<String>,
}

async fn choose(State(simulator): State<Arc<Simulator>>, Form(choice): Form<Choice>) -> Response {
    let framed = choice.framed.as_deref() == Some("on");
    let done = match (choice.person.as_deref(), choice.fault.as_deref()) {
        (Some(person), None) => simulator.put(person, framed),
        (None, Some(fault)) => simulator.fail(fault),
        _ => false,
    };
    if done {
        return Redirect::to("/").into_response();
    }
    (StatusCode::UNPROCESSABLE_ENTITY, "person or fault: see GET /simulator/people\n").into_response()
}

/// The languages of messages.
#[derive(Clone, Copy)]
enum Language {
    Hans,
    Hant,
    English,
}

fn language(headers: &HeaderMap) -> Language {
    let wanted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = wanted.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let is = |prefix: &str| first.starts_with(prefix);
    match () {
        () if is("zh-hant") || is("zh-tw") || is("zh-hk") || is("zh-mo") => Language::Hant,
        () if is("zh") => Language::Hans,
        () => Language::English,
    }
}

#[cfg(test)]
mod tests;
