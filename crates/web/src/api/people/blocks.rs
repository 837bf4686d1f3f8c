//! Blocks on a reader (A.3.1).

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use service::kernel::{BlockId, ReaderId};
use service::readers::{self, NewBlock};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{LibraryBody, local};

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

/// The blocks in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlocksAnswer {
    blocks: Vec<BlockBody>,
}

/// A block in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockBody {
    #[schema(value_type = uuid::Uuid)]
    id: BlockId,
    /// `conduct`, `unpaid`, `address`, `verification` or `other`.
    #[schema(example = "unpaid")]
    reason: &'static str,
    /// More about it.
    note: Option<String>,
    /// The library that put it.
    library: LibraryBody,
    /// The last day; none: until it is lifted.
    until: Option<NaiveDate>,
    added_at: DateTime<FixedOffset>,
}

/// The blocks on a reader, with what lifting them asks for. Needs `find_readers`; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/blocks",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "Those in force", body = BlocksAnswer),
        LookedUp,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<BlocksAnswer>, ApiError> {
    let blocks = app
        .service
        .write(caller.actor.clone(), async move |op| {
            readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "blocks" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            readers::blocks(op, id).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let shown = blocks.into_iter().map(|block| BlockBody {
        id: block.id,
        reason: block.reason.as_str(),
        note: block.note,
        library: LibraryBody::of(caller.speech.t, &tree, block.library),
        until: block.until,
        added_at: local(block.added_at),
    });
    Ok(Answer(BlocksAnswer { blocks: shown.collect() }))
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
        Asked,
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
        Asked,
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
