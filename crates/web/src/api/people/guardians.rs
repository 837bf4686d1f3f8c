//! The guardian of a reader under 16 (Table A1, note): who it is, another one, none any more.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::kernel::{GuardianId, ReaderId};
use service::readers::{self, ChangeGuardian, ReaderView};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::{Asked, LookedUp};
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, GuardianBody, file_of, local};

/// Another guardian, who signs now.
#[derive(Deserialize, ToSchema)]
pub struct GuardianRequest {
    #[schema(required = true)]
    guardian: Option<GuardianBody>,
    /// The signed consent: a JPEG, PNG, WebP or PDF in base64.
    #[schema(example = json!(null))]
    consent_file: Option<String>,
    /// What proves the relation: a JPEG, PNG, WebP or PDF in base64. Wanted where the guardian
    /// on file is not there.
    #[schema(example = json!(null))]
    proof: Option<String>,
    /// `who` is `guardian`, and `agent` the guardian on file, or the new one with the document that they are written down with.
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Who stands there.
#[derive(Deserialize, ToSchema)]
pub struct EndRequest {
    #[schema(required = true)]
    pub(super) identity_check: Option<CheckBody>,
}

/// A guardian who took the role.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardianTaken {
    #[schema(value_type = uuid::Uuid)]
    id: GuardianId,
}

/// The guardians in their role: one, or none.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardiansAnswer {
    guardians: Vec<GuardianShown>,
}

/// A guardian; phone and number are masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardianShown {
    #[schema(value_type = uuid::Uuid)]
    id: GuardianId,
    name: String,
    relation: Option<String>,
    /// Masked.
    phone: String,
    #[schema(example = "resident_id")]
    document_type: &'static str,
    /// Masked.
    document_number: String,
    consented_at: DateTime<FixedOffset>,
    /// Whether the reader turned 16, so that this wants to be ended.
    outgrown: bool,
}

impl GuardiansAnswer {
    fn of(reader: &ReaderView) -> Self {
        let shown = reader.guardian.iter().map(|guardian| GuardianShown {
            id: guardian.id,
            name: guardian.name.clone(),
            relation: guardian.relation.clone(),
            phone: guardian.phone.clone(),
            document_type: guardian.document_kind.as_str(),
            document_number: guardian.document_number.clone(),
            consented_at: local(guardian.consented_at),
            outgrown: reader.guardian_outgrown,
        });
        Self { guardians: shown.collect() }
    }
}

/// The guardian of a reader, masked. Needs `find_readers`; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/guardians",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "Who is in the role", body = GuardiansAnswer),
        LookedUp,
    )
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Answer<GuardiansAnswer>, ApiError> {
    let reader = app
        .service
        .write(caller.actor.clone(), async move |op| {
            let reader = readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "guardian" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            Ok(reader)
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(GuardiansAnswer::of(&reader)))
}

/// Writes a guardian down; the one before is in the role no more, and is told. The guardian on file hands over, or the new one shows their
/// own document, with consent and proof attached. Needs `amend_readers`.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/guardians",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = GuardianRequest,
    responses(
        (status = 201, description = "This is the guardian from now on", body = GuardianTaken),
        (status = 409, description = "`merged_already`: the record was merged into another", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<GuardianRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let consent = file_of("guardian.consent_file", request.consent_file.as_deref(), &mut problems);
    let proof = file_of("guardian.proof", request.proof.as_deref(), &mut problems);
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let guardian = request.guardian.map(GuardianBody::into_form).unwrap_or_default();
    let operation = ChangeGuardian { reader: id, guardian, consent, proof, check };
    let id = app
        .service
        .write(caller.call(key), async move |op| readers::change_guardian(op, operation.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok((StatusCode::CREATED, Answer(GuardianTaken { id })).into_response())
}

/// Ends the role of the guardian of a reader who turned 16. Needs `amend_readers`.
#[utoipa::path(
    delete,
    path = "/api/v1/readers/{id}/guardians",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = EndRequest,
    responses(
        (status = 204, description = "Nobody is in the role any more"),
        (status = 409, description = "`merged_already`: the record was merged into another", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn end(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    Json(request): Json<EndRequest>,
) -> Result<StatusCode, ApiError> {
    let mut problems = Vec::new();
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(check), true) = (check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    app.service
        .write(caller.call(key), async move |op| readers::end_guardianship(op, id, &check).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
