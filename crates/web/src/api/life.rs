//! The life of a card: what may be done with it, loss, restoring, cancelling, replacing, another kind. Each names the card by its
//! number, brings an `identity_check`, and may bring an `Idempotency-Key`.

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::cards::{self, CardChange, CardServices};
use service::kernel::{CardKind, DocumentId, Known, Problem, ServiceName};
use service::records::{CheckMethod, IdentityCheck, Presence};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Json;
use super::caller::{Caller, Key, Speech};
use super::problem::{ApiError, BlockerBody, ProblemBody};
use super::shapes::{CardBody, CheckBody, local, word};
use crate::App;

/// The services that may bring a scan.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(report_loss))
        .routes(routes!(undo_loss))
        .routes(routes!(confirm_loss))
        .routes(routes!(restore))
        .routes(routes!(cancel))
        .routes(routes!(replace))
        .routes(routes!(change_kind))
        .routes(routes!(refer))
}

/// Who is there.
#[derive(Deserialize, ToSchema)]
pub struct CheckRequest {
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Why a lost card may work again.
#[derive(Deserialize, ToSchema)]
pub struct RestoreRequest {
    /// `found`, or `document_reissued` for a document that is the card.
    #[schema(required = true, example = "found")]
    reason: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Why a card is cancelled.
#[derive(Deserialize, ToSchema)]
pub struct CancelRequest {
    /// `wish`, `moved_away`, `guardian_request`, `deceased` or `other`.
    #[schema(required = true, example = "wish")]
    reason: Option<String>,
    /// Where no circulation is configured: loans and charges were looked up elsewhere, and there are none.
    #[schema(example = true)]
    circulation_checked: Option<bool>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// The new One-Card.
#[derive(Deserialize, ToSchema)]
pub struct ReplaceRequest {
    /// The barcode just scanned.
    #[schema(required = true, example = "FS00000001")]
    barcode: Option<String>,
    /// Where no circulation is configured: loans and charges were looked up elsewhere, and there are none.
    #[schema(example = true)]
    circulation_checked: Option<bool>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// What the card is to be.
#[derive(Deserialize, ToSchema)]
pub struct KindRequest {
    /// `document` or `one_card` (Table A1).
    #[schema(required = true, example = "document")]
    kind: Option<String>,
    /// For a One-Card: the barcode just scanned.
    #[schema(example = json!(null))]
    barcode: Option<String>,
    /// The reader's document that the card goes with; left out, the one it has, or the first that fits.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    document: Option<DocumentId>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// What the reader is sent to the issuing library for.
#[derive(Deserialize, ToSchema)]
pub struct ReferRequest {
    /// `cancel` or `replace`.
    #[schema(required = true, example = "cancel")]
    service: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeBody {
    /// The service, by its stable word.
    #[schema(example = "report_loss")]
    service: &'static str,
    /// From which moment on, to the millisecond.
    at: DateTime<FixedOffset>,
    /// The card as it stands now; the new one when it was replaced.
    card: CardBody,
    /// The card that was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_card: Option<CardBody>,
}

/// What may be done with a card now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServicesBody {
    card: CardBody,
    circulation: CirculationBody,
    services: Vec<ServiceBody>,
}

/// What is known of loans and charges.
#[derive(Debug, Serialize, ToSchema)]
pub struct CirculationBody {
    /// `known`, `not_configured` or `unavailable`.
    state: &'static str,
    /// Items on loan.
    loans: Option<u32>,
    /// Of these overdue.
    overdue: Option<u32>,
    /// Unpaid, in fen.
    charges: Option<i64>,
}

/// A service, and what stands against it for the reader in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceBody {
    /// Its stable word.
    #[schema(example = "cancel")]
    service: &'static str,
    /// Whether this token may render it now.
    possible: bool,
    /// The right that it needs, and whether the token has it.
    right: &'static str,
    allowed: bool,
    /// Whether `circulation_checked` is asked for.
    needs_circulation_check: bool,
    blockers: Vec<BlockerBody>,
}

type Problems = Vec<(&'static str, Problem)>;

/// The parts of a request as the operation takes them, or all that is wrong with them.
fn parts<T>(
    speech: &Speech,
    check: Option<CheckBody>,
    rest: impl FnOnce(&mut Problems) -> Option<T>,
) -> Result<(IdentityCheck, T), ApiError> {
    let mut problems = Vec::new();
    let rest = rest(&mut problems);
    let check = CheckBody::into_check(check, &mut problems);
    match (check, rest) {
        (Some(check), Some(rest)) if problems.is_empty() => Ok((check, rest)),
        _ => Err(ApiError::fields(speech, problems)),
    }
}

async fn done(caller: Caller, change: service::Result<CardChange>) -> Result<Response, ApiError> {
    let change = change.map_err(|error| ApiError::of(&caller.speech, error))?;
    let (tree, t) = (caller.libraries().await?, caller.speech.t);
    let new = change.service == ServiceName::Replace;
    let location = format!("/api/v1/cards/{}", change.card.number);
    let body = ChangeBody {
        service: change.service.as_str(),
        at: local(change.at),
        card: CardBody::of(t, &tree, &change.card, Some(&change.reader)),
        old_card: change.old.as_ref().map(|old| CardBody::of(t, &tree, old, None)),
    };
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = (status, Answer(body)).into_response();
    if let (true, Ok(location)) = (new, HeaderValue::try_from(location)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if change.repeated {
        let replayed = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(replayed, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// What may be done with a card now, for the reader in person at this token's service point, and what stands against the rest.
#[utoipa::path(
    get,
    path = "/api/v1/cards/{number}/blockers",
    tag = "cards",
    security(("token" = [])),
    params(("number" = String, Path, description = "A virtual number or a barcode")),
    responses(
        (status = 200, description = "Each service", body = ServicesBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn blockers(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Answer<ServicesBody>, ApiError> {
    let staffed = caller.actor.channel.is_staffed();
    let method = if staffed { CheckMethod::ByEye } else { CheckMethod::Password };
    let found: CardServices = app
        .service
        .read(caller.actor.clone(), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::services(op, card, Presence::Reader, method).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let speech = &caller.speech;
    let (state, standing) = match found.standing {
        Known::Standing(standing) => ("known", Some(standing)),
        Known::NotConfigured => ("not_configured", None),
        Known::Unavailable => ("unavailable", None),
    };
    Ok(Answer(ServicesBody {
        card: CardBody::of(speech.t, &tree, &found.card, None),
        circulation: CirculationBody {
            state,
            loans: standing.map(|standing| standing.loans),
            overdue: standing.map(|standing| standing.overdue),
            charges: standing.map(|standing| standing.charges),
        },
        services: found
            .services
            .iter()
            .map(|choice| ServiceBody {
                service: choice.service.as_str(),
                possible: choice.possible(),
                right: choice.right.as_str(),
                allowed: choice.allowed,
                needs_circulation_check: choice.needs_circulation_check,
                blockers: choice.blockers.iter().map(|blocker| BlockerBody::of(speech, blocker)).collect(),
            })
            .collect(),
    }))
}

/// Reports a loss (6.3.1, A.4.1): at once, everywhere. By phone, `identity_check.answers` are compared with what is on file.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-reports",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`card_lost`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong answers on the phone", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn report_loss(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<CheckRequest>,
) -> Result<Response, ApiError> {
    let (check, ()) = parts(&caller.speech, request.identity_check, |_| Some(()))?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::report_loss(op, cards::ReportLoss { card, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}

/// Takes back a loss that this token reported by mistake, while it is fresh (A.4.1).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-reports/undo",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`card_active`, `card_cancelled`, `reported_by_another` or `too_late_to_undo`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn undo_loss(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
) -> Result<Response, ApiError> {
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::undo_loss(op, cards::UndoLoss { card }).await
        })
        .await;
    done(caller, change).await
}

/// Confirms in person a loss that was told by phone (A.4.1).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-confirmations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`card_active`, `card_cancelled`, or `card_lost` when there is nothing to confirm", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn confirm_loss(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<CheckRequest>,
) -> Result<Response, ApiError> {
    let (check, ()) = parts(&caller.speech, request.identity_check, |_| Some(()))?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::confirm_loss(op, cards::ConfirmLoss { card, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}

/// Restores a lost card (6.3.2, A.4.2).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/restorations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = RestoreRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`card_active`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn restore(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<RestoreRequest>,
) -> Result<Response, ApiError> {
    let (check, reason) = parts(&caller.speech, request.identity_check, |problems| {
        word("reason", request.reason.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::restore(op, cards::Restore { card, reason, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}

/// Cancels a card (6.3.3, 6.3.4, A.4.3): at the issuing library, once nothing is out and nothing owed.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/cancellations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CancelRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`issuing_library_only`, `loans_out`, `charges_unpaid`, `card_cancelled` …", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<CancelRequest>,
) -> Result<Response, ApiError> {
    let (check, reason) = parts(&caller.speech, request.identity_check, |problems| {
        word("reason", request.reason.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let circulation_checked = request.circulation_checked.unwrap_or_default();
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let check = check.clone();
            cards::cancel(op, cards::Cancel { card, reason, circulation_checked, check }).await
        })
        .await;
    done(caller, change).await
}

/// Replaces a One-Card (A.4.4): reports it lost, cancels it and gives out the new one, as far as each is still to be done.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/replacements",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = ReplaceRequest,
    responses(
        (status = 201, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`issuing_library_only`, `loans_out`, `charges_unpaid`, `card_replaced`, `barcode_in_use` …", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<ReplaceRequest>,
) -> Result<Response, ApiError> {
    let (check, ()) = parts(&caller.speech, request.identity_check, |_| Some(()))?;
    let barcode = request.barcode.unwrap_or_default();
    let circulation_checked = request.circulation_checked.unwrap_or_default();
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::replace(op, cards::Replace { card, barcode, circulation_checked, check }).await
        })
        .await;
    done(caller, change).await
}

/// Makes a One-Card a document card, or the other way, as Table A1 allows. The old number leads here still, but no longer works.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/kind-changes",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = KindRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`same_kind`, `card_lost`, `card_cancelled` or `barcode_in_use`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn change_kind(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<KindRequest>,
) -> Result<Response, ApiError> {
    let (check, to) = parts(&caller.speech, request.identity_check, |problems| {
        word::<CardKind>("kind", request.kind.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let (barcode, document) = (request.barcode.unwrap_or_default(), request.document);
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::change_kind(op, cards::ChangeKind { card, to, barcode, document, check }).await
        })
        .await;
    done(caller, change).await
}

/// Sends a reader to the issuing library (6.3.3).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/referrals",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = ReferRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such card", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`issuing_library_here`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about who asks", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn refer(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<ReferRequest>,
) -> Result<Response, ApiError> {
    let (check, service) = parts(&caller.speech, request.identity_check, |problems| {
        let named = |text: &str| ServiceName::ALL.into_iter().find(|service| service.as_str() == text);
        word("service", request.service.as_deref(), named, problems)
    })?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::refer(op, cards::Refer { card, service, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}
