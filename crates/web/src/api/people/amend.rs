//! Change what is known of a reader (4.2.1, 6.2.1).

use axum::Json as Answer;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::kernel::ReaderId;
use service::readers::{self, Amend, Changes};
use utoipa::ToSchema;

use super::show::{WholeReader, tagged};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Boxed, Caller, Key};
use crate::api::if_match::IfMatch;
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

/// Changes what is known of a reader (4.2.1, 6.2.1).
///
/// When somebody else changed the reader since the version that was seen, nothing is overwritten: `412 precondition_failed` where that
/// stood in `If-Match`, `409 stale` where it stood in the body. Read again, look, and send again.
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
        (status = 409, description = "`stale`: changed by somebody else since", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`precondition_failed`: `If-Match` names another version", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn amend(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    key: Key,
    seen: IfMatch,
    Json(request): Json<AmendRequest>,
) -> Result<Response, ApiError> {
    let mut problems = Vec::new();
    let seen = seen.or(request.version, &mut problems);
    let evidence = file_of("evidence", request.evidence.as_deref(), &mut problems);
    let check = CheckBody::into_check(request.identity_check, &mut problems);
    let (Some(seen), Some(check), true) = (seen, check, problems.is_empty()) else {
        return Err(ApiError::fields(&caller.speech, problems));
    };
    let changes = request.reader.unwrap_or_default().into_changes();
    let call = caller.call(key);
    let amend = |version| {
        let operation = Amend {
            reader: id,
            version,
            changes: changes.clone(),
            evidence: evidence.clone(),
            check: check.clone(),
        };
        let (service, call) = (app.service.clone(), call.clone());
        Box::pin(async move {
            service.write(call, async move |op| readers::amend(op, operation.clone()).await).await
        }) as Boxed<service::Result<readers::Amended>>
    };
    let amended: readers::Amended = seen.attempt(&caller.speech, amend).await?;
    let body = Answer(WholeReader::of(&amended.reader, Vec::new()));
    Ok(replayed(amended.repeated, tagged(amended.reader.version, body)))
}
