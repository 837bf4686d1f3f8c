//! The one question: does this person hold a card that works now? Yes or no, and nothing else; every question is logged.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::handle_key;
use super::tables::partner_consent;
use crate::cards;
use crate::ecard::{CodeRefusal, redeem};
use crate::kernel::{Error, Op, PartnerId, ReaderId, Result, Right, Who};
use crate::partners;
use crate::readers;
use crate::records::{Access, Look, log_access};

/// How the reader is named, and with it why the service may ask. `Debug` shows nothing of it.
#[derive(Clone)]
pub enum Asked {
    /// The code of the e-card that the reader shows there: it is used up at the service's door.
    Code(String),
    /// The handle that the reader was given when they allowed the service to ask.
    Handle(String),
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Asked {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Handle(_) => "handle",
        }
    }
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Whether the card works now, and its holder is not blocked.
    Live(bool),
    /// Nobody agreed, or there is nobody: which of them is not told.
    NoConsent,
    /// The code that was shown is not taken: which says nothing of anybody.
    Code(CodeRefusal),
}

impl Answered {
    /// The stable word for it, in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live(true) => "live",
            Self::Live(false) => "not_live",
            Self::NoConsent => "no_consent",
            Self::Code(refusal) => refusal.as_str(),
        }
    }
}

/// Answers a partner service, and logs the question.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but a partner service whose account is open.
pub async fn live_card(op: &Op, asked: &Asked) -> Result<Answered> {
    let Who::Partner(service) = op.actor().who else { return Err(Error::Forbidden(Right::FindReaders)) };
    partners::open_service(op, service).await.map_err(|_| Error::Forbidden(Right::FindReaders))?;
    let (reader, answered) = match asked {
        Asked::Code(text) => by_code(op, text).await?,
        Asked::Handle(text) => by_handle(op, service, text).await?,
    };
    let detail = json!({ "by": asked.as_str(), "answer": answered.as_str() });
    log_access(op, Access { look: Look::Asked, reader, detail, reason: None }).await?;
    Ok(answered)
}

async fn by_code(op: &Op, text: &str) -> Result<(Option<ReaderId>, Answered)> {
    let redeemed = match redeem(op, text, None).await? {
        Ok(redeemed) => redeemed,
        Err(refusal) => return Ok((None, Answered::Code(refusal))),
    };
    Ok(match cards::visitor_by_card(op, redeemed.card).await? {
        Some(visitor) => (Some(visitor.reader), Answered::Live(visitor.against.is_none())),
        None => (None, Answered::NoConsent),
    })
}

async fn by_handle(op: &Op, service: PartnerId, text: &str) -> Result<(Option<ReaderId>, Answered)> {
    let row = partner_consent::Entity::find()
        .filter(partner_consent::Column::HandleKey.eq(handle_key(op, text)))
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok((None, Answered::NoConsent)) };
    // What was allowed under a record that is another's by now holds for the person.
    let reader = readers::survivor(op, row.reader_id).await?;
    // The reader sees this question too: that somebody asks who may not, or not any more.
    if row.partner_id != service || row.withdrawn_at.is_some() {
        return Ok((Some(reader), Answered::NoConsent));
    }
    let card = cards::current_card(op, reader).await?;
    let works = card.is_some_and(|card| card.state.against_use().is_none());
    let live = works && readers::is_blocked(op, reader).await?.is_none();
    Ok((Some(reader), Answered::Live(live)))
}
