//! Charges: what a reader owes; pay, waive, add.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::circulation::{self, AddCharge, Paid, Pay, PayMethod, Waive};
use service::kernel::{ChargeId, LoanId, Problem, ReaderId, RecordId};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use super::replayed;
use super::shapes::ChargeBody;
use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::local;

/// What a reader owes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChargesBody {
    /// What can be paid now, in fen.
    owed: i64,
    /// What overdue items would cost if they came back today, in fen; it is charged when they do.
    accruing: i64,
    /// Oldest first.
    unpaid: Vec<ChargeBody>,
    /// Latest first, the last fifty.
    settled: Vec<ChargeBody>,
}

/// A charge to put on a reader.
#[derive(Deserialize, ToSchema)]
pub struct ChargeRequest {
    /// `lost`, `damaged` or `other`.
    #[schema(required = true)]
    kind: Option<String>,
    /// Fen.
    #[schema(required = true)]
    amount: Option<i64>,
    /// The loan it is about.
    #[schema(value_type = Option<uuid::Uuid>)]
    loan: Option<LoanId>,
    /// Needed for `other`.
    note: Option<String>,
}

/// A payment.
#[derive(Deserialize, ToSchema)]
pub struct PaymentRequest {
    /// Fen; left out: all that is owed.
    amount: Option<i64>,
    /// Which charges; left out: all, the oldest first.
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    charges: Option<Vec<ChargeId>>,
    /// `cash`, `wechat`, `alipay`, `bank_card` or `machine`.
    #[schema(required = true)]
    method: Option<String>,
}

/// A waiver.
#[derive(Deserialize, ToSchema)]
pub struct WaiverRequest {
    /// Fen; left out: all that is left.
    amount: Option<i64>,
    /// Why, in words.
    #[schema(required = true)]
    reason: Option<String>,
}

/// A payment or waiver that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidBody {
    /// Its service record.
    #[schema(value_type = uuid::Uuid)]
    record: RecordId,
    at: DateTime<FixedOffset>,
    /// Fen.
    amount: i64,
    /// What is left to pay of all charges, in fen.
    left: i64,
    settled: Vec<SettledBody>,
}

/// What went to a charge.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettledBody {
    #[schema(value_type = uuid::Uuid)]
    charge: ChargeId,
    /// Fen.
    amount: i64,
}

fn answer(paid: &Paid) -> Response {
    let settled =
        paid.settled.iter().map(|(charge, amount)| SettledBody { charge: *charge, amount: *amount });
    let body = PaidBody {
        record: paid.record,
        at: local(paid.at),
        amount: paid.amount,
        left: paid.left,
        settled: settled.collect(),
    };
    replayed((StatusCode::CREATED, Answer(body)).into_response(), paid.repeated)
}

/// What a reader owes (6.3.4). The look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/charges",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The charges", body = ChargesBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn of_reader(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<ChargesBody>, ApiError> {
    let charges = app
        .service
        .write(caller.actor.clone(), async move |op| {
            service::readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "charges" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            circulation::charges(op, id).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let shown = |charge| ChargeBody::of(&caller.speech, &tree, charge);
    Ok(Answer(ChargesBody {
        owed: charges.owed,
        accruing: charges.accruing,
        unpaid: charges.unpaid.iter().map(shown).collect(),
        settled: charges.settled.iter().map(shown).collect(),
    }))
}

/// Puts a charge on a reader: for a lost or damaged item, or for something else (6.3.4).
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/charges",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = ChargeRequest,
    responses(
        (status = 201, description = "The charge", body = ChargeBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<ChargeRequest>,
) -> Result<Response, ApiError> {
    let asked = AddCharge {
        reader: id,
        loan: request.loan,
        kind: request.kind.unwrap_or_default(),
        amount: request.amount.unwrap_or_default(),
        note: request.note.unwrap_or_default(),
    };
    let charge = app
        .service
        .write(caller.call(key), async move |op| {
            service::readers::view(op, id).await?;
            circulation::add_charge(op, asked.clone()).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    Ok((StatusCode::CREATED, Answer(ChargeBody::of(&caller.speech, &tree, &charge))).into_response())
}

/// Takes a payment (6.3.4): never more than is owed, and under one `Idempotency-Key` never twice.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/payments",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = PaymentRequest,
    responses(
        (status = 201, description = "The payment is taken", body = PaidBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn pay(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<PaymentRequest>,
) -> Result<Response, ApiError> {
    let word = request.method.unwrap_or_default();
    let Some(method) = PayMethod::from_word(&word) else {
        let problem = if word.is_empty() { Problem::Missing } else { Problem::UnknownWord };
        return Err(ApiError::fields(&caller.speech, vec![("method", problem)]));
    };
    let asked =
        Pay { reader: id, charges: request.charges.unwrap_or_default(), amount: request.amount, method };
    let paid = app
        .service
        .write(caller.call(key), async move |op| circulation::pay(op, asked.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(answer(&paid))
}

/// Waives a charge, or a part of it, for a reason that stays with it (6.3.4).
#[utoipa::path(
    post,
    path = "/api/v1/charges/{id}/waivers",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = WaiverRequest,
    responses(
        (status = 201, description = "The charge is waived", body = PaidBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such charge", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn waive(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ChargeId>,
    key: Key,
    Json(request): Json<WaiverRequest>,
) -> Result<Response, ApiError> {
    let asked = Waive { charge: id, amount: request.amount, reason: request.reason.unwrap_or_default() };
    let paid = app
        .service
        .write(caller.call(key), async move |op| circulation::waive(op, asked.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(answer(&paid))
}
