//! A reader as pages and the API show them: contact data and numbers masked.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use documents::{DocumentKind, mask};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::identity::ADULT_FROM;
use super::masks;
use super::tables::{document, guardian, reader};
use crate::kernel::{
    AttachmentId, DocumentId, Error, GuardianId, Op, ReaderId, Result, Right, Sealed, age_on,
};

/// A reader, masked.
#[derive(Clone, Debug)]
pub struct ReaderView {
    /// The reader.
    pub id: ReaderId,
    /// The name, in full: it is what the clerk calls the reader by.
    pub name: String,
    /// `female`, `male` or `unspecified`.
    pub sex: String,
    /// The birth date.
    pub birth_date: NaiveDate,
    /// Completed years today, in Asia/Shanghai.
    pub age: i32,
    /// The phone number, masked.
    pub phone: String,
    /// The e-mail address, masked.
    pub email: Option<String>,
    /// The postal address, masked.
    pub address: Option<String>,
    /// Workplace or school, masked.
    pub workplace: Option<String>,
    /// The documents in use, masked, oldest first.
    pub documents: Vec<DocumentView>,
    /// Documents that were renewed under another number, or given back; their numbers still lead to the reader.
    pub retired: Vec<DocumentView>,
    /// The guardian who consented last, and whose role has not ended.
    pub guardian: Option<GuardianView>,
    /// Whether the reader turned 16 and the guardian's role wants to be ended (Table A1, note).
    pub guardian_outgrown: bool,
    /// When the reader was written down first.
    pub since: DateTime<Utc>,
    /// Counts the changes: who changes something says which version they saw.
    pub version: i64,
    /// The language of messages; none: the federation's.
    pub language: Option<String>,
    /// The photo, where there is one.
    pub photo: Option<AttachmentId>,
    /// When identity was last checked in person; none: at opening.
    pub verified_at: Option<DateTime<Utc>>,
    /// Whose record this one was merged into: the one to go on with.
    pub merged_into: Option<ReaderId>,
}

/// A document, masked.
#[derive(Clone, Debug)]
pub struct DocumentView {
    /// The document.
    pub id: DocumentId,
    /// Its kind.
    pub kind: DocumentKind,
    /// Who issued it, for passports.
    pub issuing_country: Option<String>,
    /// Its number, masked.
    pub number: String,
    /// Until when it is valid, where known.
    pub valid_until: Option<NaiveDate>,
    /// When another took its place.
    pub retired_at: Option<DateTime<Utc>>,
    /// The place its number names, for display.
    pub place: Option<String>,
}

/// A guardian, masked.
#[derive(Clone, Debug)]
pub struct GuardianView {
    /// The entry.
    pub id: GuardianId,
    /// The name.
    pub name: String,
    /// What they are to the child.
    pub relation: Option<String>,
    /// The phone number, masked.
    pub phone: String,
    /// The kind of their document.
    pub document_kind: DocumentKind,
    /// Its number, masked.
    pub document_number: String,
    /// When they consented.
    pub consented_at: DateTime<Utc>,
}

/// One reader, masked.
///
/// # Errors
/// [`Right::FindReaders`] is needed, or to be the reader; [`Error::NotFound`] when there is none.
pub async fn view(op: &Op, id: ReaderId) -> Result<ReaderView> {
    op.require_or_self(Right::FindReaders, id)?;
    views(op, &[id]).await?.remove(&id).ok_or(Error::NotFound("reader"))
}

/// Whose record this one was merged into; none when it stands for itself. It shows nothing of anybody, so no look is logged.
///
/// # Errors
/// [`Right::FindReaders`] is needed; [`Error::NotFound`] when there is no such record.
pub async fn merged_into(op: &Op, id: ReaderId) -> Result<Option<ReaderId>> {
    op.require(Right::FindReaders)?;
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    Ok(row.merged_into)
}

/// The record that a reader's was merged into in the end; their own where it was not.
pub(crate) async fn survivor(op: &Op, id: ReaderId) -> Result<ReaderId> {
    let mut id = id;
    loop {
        let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
        match row.merged_into {
            Some(winner) => id = winner,
            None => return Ok(id),
        }
    }
}

/// Several readers, masked.
pub(crate) async fn views(op: &Op, ids: &[ReaderId]) -> Result<HashMap<ReaderId, ReaderView>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let readers = reader::Entity::find().filter(reader::Column::Id.is_in(ids.clone())).all(op.db()).await?;
    let papers = document::Entity::find()
        .filter(document::Column::ReaderId.is_in(ids.clone()))
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?;
    let guardians = guardian::Entity::find()
        .filter(guardian::Column::ReaderId.is_in(ids))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_asc(guardian::Column::Id)
        .all(op.db())
        .await?;
    let mut views = HashMap::with_capacity(readers.len());
    for row in readers {
        let documents = papers
            .iter()
            .filter(|paper| paper.reader_id == row.id)
            .map(|paper| masked(op, paper))
            .collect::<Result<_>>()?;
        let guardian = guardians.iter().rfind(|guardian| guardian.reader_id == row.id);
        let guardian = guardian.map(|guardian| masked_guardian(op, guardian)).transpose()?;
        views.insert(row.id, masked_reader(op, row, documents, guardian)?);
    }
    Ok(views)
}

fn masked_reader(
    op: &Op,
    row: reader::Model,
    documents: Vec<DocumentView>,
    guardian: Option<GuardianView>,
) -> Result<ReaderView> {
    let age = age_on(row.birth_date, op.today());
    let (retired, documents) = documents.into_iter().partition(|paper| paper.retired_at.is_some());
    let open = |column: &str, sealed: &Sealed| op.keys().open_sealed(column, row.id.0, sealed);
    let open_some = |column: &str, sealed: &Option<Sealed>| -> Result<Option<String>> {
        sealed.as_ref().map(|sealed| open(column, sealed)).transpose()
    };
    Ok(ReaderView {
        phone: masks::phone(&open("readers.phone", &row.phone)?),
        email: open_some("readers.email", &row.email)?.as_deref().map(masks::email),
        address: open_some("readers.address", &row.address)?.as_deref().map(masks::text),
        workplace: open_some("readers.workplace", &row.workplace)?.as_deref().map(masks::text),
        id: row.id,
        age,
        name: row.name,
        sex: row.sex,
        birth_date: row.birth_date,
        documents,
        retired,
        guardian_outgrown: guardian.is_some() && age >= ADULT_FROM,
        guardian,
        since: row.created_at,
        version: row.version,
        language: row.language,
        photo: row.photo_id,
        verified_at: row.verified_at,
        merged_into: row.merged_into,
    })
}

fn masked(op: &Op, row: &document::Model) -> Result<DocumentView> {
    let number = open_number(op, row)?;
    let kind = kind_of(&row.kind)?;
    let parsed =
        documents::IdentityDocument::parse(kind, &number, row.issuing_country.as_deref(), op.today()).ok();
    Ok(DocumentView {
        id: row.id,
        kind,
        issuing_country: row.issuing_country.clone(),
        number: mask(kind, &number),
        valid_until: row.valid_until,
        retired_at: row.retired_at,
        place: parsed.and_then(|document| document.region()).and_then(|region| region.name),
    })
}

fn masked_guardian(op: &Op, row: &guardian::Model) -> Result<GuardianView> {
    let kind = kind_of(&row.document_kind)?;
    let number = op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?;
    Ok(GuardianView {
        id: row.id,
        name: row.name.clone(),
        relation: row.relation.clone(),
        phone: masks::phone(&op.keys().open_sealed("guardians.phone", row.id.0, &row.phone)?),
        document_kind: kind,
        document_number: mask(kind, &number),
        consented_at: row.consented_at,
    })
}

/// The number of a document in full, with its kind: for deriving what depends on it.
pub(crate) async fn document_number(op: &Op, id: DocumentId) -> Result<(DocumentKind, String)> {
    let row = document::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("document"))?;
    Ok((kind_of(&row.kind)?, open_number(op, &row)?))
}

pub(super) fn open_number(op: &Op, row: &document::Model) -> Result<String> {
    op.keys().open_sealed("identity_documents.number", row.id.0, &row.number)
}

pub(super) fn kind_of(word: &str) -> Result<DocumentKind> {
    word.parse().map_err(|_| Error::internal("unknown kind of document"))
}
