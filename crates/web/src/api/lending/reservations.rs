//! Reservations (A.3.2 e): find a title, reserve it, take that back.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::circulation::{self, Reserve, cancel_reservation, find_titles};
use service::kernel::{Problem, ReaderId, ReservationId, TitleId};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use super::shapes::{ReservationBody, TitleBody};
use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};

/// What is looked for.
#[derive(Deserialize, ToSchema)]
pub struct TitlesRequest {
    /// Any part of a title, an author, or an ISBN.
    #[schema(required = true)]
    query: Option<String>,
}

/// Titles found, at most 20.
#[derive(Debug, Serialize, ToSchema)]
pub struct TitlesBody {
    titles: Vec<TitleBody>,
}

/// A title to reserve.
#[derive(Deserialize, ToSchema)]
pub struct ReserveRequest {
    #[schema(required = true, value_type = uuid::Uuid)]
    title: Option<TitleId>,
    /// The code of the library where it is picked up; left out: that of the caller.
    library: Option<String>,
}

/// Reservations of a reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationsBody {
    reservations: Vec<ReservationBody>,
}

/// Finds titles. What is looked for stands in the body, not in the address.
#[utoipa::path(
    post,
    path = "/api/v1/titles/search",
    tag = "lending",
    security(("token" = [])),
    request_body = TitlesRequest,
    responses(
        (status = 200, description = "The titles", body = TitlesBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn titles(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<TitlesRequest>,
) -> Result<Answer<TitlesBody>, ApiError> {
    let query = request.query.unwrap_or_default();
    let titles = app
        .service
        .read(caller.actor.clone(), async move |op| find_titles(op, &query, 20).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(TitlesBody { titles: titles.into_iter().map(TitleBody::from).collect() }))
}

/// What a reader waits for. The look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/reservations",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The reservations", body = ReservationsBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn of_reader(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<ReservationsBody>, ApiError> {
    let waits = app
        .service
        .write(caller.actor.clone(), async move |op| {
            service::readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "reservations" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            circulation::reservations(op, id).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let reservations = waits.iter().map(|waits| ReservationBody::of(&caller.speech, &tree, waits)).collect();
    Ok(Answer(ReservationsBody { reservations }))
}

/// Reserves a title (A.3.2 e).
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/reservations",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = ReserveRequest,
    responses(
        (status = 201, description = "The title is reserved", body = ReservationBody),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader or title", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "How things stand now, each reason in `blockers`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn reserve(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<ReserveRequest>,
) -> Result<Response, ApiError> {
    let tree = caller.libraries().await?;
    let library = match &request.library {
        None => Some(caller.actor.library),
        Some(code) => tree.libraries().find(|library| library.code == *code).map(|library| library.id),
    };
    let mut problems = Vec::new();
    if library.is_none() {
        problems.push(("library", Problem::UnknownWord));
    }
    if request.title.is_none() {
        problems.push(("title", Problem::Missing));
    }
    let (Some(library), Some(title)) = (library, request.title) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let asked = Reserve { reader: id, title, library };
    let reserved = app
        .service
        .write(caller.call(key), async move |op| circulation::reserve(op, asked).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = ReservationBody::of(&caller.speech, &tree, &reserved);
    Ok((StatusCode::CREATED, Answer(body)).into_response())
}

/// Takes a reservation back.
#[utoipa::path(
    delete,
    path = "/api/v1/reservations/{id}",
    tag = "lending",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses(
        (status = 204, description = "It is taken back"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reservation, or it has ended", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReservationId>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| cancel_reservation(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
