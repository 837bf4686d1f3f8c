//! Two records of one person made one (6.1.3.2), and that undone.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::kernel::{CardId, MergeId, Problem, ReaderId};
use service::people::{self, Merge, MergeView};
use service::readers::Taken;
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::{Asked, Signed};
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{local, replayed};

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
    /// Why they are one person though numbers, birth dates or names say otherwise (`plainly_different`); left out where nothing does.
    #[schema(example = json!(null))]
    reason: Option<String>,
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

/// The latest merges, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergesAnswer {
    merges: Vec<MergeBody>,
}

/// A merge.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeBody {
    #[schema(value_type = uuid::Uuid)]
    id: MergeId,
    /// Who stayed.
    #[schema(value_type = uuid::Uuid)]
    winner: ReaderId,
    winner_name: String,
    /// Who went.
    #[schema(value_type = uuid::Uuid)]
    loser: ReaderId,
    loser_name: String,
    at: DateTime<FixedOffset>,
    undone_at: Option<DateTime<FixedOffset>>,
    /// Until when it can be undone; none when it was, or the time is over.
    undo_until: Option<DateTime<FixedOffset>>,
    /// Why it was done though the documents say that they are two people.
    reason: Option<String>,
}

impl MergeBody {
    fn of(merge: MergeView) -> Self {
        Self {
            id: merge.id,
            winner: merge.winner.0,
            winner_name: merge.winner.1,
            loser: merge.loser.0,
            loser_name: merge.loser.1,
            at: local(merge.at),
            undone_at: merge.undone_at.map(local),
            undo_until: merge.undo_until.map(local),
            reason: merge.reason,
        }
    }
}

/// The latest merges, at most 200. Needs `merge_readers`.
#[utoipa::path(
    get,
    path = "/api/v1/merges",
    tag = "readers",
    security(("token" = [])),
    responses(
        (status = 200, description = "The latest", body = MergesAnswer),
        Signed,
    )
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Answer<MergesAnswer>, ApiError> {
    let merges = app
        .service
        .read(caller.actor.clone(), async move |op| people::merges(op, 200).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(MergesAnswer { merges: merges.into_iter().map(MergeBody::of).collect() }))
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
        (status = 409, description = "`stale`: one of them was changed since it was seen; `merged_already`; `plainly_different`: birth dates, names or citizen numbers say that they are two people; `merge_cancels_elsewhere`: another library issued the card that would go; `circulation_unavailable`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
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
    let reason = request.reason.unwrap_or_default();
    let request = Merge { winner, winner_version, loser, loser_version, take, card: request.card, reason };
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
        (status = 409, description = "`undo_merge_first`, with the `merge`; `undone_already`, `too_late_to_unmerge`, `changed_since_merge`, `circulation_unavailable`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
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
