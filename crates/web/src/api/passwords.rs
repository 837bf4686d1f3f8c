//! Passwords of readers: reset to the default, sign-in unlocked (4.2.3, 6.2.2).

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::cards::password::{self, ResetPassword, Unlock};
use service::kernel::ReaderId;
use utoipa::ToSchema;

use super::answers::Asked;
use super::body::Json;
use super::caller::{Caller, Key};
use super::problem::{ApiError, ProblemBody};
use super::shapes::{CardBody, CheckBody};
use crate::App;

/// Who stands there.
#[derive(Deserialize, ToSchema)]
pub struct CheckedRequest {
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// A password that is the default again.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetAnswer {
    card: CardBody,
    /// What to tell the reader: the rule of the default, never the password itself.
    rule: String,
}

impl CheckedRequest {
    fn check(self, caller: &Caller) -> Result<service::records::IdentityCheck, ApiError> {
        let mut problems = Vec::new();
        match CheckBody::into_check(self.identity_check, &mut problems) {
            Some(check) if problems.is_empty() => Ok(check),
            _ => Err(ApiError::fields(&caller.speech, problems)),
        }
    }
}

/// Resets the password of a reader's card to the default (4.2.3, 6.2.2). A locked sign-in is opened, sessions end.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/password-resets",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "The reader"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckedRequest,
    responses(
        (status = 201, description = "The password is the default again", body = ResetAnswer),
        (status = 409, description = "`card_lost` or `card_cancelled`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn reset(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(id): Path<ReaderId>,
    Json(request): Json<CheckedRequest>,
) -> Result<Response, ApiError> {
    let asked = ResetPassword { reader: id, check: request.check(&caller)? };
    let done = app
        .service
        .write(caller.call(key), async move |op| password::reset_password(op, asked.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let body = ResetAnswer {
        card: CardBody::of(caller.speech.t, &tree, &done.card, None),
        rule: caller.speech.t.password_rule(done.document),
    };
    let mut response = (StatusCode::CREATED, Answer(body)).into_response();
    if done.repeated {
        let replayed = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(replayed, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Opens a sign-in that was locked after failed tries (4.2.3). The password stays.
#[utoipa::path(
    post,
    path = "/api/v1/readers/{id}/unlock",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "The reader"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckedRequest,
    responses(
        (status = 204, description = "The sign-in is open"),
        Asked,
    )
)]
pub async fn unlock(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(id): Path<ReaderId>,
    Json(request): Json<CheckedRequest>,
) -> Result<StatusCode, ApiError> {
    let asked = Unlock { reader: id, check: request.check(&caller)? };
    app.service
        .write(caller.call(key), async move |op| password::unlock(op, asked.clone()).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(StatusCode::NO_CONTENT)
}
