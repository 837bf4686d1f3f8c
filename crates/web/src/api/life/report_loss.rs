//! Reporting a loss (6.3.1, A.4.1).

use axum::extract::{Path, State};
use axum::response::Response;
use service::cards;

use super::{ChangeBody, CheckRequest, done, parts};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};

/// Reports a loss (6.3.1, A.4.1): at once, everywhere. By phone, `identity_check.answers` are compared with what is on file.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-reports",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`card_lost`, `card_cancelled` or `card_replaced`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many wrong answers on the phone", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn report_loss(
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
            cards::report_loss(op, cards::ReportLoss { card, check: check.clone() }).await
        })
        .await;
    done(caller, change).await
}
