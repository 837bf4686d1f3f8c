//! Taking a loss report back (A.4.1).

use axum::extract::{Path, State};
use axum::response::Response;
use service::cards;

use super::{ChangeBody, done};
use crate::App;
use crate::api::answers::Asked;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};

/// Takes back a loss that this token reported by mistake, while it is fresh (A.4.1).
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/loss-reports/undo",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`card_active`, `card_cancelled`, `reported_by_another` or `too_late_to_undo`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn undo_loss(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
) -> Result<Response, ApiError> {
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            cards::undo_loss(op, cards::UndoLoss { card }).await
        })
        .await;
    done(caller, change).await
}
