//! What was done for a reader, and what they were told (4.2.2, 6.3.1).

use axum::Json as Answer;
use axum::extract::{Query, State};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use service::kernel::{MessageId, Op, ReaderId};
use service::outbox::{self, MessageView};
use service::records::{self, Access, Look, TimelineEntry, log_access};
use utoipa::ToSchema;

use crate::App;
use crate::api::answers::LookedUp;
use crate::api::caller::Caller;
use crate::api::path::In;
use crate::api::problem::ApiError;
use crate::api::shapes::{LibraryBody, local};

/// How many entries there are at most.
const MOST: u64 = 500;

/// How many.
#[derive(Debug, Default, Deserialize)]
pub struct Limit {
    limit: Option<u64>,
}

impl Limit {
    fn entries(&self) -> u64 {
        self.limit.unwrap_or(100).clamp(1, MOST)
    }
}

/// What a reader was told, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagesAnswer {
    messages: Vec<MessageAnswer>,
}

/// One message. Its text is in no answer: it may hold a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageAnswer {
    #[schema(value_type = uuid::Uuid)]
    id: MessageId,
    /// What it tells, as `loss_reported`.
    #[schema(example = "loss_reported")]
    about: &'static str,
    /// `email`, `sms`, `screen`, `phone` or `slip`.
    #[schema(example = "sms")]
    by: &'static str,
    /// `waiting`, `sending`, `sent`, `failed` or `told`.
    #[schema(example = "sent")]
    state: &'static str,
    at: DateTime<FixedOffset>,
    sent_at: Option<DateTime<FixedOffset>>,
    /// When it is tried next.
    next_try_at: Option<DateTime<FixedOffset>>,
    /// Masked; none for what was said.
    recipient: Option<String>,
    /// Why the last try failed.
    fault: Option<String>,
}

impl MessageAnswer {
    fn of(message: MessageView) -> Self {
        Self {
            id: message.id,
            about: message.template.as_str(),
            by: message.medium.as_str(),
            state: message.state.as_str(),
            at: local(message.at),
            sent_at: message.sent_at.map(local),
            next_try_at: message.next_try_at.map(local),
            recipient: message.recipient,
            fault: message.fault,
        }
    }
}

/// What was done for a reader, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordsAnswer {
    records: Vec<RecordAnswer>,
}

/// One service record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordAnswer {
    at: DateTime<FixedOffset>,
    /// By its stable word.
    #[schema(example = "open_card")]
    service: String,
    /// `done` or `refused`.
    #[schema(example = "done")]
    outcome: String,
    library: LibraryBody,
    channel: String,
    /// How identity was checked.
    checked_how: Option<String>,
    /// Whether it belongs to a merge that was undone.
    undone: bool,
}

async fn look(op: &Op, id: ReaderId, page: &'static str) -> service::Result<()> {
    let detail = serde_json::json!({ "page": page });
    log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await
}

/// What a reader was told, by which medium, and whether it arrived. Needs `find_readers`; the look is logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/messages",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("limit" = Option<u64>, Query, description = "1 to 500; left out, 100")),
    responses(
        (status = 200, description = "The latest messages", body = MessagesAnswer),
        LookedUp,
    )
)]
pub async fn messages(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    Query(limit): Query<Limit>,
) -> Result<Answer<MessagesAnswer>, ApiError> {
    let limit = limit.entries();
    let messages = app
        .service
        .write(caller.actor.clone(), async move |op| {
            service::readers::view(op, id).await?;
            let messages = outbox::messages_of(op, id, limit).await?;
            look(op, id, "messages").await?;
            Ok(messages)
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    Ok(Answer(MessagesAnswer { messages: messages.into_iter().map(MessageAnswer::of).collect() }))
}

/// What was done for a reader, and what was refused; under records that were merged into theirs, too. Needs `find_readers`; the look is
/// logged.
#[utoipa::path(
    get,
    path = "/api/v1/readers/{id}/records",
    tag = "readers",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path), ("limit" = Option<u64>, Query, description = "1 to 500; left out, 100")),
    responses(
        (status = 200, description = "The latest records", body = RecordsAnswer),
        LookedUp,
    )
)]
pub async fn records(
    State(app): State<App>,
    caller: Caller,
    In(id): In<ReaderId>,
    Query(limit): Query<Limit>,
) -> Result<Answer<RecordsAnswer>, ApiError> {
    let limit = limit.entries();
    let entries: Vec<TimelineEntry> = app
        .service
        .write(caller.actor.clone(), async move |op| {
            service::readers::view(op, id).await?;
            let entries = records::timeline(op, id, limit).await?;
            look(op, id, "records").await?;
            Ok(entries)
        })
        .await
        .map_err(|error| ApiError::of(&caller.speech, error))?;
    let tree = caller.libraries().await?;
    let told = |entry: TimelineEntry| RecordAnswer {
        at: local(entry.at),
        service: entry.service,
        outcome: entry.outcome,
        library: LibraryBody::of(caller.speech.t, &tree, entry.library),
        channel: entry.channel,
        checked_how: entry.checked_how,
        undone: entry.undone,
    };
    Ok(Answer(RecordsAnswer { records: entries.into_iter().map(told).collect() }))
}
