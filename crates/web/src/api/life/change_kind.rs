//! Changing the kind of a card (Table A1).

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use service::cards;
use service::kernel::{CardKind, DocumentId};
use utoipa::ToSchema;

use super::{ChangeBody, done, parts};
use crate::App;
use crate::api::answers::Asked;
use crate::api::body::Json;
use crate::api::caller::{Caller, Key};
use crate::api::problem::{ApiError, ProblemBody};
use crate::api::shapes::{CheckBody, word};

/// What the card is to be.
#[derive(Deserialize, ToSchema)]
pub struct KindRequest {
    /// `document` or `one_card` (Table A1).
    #[schema(required = true, example = "document")]
    kind: Option<String>,
    /// For a One-Card: the barcode just scanned.
    #[schema(example = json!(null))]
    barcode: Option<String>,
    /// The reader's document that the card goes with; left out, the one it has, or the first that fits.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    document: Option<DocumentId>,
    #[schema(required = true)]
    identity_check: Option<CheckBody>,
}

/// Makes a One-Card a document card, or the other way, as Table A1 allows. The old number leads here still, but no longer works.
#[utoipa::path(
    post,
    path = "/api/v1/cards/{number}/kind-changes",
    tag = "cards",
    security(("token" = [])),
    params(
        ("number" = String, Path, description = "A virtual number or a barcode"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters"),
    ),
    request_body = KindRequest,
    responses(
        (status = 200, description = "Done", body = ChangeBody),
        (status = 409, description = "`same_kind`, `card_lost`, `card_cancelled` or `barcode_in_use`", body = ProblemBody, content_type = "application/problem+json"),
        Asked,
    )
)]
pub async fn change_kind(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    Path(number): Path<String>,
    Json(request): Json<KindRequest>,
) -> Result<Response, ApiError> {
    let (check, to) = parts(&caller.speech, request.identity_check, |problems| {
        word::<CardKind>("kind", request.kind.as_deref(), |text| text.parse().ok(), problems)
    })?;
    let (barcode, document) = (request.barcode.unwrap_or_default(), request.document);
    let change = app
        .service
        .write(caller.call(key), async |op| {
            let card = cards::by_number(op, &number).await?;
            let (barcode, check) = (barcode.clone(), check.clone());
            cards::change_kind(op, cards::ChangeKind { card, to, barcode, document, check }).await
        })
        .await;
    done(caller, change).await
}
