//! Putting messages into the outbox.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Template;
use super::edit::Texts;
use super::render::fill;
use super::tables::message;
use super::texts::LANGUAGES;
use crate::kernel::{ApplicationId, Error, MessageId, Op, ReaderId, RecordId, Result, local_time};
use crate::libraries::{self, Library};

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

    /// The medium of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|medium| medium.as_str() == word)
    }
}

/// Where a reader is reached.
#[derive(Clone)]
pub(crate) struct Contacts {
    /// How they are addressed.
    pub name: String,
    pub phone: String,
    pub email: Option<String>,
    /// The language of messages: `zh-Hans`, `zh-Hant` or `en`.
    pub language: String,
}

/// A message to a reader, about to be put into the outbox. Words fill the places of the text; the name, the library and the time are
/// always among them.
pub(crate) struct Letter {
    pub reader: ReaderId,
    pub record: Option<RecordId>,
    pub words: Vec<(&'static str, String)>,
    pub contacts: Contacts,
}

/// Puts a message into the outbox, by e-mail and SMS as far as the reader has them.
pub(crate) async fn queue(
    op: &Op,
    reader: ReaderId,
    record: Option<RecordId>,
    template: Template,
    words: &[(&'static str, String)],
    contacts: &Contacts,
) -> Result<()> {
    let letter = Letter { reader, record, words: words.to_vec(), contacts: contacts.clone() };
    queue_all(op, template, std::slice::from_ref(&letter)).await
}

/// The same for many readers.
pub(crate) async fn queue_all(op: &Op, template: Template, letters: &[Letter]) -> Result<()> {
    let house = LetterHead::of(op).await?;
    let mut rows = Vec::with_capacity(letters.len());
    for Letter { reader, record, words, contacts } in letters {
        let told = house.told(op, words, contacts);
        let targets =
            [(Medium::Email, contacts.email.as_deref()), (Medium::Sms, Some(contacts.phone.as_str()))];
        for (medium, target) in targets {
            if let Some(target) = target {
                rows.push(told.row(op, Whom::Reader(*reader), *record, template, medium, target)?);
            }
        }
    }
    if !rows.is_empty() {
        message::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// Puts a message into the outbox for one phone or mailbox only.
pub(crate) async fn queue_one(
    op: &Op,
    reader: ReaderId,
    record: Option<RecordId>,
    template: Template,
    words: &[(&'static str, String)],
    contacts: &Contacts,
    (medium, target): (Medium, &str),
) -> Result<()> {
    let house = LetterHead::of(op).await?;
    let told = house.told(op, words, contacts);
    let row = told.row(op, Whom::Reader(reader), record, template, medium, target)?;
    message::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// Puts a message into the outbox for somebody who applies for a card: by SMS, to the phone that they gave.
pub(crate) async fn queue_to_applicant(
    op: &Op,
    application: ApplicationId,
    template: Template,
    words: &[(&'static str, String)],
    contacts: &Contacts,
) -> Result<()> {
    let house = LetterHead::of(op).await?;
    let told = house.told(op, words, contacts);
    let row = told.row(op, Whom::Applicant(application), None, template, Medium::Sms, &contacts.phone)?;
    message::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// Removes what an applicant was told: it holds their name and phone.
pub(crate) async fn forget_messages_to(op: &Op, applications: &[ApplicationId]) -> Result<()> {
    message::Entity::delete_many()
        .filter(message::Column::ApplicationId.is_in(applications.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Whom a message is for.
#[derive(Clone, Copy)]
enum Whom {
    Reader(ReaderId),
    Applicant(ApplicationId),
}

/// In whose name messages are written, and with which texts.
struct LetterHead {
    library: Option<Library>,
    texts: Texts,
}

impl LetterHead {
    async fn of(op: &Op) -> Result<Self> {
        let tree = libraries::tree(op).await?;
        let library = tree.library(op.actor().library).or_else(|| tree.root()).cloned();
        Ok(Self { library, texts: Texts::at(op, &tree, op.actor().library).await? })
    }

    fn told(&self, op: &Op, words: &[(&'static str, String)], contacts: &Contacts) -> Told<'_> {
        let [usual, ..] = LANGUAGES;
        let language = LANGUAGES.into_iter().find(|known| *known == contacts.language).unwrap_or(usual);
        // These are said in the language of the message, so they count before what was given.
        let mut all = vec![("name", contacts.name.clone()), ("time", local_time(op.now()))];
        if let Some(library) = &self.library {
            let name = match language {
                "zh-Hant" => &library.name_hant,
                "en" => &library.name_en,
                _ => &library.name,
            };
            all.push(("library", name.clone()));
        }
        all.extend(words.iter().cloned());
        Told { language, words: all, texts: &self.texts }
    }
}

/// What a message is made of, whatever it is sent by.
struct Told<'a> {
    language: &'static str,
    words: Vec<(&'static str, String)>,
    texts: &'a Texts,
}

impl Told<'_> {
    fn row(
        &self,
        op: &Op,
        whom: Whom,
        record: Option<RecordId>,
        template: Template,
        medium: Medium,
        target: &str,
    ) -> Result<message::ActiveModel> {
        let Self { language, words, texts } = self;
        let text = texts.text((template, medium, language));
        let id: MessageId = op.new_id()?;
        let close = |column: &str, value: &str| op.keys().close(column, id.0, value);
        let subject = match medium {
            Medium::Email => Some(close("messages.subject", &fill(&text.subject, language, words))?),
            _ => None,
        };
        Ok(message::ActiveModel {
            recipient: Set(Some(close("messages.recipient", target)?)),
            subject: Set(subject),
            body: Set(Some(close("messages.body", &fill(&text.body, language, words))?)),
            state: Set("waiting".to_owned()),
            next_try_at: Set(Some(op.now())),
            ..row(op, id, whom, record, template, medium, language)
        })
    }
}

/// Sends a message once more, to where the reader is reached now: one that failed, or that never came. Codes are asked for anew
/// instead.
pub(crate) async fn send_again(op: &Op, id: MessageId, contacts: &Contacts) -> Result<()> {
    let row = message::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("message"))?;
    let target = match row.channel.as_str() {
        "email" => contacts.email.as_deref(),
        "sms" => Some(contacts.phone.as_str()),
        _ => None,
    };
    let again = ["failed", "sent"].contains(&row.state.as_str()) && row.body.is_some();
    let target = target.filter(|_| again).ok_or(Error::NotFound("message"))?;
    let recipient = op.keys().close("messages.recipient", id.0, target)?;
    let done = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("waiting"))
        .col_expr(message::Column::Recipient, Expr::value(recipient.0))
        .col_expr(message::Column::Tries, Expr::value(0_i64))
        .col_expr(message::Column::NextTryAt, Expr::value(op.now()))
        .col_expr(message::Column::Fault, Expr::value(Option::<String>::None))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.eq(row.state))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
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
        ..row(op, id, Whom::Reader(reader), record, template, medium, "")
    };
    message::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// The same, unless it was noted of this record and medium before.
pub(crate) async fn note_told_once(
    op: &Op,
    reader: ReaderId,
    record: RecordId,
    template: Template,
    medium: Medium,
) -> Result<()> {
    let noted = message::Entity::find()
        .filter(message::Column::ReaderId.eq(reader))
        .filter(message::Column::RecordId.eq(record))
        .filter(message::Column::Channel.eq(medium.as_str()))
        .one(op.db())
        .await?;
    if noted.is_some() { Ok(()) } else { note_told(op, reader, Some(record), template, medium).await }
}

fn row(
    op: &Op,
    id: MessageId,
    whom: Whom,
    record: Option<RecordId>,
    template: Template,
    medium: Medium,
    language: &str,
) -> message::ActiveModel {
    let (reader, application) = match whom {
        Whom::Reader(reader) => (Some(reader), None),
        Whom::Applicant(application) => (None, Some(application)),
    };
    message::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        application_id: Set(application),
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
