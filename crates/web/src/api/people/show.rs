//! One reader with everything that a clerk sees, masked.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use service::cards;
use service::kernel::ReaderId;
use service::readers::{self, BlockView, ReaderView};
use service::records::{Access, Look, log_access};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::LookedUp;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{BlockAnswer, CardBody, ReaderAnswer, local};

/// A reader in whole; contact data and numbers are masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeReader {
    #[serde(flatten)]
    reader: ReaderAnswer,
    /// To be given back with a change: `If-Match`, or `version`.
    version: i64,
    /// Masked.
    email: Option<String>,
    /// Masked.
    address: Option<String>,
    /// Masked.
    workplace: Option<String>,
    /// The language of messages.
    language: Option<String>,
    guardian: Option<GuardianAnswer>,
    /// When identity was last checked in person.
    verified_at: Option<DateTime<FixedOffset>>,
    /// The record that this one was merged into: the one to go on with.
    #[schema(value_type = Option<uuid::Uuid>)]
    merged_into: Option<ReaderId>,
    cards: Vec<CardBody>,
    /// Whether anything keeps the reader from borrowing and entering now (A.3.1). Told when a reader is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<bool>,
    /// What that is. Told when a reader is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<Vec<BlockAnswer>>,
}

/// The guardian of a reader under 16.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardianAnswer {
    name: String,
    relation: Option<String>,
    /// Masked.
    phone: String,
    consented_on: NaiveDate,
    /// Whether the reader turned 16 and this wants to be ended.
    outgrown: bool,
}

impl WholeReader {
    pub fn of(reader: &ReaderView, cards: Vec<CardBody>) -> Self {
        Self {
            version: reader.version,
            email: reader.email.clone(),
            address: reader.address.clone(),
            workplace: reader.workplace.clone(),
            language: reader.language.clone(),
            guardian: reader.guardian.as_ref().map(|guardian| GuardianAnswer {
                name: guardian.name.clone(),
                relation: guardian.relation.clone(),
                phone: guardian.phone.clone(),
                consented_on: service::kernel::local_date(guardian.consented_at),
                outgrown: reader.guardian_outgrown,
            }),
            verified_at: reader.verified_at.map(local),
            merged_into: reader.merged_into,
            reader: ReaderAnswer::of(reader),
            cards,
            blocked: None,
            blocks: None,
        }
    }

    fn with_blocks(mut self, blocks: &[BlockView]) -> Self {
        self.blocked = Some(!blocks.is_empty());
        self.blocks = Some(BlockAnswer::all(blocks));
        self
    }
}

/// An answer with the version of the reader as its entity tag.
pub fn tagged(version: i64, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    if let Ok(tag) = HeaderValue::try_from(format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// One reader, masked (4.2). The look is logged. The answer's `ETag` is the version to change it with.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "The reader", body = WholeReader),
        LookedUp,
    )
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
) -> Result<Response, ApiError> {
    let (reader, cards, blocks) = app
        .service
        .write(caller.actor.clone(), async move |op| {
            let reader = readers::view(op, id).await?;
            let detail = serde_json::json!({ "by": "id" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            Ok((reader, cards::cards_of(op, id).await?, readers::blocks(op, id).await?))
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let cards = cards.iter().map(|card| CardBody::of(caller.speech.t, &tree, card, None)).collect();
    Ok(tagged(reader.version, Answer(WholeReader::of(&reader, cards).with_blocks(&blocks))))
}
