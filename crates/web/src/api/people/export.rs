//! All that is held about a reader, for whoever answers their question (5.3).

use axum::Json as Answer;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::kernel::ReaderId;
use service::people::data_export;

use crate::App;
use crate::api::answers::LookedUp;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::{ApiError, ProblemBody};

/// Why.
#[derive(Debug, Default, Deserialize)]
pub struct Why {
    #[serde(default)]
    pub reason: String,
}

/// All that is held about a reader, in full (5.3). Needs `reveal_personal_data` and a reason; both go into the access log, where the
/// reader sees that it was taken out.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/export",
    tag = "readers",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("reason" = String, Query, description = "Why, in 2 characters or more: a word or the number of a case, and nothing personal, since addresses are written down"),
    ),
    responses(
        (status = 200, description = "Everything: data, documents, cards, changes, requests, messages, services, looks", body = serde_json::Value),
        (status = 422, description = "No reason, or one that is too short", body = ProblemBody, content_type = "application/problem+json"),
        LookedUp,
    )
)]
pub async fn export(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    Query(why): Query<Why>,
) -> Result<Response, ApiError> {
    let all = app
        .service
        .write(caller.actor.clone(), async move |op| data_export(op, id, &why.reason).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let mut response = Answer(all).into_response();
    let name = HeaderValue::from_static("attachment; filename=\"yueka-reader.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}
