//! Cancelling a card (6.3.3, 6.3.4, A.4.3).

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

/// Why a card is cancelled.
#[derive(Deserialize, ToSchema)]
pub struct CancelRequest {
    /// `wish`, `moved_away`, `guardian_request`, `deceased` or `other`.
    #[schema(required = true, example = "wish")]
    reason: Option<String>,
    /// Where no circulation is configured: loans and charges were looked up elsewhere, and there are none.
    #[schema(example = true)]
    circulation_checked: Option<bool>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Cancels a card (6.3.3, 6.3.4, A.4.3): at the issuing library, once nothing is out and nothing owed.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/cancellations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CancelRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`issuing_library_only`, `loans_out`, `charges_unpaid`, `card_cancelled` …", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<CancelRequest>,
) -> Result<Response, ApiError> {
    let (check, reason) = parts(&caller.speech, request.identity_check, |problems| {
        word("reason", request.reason.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let circulation_checked = request.circulation_checked.unwrap_or_default();
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let check = check.clone();
            cards::cancel(op, cards::Cancel { card, reason, circulation_checked, check }).await
        })
        .await;
    done(caller, change).await
}
