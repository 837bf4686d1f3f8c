//! Sending a reader to the issuing library (6.3.3).

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use service::cards;
use service::kernel::ServiceName;
use utoipa::ToSchema;

use super::{ChangeBody, done, parts};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, word};

/// What the reader is sent to the issuing library for.
#[derive(Deserialize, ToSchema)]
pub struct ReferRequest {
    /// `cancel` or `replace`.
    #[schema(required = true, example = "cancel")]
    service: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Sends a reader to the issuing library (6.3.3).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/referrals",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = ReferRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`issuing_library_here`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn refer(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<ReferRequest>,
) -> Result<Response, ApiError> {
    let (check, service) = parts(&caller.speech, request.identity_check, |problems| {
        let named = |text: &str| ServiceName::ALL.into_iter().find(|service| service.as_str() == text);
        word("service", request.service.as_deref(), named, problems)
    })?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::refer(op, cards::Refer { card, service, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}
