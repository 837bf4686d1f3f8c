//! Blocks on a reader (A.3.1).

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::kernel::{BlockId, ReaderId};
use service::readers::{self, NewBlock};
use utoipa::ToSchema;

use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};

/// A block.
#[derive(Deserialize, ToSchema)]
pub struct BlockRequest {
    /// `conduct`, `unpaid`, `address`, `verification` or `other`.
    #[schema(required = true, example = "conduct")]
    reason: Option<String>,
    /// Needed for `other`.
    #[schema(example = json!(null))]
    note: Option<String>,
    /// The last day, `YYYY-MM-DD`; left out: until it is lifted.
    #[schema(example = json!(null))]
    until: Option<String>,
}

/// A block that was put.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: BlockId,
}

/// Blocks a reader: they can't borrow or enter, whatever the state of the card.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/blocks",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = BlockRequest,
    responses(
        (status = 201, description = "The reader is blocked", body = BlockAnswer),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn block(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<BlockRequest>,
) -> Result<Response, ApiError> {
    let block = NewBlock {
        reader: id,
        reason: request.reason.unwrap_or_default(),
        note: request.note.unwrap_or_default(),
        until: request.until.unwrap_or_default(),
    };
    let id = app
        .service
        .write(caller.call(key), async move |op| readers::block(op, block.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(BlockAnswer { id })).into_response())
}

/// Lifts a block.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/blocks/{block}",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("block" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses(
        (status = 204, description = "It is lifted"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such block in force", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn unblock(
    State(app): State<App>,
    caller: Caller,
    In((id, block)): In<(ReaderId, BlockId)>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| readers::unblock(op, id, block).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
