//! Putting messages into the outbox.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::Template;
use super::tables::message;
use crate::kernel::{MessageId, Op, ReaderId, RecordId, Result};

/// By what a reader is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
    /// By what a clerk says from the screen.
    Screen,
    /// On the phone.
    Phone,
    /// On paper.
    Slip,
}

impl Medium {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Email, Self::Sms, Self::Screen, Self::Phone, Self::Slip];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Screen => "screen",
            Self::Phone => "phone",
            Self::Slip => "slip",
        }
    }
}

/// Where a reader is reached.
#[derive(Clone)]
pub(crate) struct Contacts {
    pub phone: String,
    pub email: Option<String>,
    /// The language of messages: `zh-Hans`, `zh-Hant` or `en`.
    pub language: String,
}

/// Puts a message into the outbox, by e-mail and SMS as far as the reader has them. Words fill the places of the text.
pub(crate) async fn queue(
    op: &Op,
    reader: ReaderId,
    record: Option<RecordId>,
    template: Template,
    words: &[(&'static str, String)],
    contacts: &Contacts,
) -> Result<()> {
    let words: serde_json::Map<String, serde_json::Value> =
        words.iter().map(|(name, word)| ((*name).to_owned(), word.clone().into())).collect();
    let body = serde_json::Value::Object(words).to_string();
    let targets = [(Medium::Email, contacts.email.as_deref()), (Medium::Sms, Some(contacts.phone.as_str()))];
    for (medium, target) in targets {
        let Some(target) = target else { continue };
        let id: MessageId = op.new_id()?;
        let row = message::ActiveModel {
            recipient: Set(Some(op.keys().close("messages.recipient", id.0, target)?)),
            body: Set(Some(op.keys().close("messages.body", id.0, &body)?)),
            state: Set("waiting".to_owned()),
            next_try_at: Set(Some(op.now())),
            ..row(op, id, reader, record, template, medium, &contacts.language)
        };
        message::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// Notes that a reader was told by a person or on paper.
pub(crate) async fn note_told(
    op: &Op,
    reader: ReaderId,
    record: Option<RecordId>,
    template: Template,
    medium: Medium,
) -> Result<()> {
    let id: MessageId = op.new_id()?;
    let row = message::ActiveModel {
        state: Set("told".to_owned()),
        sent_at: Set(Some(op.now())),
        ..row(op, id, reader, record, template, medium, "")
    };
    message::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

fn row(
    op: &Op,
    id: MessageId,
    reader: ReaderId,
    record: Option<RecordId>,
    template: Template,
    medium: Medium,
    language: &str,
) -> message::ActiveModel {
    message::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        record_id: Set(record),
        template: Set(template.as_str().to_owned()),
        channel: Set(medium.as_str().to_owned()),
        language: Set(language.to_owned()),
        recipient: Set(None),
        subject: Set(None),
        body: Set(None),
        state: Set(String::new()),
        tries: Set(0),
        next_try_at: Set(None),
        claimed_at: Set(None),
        sent_at: Set(None),
        fault: Set(None),
        created_at: Set(op.now()),
    }
}
