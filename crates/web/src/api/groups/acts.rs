//! What is done with a checked list.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use service::groups::{self, Decision, HandOver};
use service::kernel::{BatchId, Op};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::body::Json;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::file_of;

/// What is decided about rows.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DecideRequest {
    /// The places of the rows, at most 1,000.
    #[schema(required = true)]
    #[serde(default)]
    places: Vec<i64>,
    /// `not_same`: whoever may be the same person was looked at, and is not; `left_out`: no card; null takes it back.
    #[schema(example = "not_same")]
    decision: Option<String>,
}

/// Which One-Cards are issued.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ConfirmRequest {
    #[schema(required = true, example = 3)]
    #[serde(default)]
    version: i64,
    /// The barcode from which One-Cards are taken; left out, the lowest in stock.
    first: Option<String>,
}

/// The guardians' signed list.
#[derive(Deserialize, ToSchema)]
pub struct ConsentRequest {
    #[schema(required = true, example = 3)]
    #[serde(default)]
    version: i64,
    /// The scan in base64: JPEG, PNG or PDF.
    #[schema(required = true)]
    file: Option<String>,
}

/// Who took the cards.
#[derive(Deserialize, ToSchema)]
pub struct HandOverRequest {
    #[schema(required = true, example = 7)]
    #[serde(default)]
    version: i64,
    /// The name of who signed for it.
    #[schema(required = true)]
    #[serde(default)]
    receiver: String,
}

/// Why a batch is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WithdrawRequest {
    #[schema(required = true, example = 3)]
    #[serde(default)]
    version: i64,
    #[schema(required = true)]
    #[serde(default)]
    why: String,
}

async fn act(
    app: &App,
    caller: &Caller,
    operation: impl AsyncFnOnce(&Op) -> service::Result<()> + Clone,
) -> Result<StatusCode, ApiError> {
    let done = app.service.write(caller.actor.clone(), operation).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(|error| ApiError::of(&caller.speech, error))
}

/// Decides about rows of a checked list. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/decisions",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = DecideRequest,
    responses(
        (status = 204, description = "It is decided"),
        (status = 409, description = "`stale`: the batch is not checked, or not any more", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn decide(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<DecideRequest>,
) -> Result<StatusCode, ApiError> {
    let decision = match request.decision.as_deref().map(str::parse::<Decision>).transpose() {
        Ok(decision) => decision,
        Err(_) => {
            let problem = ("decision", service::kernel::Problem::UnknownWord);
            return Err(ApiError::fields(&caller.speech, vec![problem]));
        }
    };
    let places = request.places;
    act(&app, &caller, async move |op| groups::decide(op, id, &places, decision).await).await
}

/// Records the guardians' signed list (Table A1, note). Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/consents",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = ConsentRequest,
    responses(
        (status = 204, description = "It is recorded"),
        (status = 409, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn consent(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<ConsentRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let file = file_of("file", request.file.as_deref(), &mut problems);
    if !problems.is_empty() {
        return Err(ApiError::fields(&caller.speech, problems));
    }
    let files: Vec<_> = file.into_iter().collect();
    act(&app, &caller, async move |op| groups::record_consent(op, id, request.version, &files).await).await
}

/// Confirms that cards are issued: it begins at once, and goes on by itself. Needs `issue_groups` and `open_cards`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/confirmations",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = ConfirmRequest,
    responses(
        (status = 204, description = "It is confirmed"),
        (status = 409, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn confirm(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<ConfirmRequest>,
) -> Result<StatusCode, ApiError> {
    let first = request.first.filter(|first| !first.trim().is_empty());
    act(&app, &caller, async move |op| {
        groups::confirm(op, id, request.version, first.as_deref().map(str::trim)).await
    })
    .await
}

/// Holds issuing after the portion that is under way. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/pauses",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 204, description = "It is held"),
        (status = 409, description = "`stale`: it is not being issued", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn hold(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
) -> Result<StatusCode, ApiError> {
    act(&app, &caller, async move |op| groups::pause(op, id).await).await
}

/// Goes on where it was held. Needs `issue_groups` and `open_cards`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/resumptions",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 204, description = "It goes on"),
        (status = 409, description = "`stale`: it is not being issued", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn resume(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
) -> Result<StatusCode, ApiError> {
    act(&app, &caller, async move |op| groups::resume(op, id).await).await
}

/// Notes that the unit has its cards and its report. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/hand-overs",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = HandOverRequest,
    responses(
        (status = 204, description = "It is noted"),
        (status = 409, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn hand_over(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<HandOverRequest>,
) -> Result<StatusCode, ApiError> {
    let wanted = HandOver { receiver: request.receiver };
    act(&app, &caller, async move |op| groups::hand_over(op, id, request.version, &wanted).await).await
}

/// Withdraws a batch of which nothing was issued. Needs `issue_groups`, at a staffed service point.
#[utoipa::path(
    post,
    path = "/api/v1/group-batches/{id}/withdrawals",
    tag = "groups",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    request_body = WithdrawRequest,
    responses(
        (status = 204, description = "It is withdrawn"),
        (status = 409, description = "`stale`, or `batch_issued`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    In(id): In<BatchId>,
    Json(request): Json<WithdrawRequest>,
) -> Result<StatusCode, ApiError> {
    act(&app, &caller, async move |op| groups::withdraw(op, id, request.version, &request.why).await).await
}
