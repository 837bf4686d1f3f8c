//! Notes of staff about a reader.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::kernel::{NoteId, ReaderId};
use service::readers::{self, NewNote};
use utoipa::ToSchema;

use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};

/// A note; the reader has a right to read it.
#[derive(Deserialize, ToSchema)]
pub struct NoteRequest {
    /// Up to 500 characters.
    #[schema(required = true)]
    text: Option<String>,
    /// Who reads it: `federation` (the default) or `library`.
    visibility: Option<String>,
    /// Whether it is shown on top when the reader's page is opened.
    alert: Option<bool>,
    /// The last day, `YYYY-MM-DD`.
    #[schema(example = json!(null))]
    until: Option<String>,
}

/// A note that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: NoteId,
}

/// Writes a note about a reader.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/notes",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = NoteRequest,
    responses(
        (status = 201, description = "The note is written", body = NoteAnswer),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<NoteRequest>,
) -> Result<Response, ApiError> {
    let note = NewNote {
        reader: id,
        text: request.text.unwrap_or_default(),
        visibility: request.visibility.unwrap_or_else(|| "federation".to_owned()),
        alert: request.alert.unwrap_or_default(),
        until: request.until.unwrap_or_default(),
    };
    let id = app
        .service
        .write(caller.call(key), async move |op| readers::add_note(op, note.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(NoteAnswer { id })).into_response())
}

/// Takes a note away.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/notes/{note}",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("note" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses(
        (status = 204, description = "It is shown no more"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such note, or not for this library", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    In((id, note)): In<(ReaderId, NoteId)>,
    key: Key,
) -> Result<StatusCode, ApiError> {
    app.service
        .write(caller.call(key), async move |op| readers::remove_note(op, id, note).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
