//! Readers: find them. What is looked for stands in the body, never in an address.

use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use service::cards;
use service::kernel::Problem;
use utoipa::ToSchema;

use super::answers::Asked;
use super::body::Json;
use super::caller::Caller;
use super::problem::ApiError;
use super::shapes::{CardBody, DocumentBody, ReaderAnswer};
use crate::App;

/// Whom to look for: one of these.
#[derive(Deserialize, ToSchema)]
pub struct SearchRequest {
    /// Anything: card number, barcode, document number, phone, name, pinyin, initials, chip record.
    #[schema(example = "cml")]
    query: Option<String>,
    /// A card number or barcode.
    #[schema(example = json!(null))]
    card_number: Option<String>,
    /// A document; passports with their issuing country.
    #[schema(example = json!(null))]
    document: Option<DocumentBody>,
    /// A phone number.
    #[schema(example = json!(null))]
    phone: Option<String>,
    /// The beginning of a name.
    #[schema(example = json!(null))]
    name: Option<String>,
}

/// Who was found, the surest first; at most 20.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    readers: Vec<FoundBody>,
    /// Whether there are more.
    more: bool,
}

/// A reader with the card that counts: the live one, or the latest.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundBody {
    reader: ReaderAnswer,
    card: Option<CardBody>,
}

impl SearchRequest {
    fn text(self) -> Option<String> {
        let document = self.document.map(|document| {
            let form = document.into_form();
            [form.issuing_country, form.number].join(" ").trim().to_owned()
        });
        [self.query, self.card_number, document, self.phone, self.name]
            .into_iter()
            .flatten()
            .find(|text| !text.trim().is_empty())
    }
}

/// Finds readers, masked (4.2). The search is logged.
#[utoipa::path(
    post,
    path = "/api/v1/readers/search",
    tag = "readers",
    security(("token" = [])),
    request_body = SearchRequest,
    responses(
        (status = 200, description = "Who was found", body = SearchAnswer),
        Asked,
    )
)]
pub async fn search(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<SearchRequest>,
) -> Result<Answer<SearchAnswer>, ApiError> {
    let Some(text) = request.text() else {
        return Err(ApiError::fields(&caller.speech, vec![("query", Problem::Missing)]));
    };
    let found = app
        .service
        .write(caller.actor.clone(), async |op| cards::find(op, &text).await)
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let readers = found.readers.iter().map(|found| FoundBody {
        reader: ReaderAnswer::of(&found.reader),
        card: found.card.as_ref().map(|card| CardBody::of(caller.speech.t, &tree, card, None)),
    });
    Ok(Answer(SearchAnswer { readers: readers.collect(), more: found.more }))
}
