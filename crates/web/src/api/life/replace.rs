//! Replacing a One-Card (A.4.4).

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
use crate::api::shapes::CheckBody;

/// The new One-Card.
#[derive(Deserialize, ToSchema)]
pub struct ReplaceRequest {
    /// The barcode just scanned.
    #[schema(required = true, example = "FS00000001")]
    barcode: Option<String>,
    /// Where no circulation is configured: loans and charges were looked up elsewhere, and there are none.
    #[schema(example = true)]
    circulation_checked: Option<bool>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Replaces a One-Card (A.4.4): reports it lost, cancels it and gives out the new one, as far as each is still to be done.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/replacements",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = ReplaceRequest,
    responses(
        (status = 201, description = "Done", body = ChangeBody),
        (status = 409, description = "`issuing_library_only`, `loans_out`, `charges_unpaid`, `card_replaced`, `barcode_in_use` …", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<ReplaceRequest>,
) -> Result<Response, ApiError> {
    let (check, ()) = parts(&caller.speech, request.identity_check, |_| Some(()))?;
    let barcode = request.barcode.unwrap_or_default();
    let circulation_checked = request.circulation_checked.unwrap_or_default();
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::replace(op, cards::Replace { card, barcode, circulation_checked, check }).await
        })
        .await;
    done(caller, change).await
}
