//! Items: one by its barcode, and many at once.

use axum::Json as Answer;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use service::circulation::{self, ItemRow, RowOutcome, import_items};
use utoipa::ToSchema;

use super::shapes::ItemBody;
use crate::App;
use crate::api::body::Json;
use crate::api::caller::Caller;
use crate::api::problem::{ApiError, FieldBody, ProblemBody};

/// Items to load.
#[derive(Deserialize, ToSchema)]
pub struct ItemsRequest {
    /// Up to 500.
    #[schema(required = true)]
    items: Option<Vec<ItemEntry>>,
    /// Whether one row that can't be taken keeps all of them out.
    all_or_nothing: Option<bool>,
}

/// An item as a list has it.
#[derive(Deserialize, ToSchema)]
pub struct ItemEntry {
    #[schema(required = true)]
    barcode: Option<String>,
    #[schema(required = true)]
    title: Option<String>,
    author: Option<String>,
    isbn: Option<String>,
    call_number: Option<String>,
    /// `book` (the default), `periodical`, `av` or `reading_room`.
    kind: Option<String>,
    /// The code of the library that owns it.
    #[schema(required = true)]
    library: Option<String>,
    /// In yuan, as a text.
    #[schema(example = "45.00")]
    price: Option<String>,
}

/// What became of each row, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsAnswer {
    rows: Vec<RowBody>,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowBody {
    /// `added`, `updated`, `unchanged` or `invalid`. With `all_or_nothing`, nothing was written if any is `invalid`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldBody>,
}

/// Rows that a request may have.
const MOST: usize = 500;

/// An item by its barcode.
#[utoipa::path(
    get,
    path = "/api/v1/items/{barcode}",
    tag = "lending",
    security(("token" = [])),
    params(("barcode" = String, Path)),
    responses(
        (status = 200, description = "The item", body = ItemBody),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No item has this barcode", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(barcode): Path<String>,
) -> Result<Answer<ItemBody>, ApiError> {
    let item = app
        .service
        .read(caller.actor.clone(), async move |op| circulation::item(op, &barcode).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    Ok(Answer(ItemBody::of(&caller.speech, &tree, &item)))
}

/// Loads items of another system. Sent again, what is known stays as it is, and what differs is brought up to date.
#[utoipa::path(
    post,
    path = "/api/v1/items",
    tag = "lending",
    security(("token" = [])),
    request_body = ItemsRequest,
    responses(
        (status = 200, description = "What became of each row", body = ItemsAnswer),
        (status = 400, description = "Malformed JSON, or a bad key", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that does not work", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token lacks a right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that can't be taken, or a rule about the request", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Busy; nothing was done", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn import(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<ItemsRequest>,
) -> Result<Answer<ItemsAnswer>, ApiError> {
    let entries = request.items.unwrap_or_default();
    if entries.is_empty() || entries.len() > MOST {
        let problem = if entries.is_empty() {
            service::kernel::Problem::Missing
        } else {
            service::kernel::Problem::TooLong(MOST)
        };
        return Err(ApiError::fields(&caller.speech, vec![("items", problem)]));
    }
    let rows: Vec<ItemRow> = entries.into_iter().map(row).collect();
    let all = request.all_or_nothing.unwrap_or_default();
    let outcomes = app
        .service
        .write(caller.actor.clone(), async move |op| import_items(op, rows.clone(), all).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let told = |outcome: RowOutcome| match outcome {
        RowOutcome::Added => RowBody { outcome: "added", errors: Vec::new() },
        RowOutcome::Updated => RowBody { outcome: "updated", errors: Vec::new() },
        RowOutcome::Unchanged => RowBody { outcome: "unchanged", errors: Vec::new() },
        RowOutcome::Invalid(invalid) => {
            RowBody { outcome: "invalid", errors: FieldBody::all(&caller.speech, &invalid) }
        }
    };
    Ok(Answer(ItemsAnswer { rows: outcomes.into_iter().map(told).collect() }))
}

fn row(entry: ItemEntry) -> ItemRow {
    ItemRow {
        barcode: entry.barcode.unwrap_or_default(),
        title: entry.title.unwrap_or_default(),
        author: entry.author.unwrap_or_default(),
        isbn: entry.isbn.unwrap_or_default(),
        call_number: entry.call_number.unwrap_or_default(),
        kind: entry.kind.unwrap_or_default(),
        library: entry.library.unwrap_or_default(),
        price: entry.price.unwrap_or_default(),
    }
}
