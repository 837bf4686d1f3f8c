//! Notes of staff about a reader.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use service::kernel::{NoteId, ReaderId};
use service::readers::{self, NewNote};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{LibraryBody, local};

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

/// The notes about a reader that the token's library may read, alerts first.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotesAnswer {
    notes: Vec<NoteBody>,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteBody {
    #[schema(value_type = uuid::Uuid)]
    id: NoteId,
    text: String,
    /// The library that wrote it.
    library: LibraryBody,
    /// `federation` or `library`.
    visibility: &'static str,
    /// Whether it is shown on top when the reader's page is opened.
    alert: bool,
    /// The last day.
    until: Option<NaiveDate>,
    added_at: DateTime<FixedOffset>,
}

/// The notes about a reader. Needs `find_readers`; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/notes",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "Those in force", body = NotesAnswer),
        LookedUp,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<NotesAnswer>, ApiError> {
    let notes = app
        .service
        .write(caller.actor.clone(), async move |op| {
            readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "notes" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            readers::notes(op, id).await
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let shown = notes.into_iter().map(|note| NoteBody {
        id: note.id,
        text: note.text,
        library: LibraryBody::of(caller.speech.t, &tree, note.library),
        visibility: note.visibility.as_str(),
        alert: note.alert,
        until: note.until,
        added_at: local(note.added_at),
    });
    Ok(Answer(NotesAnswer { notes: shown.collect() }))
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
        Asked,
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
        Asked,
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
