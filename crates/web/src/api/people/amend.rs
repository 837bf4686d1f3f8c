//! Change what is known of a reader (4.2.1, 6.2.1).

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;
use service::kernel::{Problem, ReaderId};
use service::readers::{self, Amend, Changes};
use utoipa::ToSchema;

use super::show::{WholeReader, tagged};
use crate::App;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, file_of, replayed};

/// What is to be different. What is left out or null stays; an empty text takes away what need not be there.
#[derive(Deserialize, ToSchema)]
pub struct AmendRequest {
    /// The version that was seen; may stand in `If-Match` instead.
    #[schema(example = 1)]
    version: Option<i64>,
    #[schema(required = true)]
    reader: Option<ChangesBody>,
    /// What proves a new name or birth date: a JPEG, PNG, WebP or PDF in base64.
    #[schema(example = json!(null))]
    evidence: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// The reader's data to change.
#[derive(Default, Deserialize, ToSchema)]
pub struct ChangesBody {
    /// Needs `evidence`.
    #[schema(example = json!(null))]
    name: Option<String>,
    /// `female`, `male` or `unspecified`.
    #[schema(example = json!(null))]
    sex: Option<String>,
    /// `YYYY-MM-DD`; needs `evidence`.
    #[schema(example = json!(null))]
    birth_date: Option<String>,
    #[schema(example = "13900000001")]
    phone: Option<String>,
    #[schema(example = json!(null))]
    email: Option<String>,
    #[schema(example = json!(null))]
    address: Option<String>,
    #[schema(example = json!(null))]
    workplace: Option<String>,
    /// Of messages: `zh-Hans`, `zh-Hant` or `en`.
    #[schema(example = json!(null))]
    language: Option<String>,
}

impl ChangesBody {
    fn into_changes(self) -> Changes {
        Changes {
            name: self.name,
            sex: self.sex,
            birth_date: self.birth_date,
            phone: self.phone,
            email: self.email,
            address: self.address,
            workplace: self.workplace,
            language: self.language,
        }
    }
}

/// The version in `If-Match`.
fn if_match(headers: &HeaderMap) -> Option<i64> {
    headers.get(header::IF_MATCH)?.to_str().ok()?.trim().trim_matches('"').parse().ok()
}

/// Changes what is known of a reader (4.2.1, 6.2.1).
///
/// `409 stale` when somebody else changed the reader since the version that was seen: read again, look, and send again.
#[utoipa::path(
    patch,
    path = "/api/v1/readers/{id}",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = Option<String>, Header, description = "The version that was seen"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = AmendRequest,
    responses(
        (status = 200, description = "The reader as they are known now", body = WholeReader),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such reader", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`stale`: changed by somebody else since", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule that stands against it", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn amend(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    headers: HeaderMap,
    Json(request): Json<AmendRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let version = if_match(&headers).or(request.version);
    if version.is_none() {
        problems.push(("version", Problem::Missing));
    }
    let evidence = file_of("evidence", request.evidence.as_deref(), &mut problems);
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(version), Some(check), true) = (version, check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let changes = request.reader.unwrap_or_default().into_changes();
    let operation = Amend { reader: id, version, changes, evidence, check };
    let amended = app
        .service
        .write(caller.call(key), async move |op| readers::amend(op, operation.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let body = Answer(WholeReader::of(&amended.reader, Vec::new()));
    Ok(replayed(amended.repeated, tagged(amended.reader.version, body)))
}
