//! Two records of one person made one (6.1.3.2), and that undone.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::kernel::{CardId, MergeId, Problem, ReaderId};
use service::people::{self, Merge};
use service::readers::Taken;
use utoipa::ToSchema;

use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::replayed;

/// Two records to make one.
#[derive(Deserialize, ToSchema)]
pub struct MergeRequest {
    /// Who stays.
    #[schema(required = true, value_type = uuid::Uuid)]
    winner: Option<ReaderId>,
    /// The version of them that was seen.
    #[schema(required = true, example = 1)]
    winner_version: Option<i64>,
    /// Who goes.
    #[schema(required = true, value_type = uuid::Uuid)]
    loser: Option<ReaderId>,
    /// The version of them that was seen.
    #[schema(required = true, example = 1)]
    loser_version: Option<i64>,
    /// What is taken over from the one who goes: `name`, `sex`, `birth_date`, `phone`, `email`, `address`, `workplace`, `language`,
    /// `photo`.
    take: Option<Vec<String>>,
    /// Which live card stays, if both hold one; the other is cancelled.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    card: Option<CardId>,
}

/// A merge that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeAnswer {
    /// For undoing it, within 30 days.
    #[schema(value_type = uuid::Uuid)]
    id: MergeId,
    /// Who stays.
    #[schema(value_type = uuid::Uuid)]
    winner: ReaderId,
}

/// Makes two records of one person one: nothing of either is lost, and every number of the other leads to the one who stays.
#[utoipa::path(
    post,
    path = "/api/v1/merges",
    tag = "readers",
    security(("token" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = MergeRequest,
    responses(
        (status = 201, description = "They are one", body = MergeAnswer),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`stale`: one of them was changed since it was seen; `merged_already`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn merge(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Json(request): Json<MergeRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    for (field, missing) in [
        ("winner", request.winner.is_none()),
        ("winner_version", request.winner_version.is_none()),
        ("loser", request.loser.is_none()),
        ("loser_version", request.loser_version.is_none()),
    ] {
        if missing {
            problems.push((field, Problem::Missing));
        }
    }
    let words = request.take.unwrap_or_default();
    let take: Vec<Taken> = words.iter().filter_map(|word| Taken::from_word(word)).collect();
    if take.len() != words.len() {
        problems.push(("take", Problem::UnknownWord));
    }
    let (Some(winner), Some(winner_version), Some(loser), Some(loser_version), true) =
        (request.winner, request.winner_version, request.loser, request.loser_version, problems.is_empty())
    else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let request = Merge { winner, winner_version, loser, loser_version, take, card: request.card };
    let merged = app
        .service
        .write(caller.call(key), async move |op| people::merge(op, request.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = Answer(MergeAnswer { id: merged.merge, winner: merged.winner });
    Ok(replayed(merged.repeated, (StatusCode::CREATED, body).into_response()))
}

/// Undoes a merge within 30 days: everything stands where it stood.
#[utoipa::path(
    delete,
    path = "/api/v1/merges/{id}",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses(
        (status = 204, description = "It is undone"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such merge, or undone already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`changed_since_merge` or `merged_already`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`too_late_to_unmerge`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(app): State<App>,
    caller: Caller,
    In(id): In<MergeId>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| people::undo_merge(op, id).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
