//! What a reader sees: which services there are, which of them may ask, and every question that was asked.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::allow::own;
use super::tables::partner_consent;
use crate::kernel::{Op, PartnerId, ReaderId, Result};
use crate::partners::{self, ServiceEntry};
use crate::records::{questions_about, with_merged};

/// Whether a service may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// The reader never allowed it.
    Never,
    /// It may, since then.
    Since(DateTime<Utc>),
    /// It might, until then.
    Until(DateTime<Utc>),
}

/// A service that the reader can allow to ask.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Which.
    pub service: ServiceEntry,
    /// Whether it may.
    pub state: ConsentState,
}

/// The services that are open, with what the reader allowed each.
///
/// # Errors
/// [`crate::Error::Forbidden`] for anybody but a reader.
pub async fn offered(op: &Op) -> Result<Vec<Offered>> {
    let reader = own(op)?;
    let mut latest: HashMap<PartnerId, ConsentState> = HashMap::new();
    for row in rows_of(op, reader).await? {
        let state = row.withdrawn_at.map_or(ConsentState::Since(row.given_at), ConsentState::Until);
        latest.insert(row.partner_id, state);
    }
    let services = partners::services(op).await?.into_iter().filter(|service| service.open);
    let offer = |service: ServiceEntry| Offered {
        state: latest.get(&service.id).copied().unwrap_or(ConsentState::Never),
        service,
    };
    Ok(services.map(offer).collect())
}

/// A question that a service asked.
#[derive(Clone, Debug)]
pub struct QuestionEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What the service is called; none when its account is unknown.
    pub service: Option<String>,
    /// `code` or `handle`: what the reader agreed by.
    pub by: String,
    /// A word of [`super::Answered::as_str`].
    pub answer: String,
}

/// What was asked about the reader, newest first.
///
/// # Errors
/// [`crate::Error::Forbidden`] for anybody but a reader.
pub async fn questions(op: &Op, most: u64) -> Result<Vec<QuestionEntry>> {
    let reader = own(op)?;
    let names = titles(op).await?;
    let asked = questions_about(op, reader, most).await?;
    let entry = |asked: crate::records::AccessEntry| {
        let detail: Value = serde_json::from_str(&asked.detail).unwrap_or_default();
        let word = |key: &str| detail[key].as_str().unwrap_or_default().to_owned();
        QuestionEntry {
            at: asked.at,
            service: asked.actor.strip_prefix("partner:").and_then(|id| names.get(id).cloned()),
            by: word("by"),
            answer: word("answer"),
        }
    };
    Ok(asked.into_iter().map(entry).collect())
}

/// What services are called, by the text of their ids.
async fn titles(op: &Op) -> Result<HashMap<String, String>> {
    let services = partners::services(op).await?.into_iter();
    Ok(services.map(|service| (service.id.to_string(), service.title)).collect())
}

/// What a reader allowed, under whatever record, oldest first.
async fn rows_of(op: &Op, reader: ReaderId) -> Result<Vec<partner_consent::Model>> {
    Ok(partner_consent::Entity::find()
        .filter(partner_consent::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .order_by_asc(partner_consent::Column::GivenAt)
        .order_by_asc(partner_consent::Column::Id)
        .all(op.db())
        .await?)
}

/// The same, for all that is held about a reader (5.3).
pub(crate) async fn consents_of(op: &Op, reader: ReaderId) -> Result<Vec<Value>> {
    let names = titles(op).await?;
    let row = |row: partner_consent::Model| {
        json!({
            "service": names.get(&row.partner_id.to_string()),
            "allowed_at": row.given_at,
            "withdrawn_at": row.withdrawn_at,
        })
    };
    Ok(rows_of(op, reader).await?.into_iter().map(row).collect())
}
