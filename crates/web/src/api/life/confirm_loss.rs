//! Confirming a loss that was told by phone (A.4.1).

use axum::extract::{Path, State};
use axum::response::Response;
use service::cards;

use super::{ChangeBody, CheckRequest, done, parts};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};

/// Confirms in person a loss that was told by phone (A.4.1).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-confirmations",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`card_active`, `card_cancelled`, or `card_lost` when there is nothing to confirm", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn confirm_loss(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<CheckRequest>,
) -> Result<Response, ApiError> {
    let (check, ()) = parts(&caller.speech, request.identity_check, |_| Some(()))?;
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::confirm_loss(op, cards::ConfirmLoss { card, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}
