//! Entry gates: who may come in, visits that are delivered later, the list for a gate that lost the network, and the keys of e-cards
//! (A.3.1, 6.1.4.2). The contract is docs/gates.md.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use service::kernel::{Error, Problem};
use service::visits::{self, Delivery, DeliveryOutcome, Enter, EntryRefusal, Shown};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answers::{Asked, Signed};
use super::body::Json;
use super::caller::{Caller, Key, Speech};
use super::problem::ApiError;
use crate::App;

/// The routes of gates.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(enter))
        .routes(routes!(deliver))
        .routes(routes!(list))
        .routes(routes!(keys))
}

/// Somebody at a gate: exactly one of `code`, `card_number` and `document_number`.
#[derive(Deserialize, ToSchema)]
pub struct EntryRequest {
    /// What the QR code of an e-card says.
    code: Option<String>,
    /// A virtual number or a barcode.
    card_number: Option<String>,
    /// The number of a document that leads to a card.
    document_number: Option<String>,
    /// What the gate's clock says, in seconds since 1970.
    gate_time: Option<i64>,
}

/// In or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryAnswer {
    /// Whether to open.
    admitted: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonBody>,
    /// Whether it counts as a visit: not when the reader came a short while ago.
    counted: bool,
    /// Whether this was asked before: under the same key, or with the same code at the same gate. A gate that did not ask twice stays shut.
    repeated: bool,
    /// By how many seconds the gate's clock is ahead (behind: negative), where it is more than two minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_off_seconds: Option<i64>,
    /// The same in words, for whoever looks after the gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_warning: Option<String>,
}

/// Why somebody is not let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonBody {
    /// A stable word.
    #[schema(example = "card_lost")]
    code: &'static str,
    /// The clause of the standard it comes from.
    #[schema(example = "A.4.1")]
    clause: &'static str,
    /// What to do, in a sentence for the reader.
    detail: String,
}

impl ReasonBody {
    // locale-keys: gate-refused-*
    fn of(speech: &Speech, refusal: EntryRefusal) -> Self {
        let code = refusal.as_str();
        Self { code, clause: refusal.clause(), detail: speech.t.t(&["gate-refused-", code].concat()) }
    }
}

/// Visits that a gate kept while it was cut off.
#[derive(Deserialize, ToSchema)]
pub struct DeliveriesRequest {
    /// What the gate's clock says now, in seconds since 1970: the times below are set right by it.
    gate_time: Option<i64>,
    /// At most 200.
    visits: Vec<DeliveryRequest>,
}

/// One of them: `code` or `card_number`.
#[derive(Deserialize, ToSchema)]
pub struct DeliveryRequest {
    /// The gate's own name for it: 1 to 200 visible ASCII characters; the `Idempotency-Key`, if it asked while the network was there.
    id: String,
    /// When it was, by the gate's clock, in seconds since 1970.
    at: i64,
    /// What the QR code of an e-card said.
    code: Option<String>,
    /// A virtual number or a barcode.
    card_number: Option<String>,
}

/// What became of each, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveriesAnswer {
    /// One for each visit.
    visits: Vec<DeliveredBody>,
    /// As at an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_off_seconds: Option<i64>,
    /// As at an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_warning: Option<String>,
}

/// What became of a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveredBody {
    /// The gate's own name for it.
    id: String,
    /// `counted`, `within_interval`, `repeated` or `refused`. None of them is to be delivered again.
    outcome: &'static str,
    /// Why it was refused: a reason of an entry, or `too_late`, `from_the_future`, `bad_id`, `id_reused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// What stands against the card by now, of somebody who was let in.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<ReasonBody>,
}

/// The keys that codes and lists are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeysAnswer {
    /// All that are in use: trust no others.
    keys: Vec<KeyBody>,
    /// Seconds that a code lives.
    code_seconds: i64,
    /// By so many seconds the clock of a gate that is cut off may be off.
    clock_tolerance_seconds: i64,
    /// The server's clock, in seconds since 1970.
    server_time: i64,
}

/// A public key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyBody {
    /// What codes and lists call it, in hexadecimal digits.
    #[schema(example = "21fe31df")]
    id: String,
    /// Always `Ed25519`.
    algorithm: &'static str,
    /// Its 32 bytes in Crockford's base 32.
    public_key: String,
}

fn moment(seconds: Option<i64>, field: &'static str) -> Result<Option<DateTime<Utc>>, Error> {
    let read = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(Error::field(field, Problem::Date));
    seconds.map(read).transpose()
}

fn shown(code: Option<String>, card: Option<String>, document: Option<String>) -> Result<Shown, Error> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    match (filled(code), filled(card), filled(document)) {
        (Some(text), None, None) => Ok(Shown::Code(text)),
        (None, Some(text), None) => Ok(Shown::CardNumber(text)),
        (None, None, Some(text)) => Ok(Shown::DocumentNumber(text)),
        (None, None, None) => Err(Error::field("card_number", Problem::Missing)),
        _ => Err(Error::field("card_number", Problem::NotApplicable)),
    }
}

fn clock_warning(speech: &Speech, off: Option<i64>) -> Option<String> {
    off.map(|off| {
        let minutes = (off.unsigned_abs() / 60).to_string();
        let key = if off > 0 { "gate-clock-ahead" } else { "gate-clock-behind" };
        speech.t.a(key, &[("minutes", minutes)])
    })
}

/// Somebody at a gate: in or not, and why (A.3.1).
///
/// The server's own clock decides. The same `Idempotency-Key` with the same request gets the first answer again: a gate names each scan
/// by one, asks again under it when no answer came, and delivers later under it when it had to decide by itself.
#[utoipa::path(
    post,
    path = "/api/v1/visits",
    tag = "gates",
    security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = EntryRequest,
    responses(
        (status = 200, description = "In or not", body = EntryAnswer),
        Asked,
    )
)]
pub async fn enter(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Json(request): Json<EntryRequest>,
) -> Result<Answer<EntryAnswer>, ApiError> {
    let speech = caller.speech.clone();
    let wrong = |error| ApiError::of(&speech, error);
    let gate_time = moment(request.gate_time, "gate_time").map_err(wrong)?;
    let shown = shown(request.code, request.card_number, request.document_number).map_err(wrong)?;
    let request = Enter { shown, gate_time };
    let entered = app
        .service
        .write(caller.call(key), async move |op| visits::enter(op, &request).await)
        .await
        .map_err(|error| ApiError::of(&speech, error))?;
    Ok(Answer(EntryAnswer {
        admitted: entered.refusal.is_none(),
        reason: entered.refusal.map(|refusal| ReasonBody::of(&speech, refusal)),
        counted: entered.counted,
        repeated: entered.repeated,
        clock_off_seconds: entered.clock_off_seconds,
        clock_warning: clock_warning(&speech, entered.clock_off_seconds),
    }))
}

/// Visits that a gate kept while it was cut off: each counts once by its `id`, however often it is delivered (A.3.1).
#[utoipa::path(
    post,
    path = "/api/v1/visits/deliveries",
    tag = "gates",
    security(("token" = [])),
    request_body = DeliveriesRequest,
    responses(
        (status = 200, description = "What became of each", body = DeliveriesAnswer),
        Asked,
    )
)]
pub async fn deliver(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<DeliveriesRequest>,
) -> Result<Answer<DeliveriesAnswer>, ApiError> {
    let speech = caller.speech.clone();
    let wrong = |error| ApiError::of(&speech, error);
    let gate_time = moment(request.gate_time, "gate_time").map_err(wrong)?;
    let mut deliveries = Vec::new();
    for visit in request.visits {
        let at = moment(Some(visit.at), "visits.at").map_err(wrong)?.unwrap_or_default();
        let shown = shown(visit.code, visit.card_number, None).map_err(wrong)?;
        deliveries.push(Delivery { id: visit.id, at, shown });
    }
    let (done, off) = app
        .service
        .write(caller.actor.clone(), async move |op| visits::deliver(op, &deliveries, gate_time).await)
        .await
        .map_err(|error| ApiError::of(&speech, error))?;
    let body = |done: visits::Delivered| {
        let (outcome, reason) = match done.outcome {
            DeliveryOutcome::Counted => ("counted", None),
            DeliveryOutcome::WithinInterval => ("within_interval", None),
            DeliveryOutcome::Repeated => ("repeated", None),
            DeliveryOutcome::Refused(reason) => ("refused", Some(reason)),
        };
        let warning = done.warning.map(|refusal| ReasonBody::of(&speech, refusal));
        DeliveredBody { id: done.id, outcome, reason, warning }
    };
    Ok(Answer(DeliveriesAnswer {
        visits: done.into_iter().map(body).collect(),
        clock_off_seconds: off,
        clock_warning: clock_warning(&speech, off),
    }))
}

/// The cards that work, signed and short-lived: what a gate decides by when it loses the network (A.3.1).
///
/// Binary; the crate `ecard` reads it, docs/gates.md describes it. With the `ETag` of the last one in `If-None-Match`, `304` says that it
/// is still good.
#[utoipa::path(
    get,
    path = "/api/v1/gates/allow-list",
    tag = "gates",
    security(("token" = [])),
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the gate has")),
    responses(
        (status = 200, description = "The list", content_type = "application/octet-stream"),
        (status = 304, description = "The gate has it"),
        Signed,
    )
)]
pub async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, ApiError> {
    let known: Vec<String> = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned())
        .collect();
    let list = visits::allow_list(&app.service, &caller.actor, &known)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let mut response = match list.bytes {
        Some(bytes) => {
            let kind = HeaderValue::from_static("application/octet-stream");
            ([(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", list.tag)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The public keys that codes of e-cards and lists are signed with (6.1.4.2).
#[utoipa::path(
    get,
    path = "/api/v1/ecard/keys",
    tag = "gates",
    security(("token" = [])),
    responses(
        (status = 200, description = "The keys", body = KeysAnswer),
        Signed,
    )
)]
pub async fn keys(State(app): State<App>, _: Caller) -> Answer<KeysAnswer> {
    let keys = app.service.keys().e_card_keys();
    let key = |key: &ecard::PublicKey| KeyBody {
        id: key.id().to_string(),
        algorithm: "Ed25519",
        public_key: key.to_string(),
    };
    Answer(KeysAnswer {
        keys: keys.iter().map(key).collect(),
        code_seconds: ecard::LIVES,
        clock_tolerance_seconds: 60,
        server_time: app.service.clock().now().timestamp(),
    })
}
