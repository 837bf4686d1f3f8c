//! Seeing a value in full: a right, and always logged with the reason (5.1.3).

use chrono::{NaiveDate, TimeDelta};
use documents::DocumentKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::tables::{document, guardian, reader};
use super::view::{kind_of, open_number};
use crate::kernel::{
    DocumentId, Error, Op, Problem, ReaderId, Result, Right, Sealed, ServiceName, clean, masks,
};
use crate::records::{self, Access, Look, log_access};

/// A value that pages show masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalField {
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
    /// The postal address.
    Address,
    /// Workplace or school.
    Workplace,
    /// The number of one of the documents.
    Document(DocumentId),
    /// The guardian's phone number.
    GuardianPhone,
    /// The number of the guardian's document.
    GuardianDocument,
}

impl PersonalField {
    /// The stable word for it, in the access log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::Workplace => "workplace",
            Self::Document(_) => "document",
            Self::GuardianPhone => "guardian_phone",
            Self::GuardianDocument => "guardian_document",
        }
    }
}

/// Shows one value in full; the look is logged first.
///
/// # Errors
/// [`Right::RevealPersonalData`] and a reason of at least two characters are needed.
pub async fn reveal(op: &Op, id: ReaderId, field: PersonalField, reason: &str) -> Result<String> {
    op.require(Right::RevealPersonalData)?;
    let reason = checked_reason(reason)?;
    let detail = json!({ "field": field.as_str() });
    log_access(op, Access { look: Look::Revealed, reader: Some(id), detail, reason: Some(&reason) }).await?;
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let open = |column: &str, sealed: Option<&Sealed>| match sealed {
        Some(sealed) => op.keys().open_sealed(column, id.0, sealed),
        None => Err(Error::NotFound("value")),
    };
    match field {
        PersonalField::Phone => open("readers.phone", Some(&row.phone)),
        PersonalField::Email => open("readers.email", row.email.as_ref()),
        PersonalField::Address => open("readers.address", row.address.as_ref()),
        PersonalField::Workplace => open("readers.workplace", row.workplace.as_ref()),
        PersonalField::Document(document) => {
            let row = document::Entity::find_by_id(document)
                .filter(document::Column::ReaderId.eq(id))
                .one(op.db())
                .await?
                .ok_or(Error::NotFound("document"))?;
            open_number(op, &row)
        }
        PersonalField::GuardianPhone | PersonalField::GuardianDocument => {
            let row = latest_guardian(op, id).await?.ok_or(Error::NotFound("guardian"))?;
            match field {
                PersonalField::GuardianPhone => {
                    op.keys().open_sealed("guardians.phone", row.id.0, &row.phone)
                }
                _ => op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number),
            }
        }
    }
}

/// Why somebody looks: two characters at least, in their own words.
pub(crate) fn checked_reason(reason: &str) -> Result<String> {
    let reason = clean(reason);
    match reason.chars().count() {
        0 | 1 => Err(Error::field("reason", Problem::Missing)),
        201.. => Err(Error::field("reason", Problem::TooLong(200))),
        _ => Ok(reason),
    }
}

/// Everything that the registration form of appendix B holds.
#[derive(Clone)]
pub struct FullReader {
    /// Whether it is in full; else contact data and numbers are masked, as on pages.
    pub in_full: bool,
    /// The name.
    pub name: String,
    /// `female`, `male` or `unspecified`.
    pub sex: String,
    /// The birth date.
    pub birth_date: NaiveDate,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// Workplace, or school and class.
    pub workplace: Option<String>,
    /// Kind, number and validity of each document.
    pub documents: Vec<(DocumentKind, String, Option<NaiveDate>)>,
    /// The guardian's name, relation, phone, kind and number of document.
    pub guardian: Option<(String, Option<String>, String, DocumentKind, String)>,
}

impl std::fmt::Debug for FullReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FullReader(…)")
    }
}

/// How long after a card was opened, or data were changed, the form is still that of the reader who stands there.
const STILL_THERE: TimeDelta = TimeDelta::minutes(30);

/// The printed form of appendix B, which the reader signs: in full for whoever opened the card or changed the data at this point within the
/// last half hour; to all others masked. Logged.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is no such reader.
pub async fn for_print(op: &Op, id: ReaderId) -> Result<FullReader> {
    op.require(Right::FindReaders)?;
    let services = [ServiceName::OpenCard, ServiceName::Amend];
    let in_full = op.actor().may(Right::RevealPersonalData)
        && records::has_just_done(op, id, &services, op.now() - STILL_THERE).await?;
    let detail = json!({ "paper": "appendix_b", "in_full": in_full });
    form(op, id, in_full, Look::Printed, detail, None).await
}

/// The same in full, for a reason.
///
/// # Errors
/// [`Right::RevealPersonalData`] and a reason of at least two characters are needed; [`Error::NotFound`] when there is no such reader.
pub async fn for_print_in_full(op: &Op, id: ReaderId, reason: &str) -> Result<FullReader> {
    op.require(Right::RevealPersonalData)?;
    let reason = checked_reason(reason)?;
    let detail = json!({ "paper": "appendix_b", "in_full": true });
    form(op, id, true, Look::Printed, detail, Some(&reason)).await
}

/// The reader in full, for the form to open a card with for somebody who had one before. Logged.
///
/// # Errors
/// [`Right::RevealPersonalData`] and [`Right::OpenCards`] are needed; [`Error::NotFound`] when there is no such reader.
pub async fn for_opening(op: &Op, id: ReaderId) -> Result<FullReader> {
    op.require(Right::OpenCards)?;
    op.require(Right::RevealPersonalData)?;
    form(op, id, true, Look::Revealed, json!({ "page": "open_card" }), None).await
}

async fn form(
    op: &Op,
    id: ReaderId,
    in_full: bool,
    look: Look,
    detail: serde_json::Value,
    reason: Option<&str>,
) -> Result<FullReader> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    log_access(op, Access { look, reader: Some(id), detail, reason }).await?;
    let open_some = |column: &str, sealed: &Option<Sealed>| -> Result<Option<String>> {
        sealed.as_ref().map(|sealed| op.keys().open_sealed(column, id.0, sealed)).transpose()
    };
    let documents = document::Entity::find()
        .filter(document::Column::ReaderId.eq(id))
        .filter(document::Column::RetiredAt.is_null())
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?
        .iter()
        .map(|row| Ok((kind_of(&row.kind)?, open_number(op, row)?, row.valid_until)))
        .collect::<Result<_>>()?;
    let guardian = match latest_guardian(op, id).await? {
        Some(row) => Some((
            row.name,
            row.relation,
            op.keys().open_sealed("guardians.phone", row.id.0, &row.phone)?,
            kind_of(&row.document_kind)?,
            op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?,
        )),
        None => None,
    };
    let full = FullReader {
        in_full,
        phone: op.keys().open_sealed("readers.phone", id.0, &row.phone)?,
        email: open_some("readers.email", &row.email)?,
        address: open_some("readers.address", &row.address)?,
        workplace: open_some("readers.workplace", &row.workplace)?,
        name: row.name,
        sex: row.sex,
        birth_date: row.birth_date,
        documents,
        guardian,
    };
    Ok(if in_full { full } else { full.masked() })
}

impl FullReader {
    /// What pages show of it.
    fn masked(self) -> Self {
        let documents = self.documents.into_iter();
        Self {
            phone: masks::phone(&self.phone),
            email: self.email.as_deref().map(masks::email),
            address: self.address.as_deref().map(masks::text),
            workplace: self.workplace.as_deref().map(masks::text),
            documents: documents
                .map(|(kind, number, until)| (kind, documents::mask(kind, &number), until))
                .collect(),
            guardian: self.guardian.map(|(name, relation, phone, kind, number)| {
                (name, relation, masks::phone(&phone), kind, documents::mask(kind, &number))
            }),
            ..self
        }
    }
}

async fn latest_guardian(op: &Op, id: ReaderId) -> Result<Option<guardian::Model>> {
    Ok(guardian::Entity::find()
        .filter(guardian::Column::ReaderId.eq(id))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_desc(guardian::Column::Id)
        .one(op.db())
        .await?)
}
