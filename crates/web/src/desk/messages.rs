//! What a reader was told, for the reader's page: `desk/parts/messages.html` shows it, [`load`] reads it.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use service::kernel::{MessageId, Op, ReaderId};
use service::outbox::{MessageView, messages_of};
use service::readers;

use crate::form::Posted;
use crate::page::Answer;
use crate::session::SignedIn;

/// How many messages the reader's page shows.
const MOST: u64 = 10;

/// The latest messages to a reader.
pub async fn load(op: &Op, reader: ReaderId) -> service::Result<Vec<MessageView>> {
    messages_of(op, reader, MOST).await
}

/// Sends a message once more.
pub async fn send_again(me: SignedIn, Path(id): Path<MessageId>, _: Posted) -> Answer {
    let reader = me.write(async move |op| readers::send_again(op, id).await).await?;
    Ok(Redirect::to(&format!("/desk/readers/{reader}#messages")).into_response())
}
