//! What a reader was told, for the desk and for the reader.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::message as table;
use super::{Medium, Template};
use crate::kernel::{Error, MessageId, Op, ReaderId, Result, Right, masks};

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// It waits for the worker, or for the next try.
    Waiting,
    /// A worker has it.
    Sending,
    /// Mail server or gateway took it.
    Sent,
    /// It was given up.
    Failed,
    /// A person said it, or paper did.
    Told,
}

impl MessageState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Sending, Self::Sent, Self::Failed, Self::Told];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Told => "told",
        }
    }
}

/// A message as pages show it: the recipient masked, the text left out.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// What it tells.
    pub template: Template,
    /// By which medium.
    pub medium: Medium,
    /// How far it is.
    pub state: MessageState,
    /// When the service was rendered that it tells of.
    pub at: DateTime<Utc>,
    /// When it was sent or said.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it is tried next.
    pub next_try_at: Option<DateTime<Utc>>,
    /// To whom, masked; none for what was said.
    pub recipient: Option<String>,
    /// Why the last try failed: a stable word, with a number after `_` for servers' answers.
    pub fault: Option<String>,
    /// Whether it can be sent again.
    pub again: bool,
}

/// What a reader was told, newest first.
///
/// # Errors
/// [`Right::FindReaders`] is needed, unless it is the reader who asks.
pub async fn messages_of(op: &Op, reader: ReaderId, limit: u64) -> Result<Vec<MessageView>> {
    op.require_at_desk_or_self(Right::FindReaders, reader)?;
    let rows = table::Entity::find()
        .filter(table::Column::ReaderId.eq(reader))
        .order_by_desc(table::Column::CreatedAt)
        .order_by_desc(table::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    rows.into_iter().map(|row| view(op, row)).collect()
}

/// Whom a message is for.
pub(crate) async fn message(op: &Op, id: MessageId) -> Result<ReaderId> {
    let row = table::Entity::find_by_id(id).one(op.db()).await?;
    row.and_then(|row| row.reader_id).ok_or(Error::NotFound("message"))
}

fn view(op: &Op, row: table::Model) -> Result<MessageView> {
    let template = Template::from_word(&row.template).ok_or_else(|| Error::internal("unknown message"))?;
    let medium = Medium::from_word(&row.channel).ok_or_else(|| Error::internal("unknown medium"))?;
    let state = MessageState::ALL.into_iter().find(|state| state.as_str() == row.state);
    let state = state.ok_or_else(|| Error::internal("unknown state of a message"))?;
    let recipient = match &row.recipient {
        Some(sealed) => {
            let target = op.keys().open_sealed("messages.recipient", row.id.0, sealed)?;
            Some(if medium == Medium::Email { masks::email(&target) } else { masks::phone(&target) })
        }
        None => None,
    };
    Ok(MessageView {
        id: row.id,
        template,
        medium,
        state,
        at: row.created_at,
        sent_at: row.sent_at,
        next_try_at: row.next_try_at.filter(|_| state == MessageState::Waiting),
        recipient,
        again: matches!(state, MessageState::Failed | MessageState::Sent) && row.body.is_some(),
        fault: row.fault,
    })
}
