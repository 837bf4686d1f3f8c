//! Restoring a lost card (6.3.2, A.4.2).

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use service::cards;
use utoipa::ToSchema;

use super::{ChangeBody, done, parts};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, word};

/// Why a lost card may work again.
#[derive(Deserialize, ToSchema)]
pub struct RestoreRequest {
    /// `found`, or `document_reissued` for a document that is the card.
    #[schema(required = true, example = "found")]
    reason: Option<String>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Restores a lost card (6.3.2, A.4.2).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/restorations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = RestoreRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`card_active`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn restore(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<RestoreRequest>,
) -> Result<Response, ApiError> {
    let (check, reason) = parts(&caller.speech, request.identity_check, |problems| {
        word("reason", request.reason.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::restore(op, cards::Restore { card, reason, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}
