//! The one question: whether somebody holds a card that works (A.3.2 e).

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::consents::{self, Answered, Asked};
use service::kernel::Problem;
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::Called;
use crate::api::body::Json;
use crate::api::problem::ApiError;
use crate::api::signed::PartnerCaller;

/// Who it is about: exactly one of the two.
#[derive(Deserialize, ToSchema)]
pub struct Question {
    /// What the QR code of the e-card says that the reader shows: the reader agrees by showing it, for this once.
    code: Option<String>,
    /// The handle that the reader gave the service, and got at the library's portal when they allowed it to ask.
    #[schema(example = "YC-4F7K-9QX2-M3TB-8WZA")]
    handle: Option<String>,
}

/// Yes or no.
#[derive(Serialize, ToSchema)]
pub struct Live {
    /// Whether the card works now.
    live: bool,
    /// `not_live` where it does not, whatever the reason; left out where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "not_live")]
    reason: Option<&'static str>,
}

/// Whether somebody who agrees holds a card that works now (A.3.2 e). Nothing else is told, not even a name; the question is logged, and
/// the reader sees it.
#[utoipa::path(
    post,
    path = "/api/partners/v1/live-card",
    request_body = Question,
    responses(
        (status = 200, description = "Yes or no", body = Live),
        (status = 404, description = "`no_consent`: nobody agreed, or there is nobody", body = crate::api::problem::ProblemBody),
        Called
    )
)]
pub async fn ask(
    State(app): State<App>,
    caller: PartnerCaller,
    Json(body): Json<Question>,
) -> Result<Response, ApiError> {
    let speech = caller.speech.clone();
    let asked = match (body.code, body.handle) {
        (Some(code), None) => Asked::Code(code),
        (None, Some(handle)) => Asked::Handle(handle),
        (None, None) => return Err(ApiError::fields(&speech, vec![("code", Problem::Missing)])),
        _ => return Err(ApiError::fields(&speech, vec![("handle", Problem::NotApplicable)])),
    };
    let answered = app.service.write(caller.actor, async |op| consents::live_card(op, &asked).await).await;
    match answered.map_err(|error| ApiError::of(&speech, error))? {
        Answered::Live(live) => {
            Ok(Answer(Live { live, reason: (!live).then_some("not_live") }).into_response())
        }
        Answered::NoConsent => Err(ApiError::missing(&speech, "no_consent")),
        Answered::Code(refusal) => {
            Err(ApiError::code_not_taken(&speech, StatusCode::CONFLICT, refusal.as_str()))
        }
    }
}
