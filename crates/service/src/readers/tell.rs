//! Telling a reader what was done (6.3.1): by what they can be reached, and as it was told already.

use sea_orm::EntityTrait;

use super::details::Details;
use super::tables::reader;
use crate::kernel::{Error, MessageId, Op, ReaderId, RecordId, Result, Right, ServiceName, Who};
use crate::outbox::{self, Contacts, Letter, Medium, Template};
use crate::records::{CheckMethod, IdentityCheck};

/// The language of who chose none.
const USUAL: &str = "zh-Hans";

/// Puts a message to a reader into the outbox, and notes that who stood there, or called, was told. While a request is answered the
/// reader is elsewhere, and hears of it once: by the answer, not by each change that follows from it.
pub(crate) async fn tell(
    op: &Op,
    id: ReaderId,
    record: RecordId,
    template: Template,
    words: &[(&'static str, String)],
    check: Option<&IdentityCheck>,
) -> Result<()> {
    let answers = op.intends(ServiceName::AnswerRequest);
    if answers && template != Template::RequestAnswered {
        return Ok(());
    }
    let contacts = contacts(op, id).await?;
    outbox::queue(op, id, Some(record), template, words, &contacts).await?;
    if answers {
        return Ok(());
    }
    let medium = match check.map(|check| check.method) {
        Some(CheckMethod::Phone) => Medium::Phone,
        // Staff who go through what came on the web have nobody in front of them.
        Some(CheckMethod::UnitList) => return Ok(()),
        Some(CheckMethod::Online) if matches!(op.actor().who, Who::Staff(_) | Who::Token(_)) => return Ok(()),
        Some(_) => Medium::Screen,
        None => return Ok(()),
    };
    outbox::note_told(op, id, Some(record), template, medium).await
}

/// Somebody who was just written down, and is to be told of it.
pub(crate) struct ToTell<'a> {
    pub reader: ReaderId,
    pub record: RecordId,
    pub details: &'a Details,
    pub words: Vec<(&'static str, String)>,
}

/// Tells people who were just written down, and whom nobody has in front of them (6.1.3.2): by what they told.
pub(crate) async fn tell_newcomers(
    op: &Op,
    template: Template,
    newcomers: impl Iterator<Item = ToTell<'_>>,
) -> Result<()> {
    let letter = |ToTell { reader, record, details, words }: ToTell<'_>| {
        let contacts = Contacts {
            name: details.name.clone(),
            phone: details.phone.clone(),
            email: details.email.clone(),
            language: details.language.unwrap_or(USUAL).to_owned(),
        };
        Letter { reader, record: Some(record), words, contacts }
    };
    let letters: Vec<Letter> = newcomers.map(letter).collect();
    outbox::queue_all(op, template, &letters).await
}

/// Puts a message to a reader into the outbox that tells of no service.
pub(crate) async fn tell_without_record(
    op: &Op,
    id: ReaderId,
    template: Template,
    words: &[(&'static str, String)],
) -> Result<()> {
    let contacts = contacts(op, id).await?;
    outbox::queue(op, id, None, template, words, &contacts).await
}

/// Where a reader is reached.
pub(crate) async fn contacts(op: &Op, id: ReaderId) -> Result<Contacts> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let email = row.email.as_ref().map(|sealed| op.keys().open_sealed("readers.email", id.0, sealed));
    Ok(Contacts {
        name: row.name,
        phone: op.keys().open_sealed("readers.phone", id.0, &row.phone)?,
        email: email.transpose()?,
        language: row.language.unwrap_or_else(|| USUAL.to_owned()),
    })
}

/// Sends a message once more, to where the reader is reached now. Gives whose it is.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::NotFound`] when there is no such message, or it can't be sent again.
pub async fn send_again(op: &Op, id: MessageId) -> Result<ReaderId> {
    op.require(Right::AmendReaders)?;
    let reader = outbox::message(op, id).await?;
    outbox::send_again(op, id, &contacts(op, reader).await?).await?;
    Ok(reader)
}
