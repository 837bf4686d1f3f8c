//! A reader's documents (4.2.1): add one, renew one, take one out of use.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::kernel::{DocumentId, ReaderId};
use service::people::{self, AddDocument, RenewDocument, RetireDocument};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, DocumentBody, file_of};

/// A document of a reader.
#[derive(Deserialize, ToSchema)]
pub struct PaperRequest {
    /// When it renews another, its number may be left out: then the number stays and the validity changes.
    #[schema(required = true)]
    document: Option<DocumentBody>,
    /// The document that it renews; left out, it is another one.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    renews: Option<DocumentId>,
    /// A scan: a JPEG, PNG, WebP or PDF in base64.
    #[schema(example = json!(null))]
    evidence: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Who stands there.
#[derive(Deserialize, ToSchema)]
pub struct RetireRequest {
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// A document that was written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: DocumentId,
}

/// Adds a document to a reader, or renews one; the card stays, and the old number still leads to them.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/documents",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = PaperRequest,
    responses(
        (status = 201, description = "The document leads to the reader", body = PaperAnswer),
        (status = 409, description = "`document_is_anothers`: it is on another reader's record; `stale`: it was retired meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<PaperRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let evidence = file_of("evidence", request.evidence.as_deref(), &mut problems);
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let form = request.document.map(DocumentBody::into_form).unwrap_or_default();
    let renews = request.renews;
    let written = app.service.write(caller.call(key), async move |op| match renews {
        Some(document) => {
            let request = RenewDocument { reader: id, document, form, evidence, check };
            people::renew_document(op, request).await
        }
        None => people::add_document(op, AddDocument { reader: id, form, evidence, check }).await,
    });
    let id = written.await.map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(PaperAnswer { id })).into_response())
}

/// Takes a document out of use; its number still leads to the reader.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/documents/{document}",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("document" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    request_body = RetireRequest,
    responses(
        (status = 204, description = "It is not in use any more"),
        (status = 409, description = "`stale`: it was retired already", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn retire(
    State(app): State<App>,
    caller: Caller,
    In((id, document)): In<(ReaderId, DocumentId)>,
    key: Key,
    Json(request): Json<RetireRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let Some(check) = CheckBody::into_check(request.identity_check, &mut problems) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    if !problems.is_empty() {
        return Err(ApiError::fields(&caller.speech, problems));
    }
    let request = RetireDocument { reader: id, document, check };
    app.service
        .write(caller.call(key), async move |op| people::retire_document(op, request.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
