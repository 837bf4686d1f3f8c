//! The documents of a reader as rows: add one, renew one, retire one (4.2.1). Numbers that were in use stay in the registry, so
//! that whoever shows the old document is still found. The operations stand in the room `people`, since a card follows its
//! document.

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::amend::told_birth_date;
use super::details::{DocumentForm, Given, check_document};
use super::recognise::{key_hash, rows_of};
use super::register::add_document;
use super::tables::{document, identity_key, reader};
use super::view::{kind_of, open_number};
use crate::kernel::{DocumentId, Error, Invalid, Op, Problem, ReaderId, Result};

/// Checks a document that is to be a reader's: its fields, and that it says no other birth date.
pub(crate) async fn check_paper(
    op: &Op,
    row: &reader::Model,
    form: &DocumentForm,
    invalid: &mut Invalid,
) -> Result<Option<Given>> {
    const FIELDS: [&str; 4] =
        ["document.type", "document.number", "document.issuing_country", "document.valid_until"];
    let given = check_document(form, FIELDS, op.today(), invalid);
    if let Some(given) = &given
        && let Some(told) = given.document.birth_date()
        && told != row.birth_date
    {
        // The old permanent-resident number holds two digits of the year only; where another document tells more, that counts.
        let known = told_birth_date(op, row.id).await?;
        if known.is_none_or(|known| known != told) {
            invalid.add("document.number", Problem::BirthDateDiffers);
        }
    }
    Ok(given)
}

/// A document of a reader, whether in use or retired.
pub(crate) async fn document_of(op: &Op, reader: ReaderId, id: DocumentId) -> Result<document::Model> {
    document::Entity::find_by_id(id)
        .filter(document::Column::ReaderId.eq(reader))
        .one(op.db())
        .await?
        .ok_or(Error::NotFound("document"))
}

/// The documents in use, oldest first.
pub(crate) async fn documents_in_use(op: &Op, reader: ReaderId) -> Result<Vec<document::Model>> {
    Ok(document::Entity::find()
        .filter(document::Column::ReaderId.eq(reader))
        .filter(document::Column::RetiredAt.is_null())
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?)
}

/// Every document that a reader ever had, oldest first.
pub(crate) async fn all_documents(op: &Op, reader: ReaderId) -> Result<Vec<document::Model>> {
    Ok(document::Entity::find()
        .filter(document::Column::ReaderId.eq(reader))
        .order_by_asc(document::Column::AddedAt)
        .order_by_asc(document::Column::Id)
        .all(op.db())
        .await?)
}

/// The number of a document and its parts.
pub(crate) fn as_document(op: &Op, row: &document::Model) -> Result<Option<IdentityDocument>> {
    let (kind, number) = (kind_of(&row.kind)?, open_number(op, row)?);
    Ok(IdentityDocument::parse(kind, &number, row.issuing_country.as_deref(), op.today()).ok())
}

/// The full number, for the sealed history.
pub(crate) fn full_number(op: &Op, row: &document::Model) -> Result<String> {
    open_number(op, row)
}

/// Whom a document leads to, when this reader shows it.
pub(crate) async fn owner_of(
    op: &Op,
    reader: ReaderId,
    document: &IdentityDocument,
) -> Result<Option<ReaderId>> {
    let row = reader::Entity::find_by_id(reader).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let hash = key_hash(op, document, &row.name, row.birth_date);
    Ok(identity_key::Entity::find_by_id(hash).one(op.db()).await?.map(|row| row.reader_id))
}

/// The reader's row of this very document, if there is one.
pub(crate) async fn same_document(
    op: &Op,
    reader: ReaderId,
    given: &Given,
) -> Result<Option<document::Model>> {
    for row in rows_of(op, reader, &given.document).await? {
        if row.kind == given.document.kind().as_str() && open_number(op, &row)? == given.document.number() {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Writes a document of a reader that is not there yet; its number leads to them from now on.
pub(crate) async fn write_paper(op: &Op, reader: ReaderId, given: &Given) -> Result<DocumentId> {
    let row = reader::Entity::find_by_id(reader).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    add_document(op, reader, given, &row.name, row.birth_date, true).await
}

/// Takes a document into use again, or gives it another validity.
pub(crate) async fn set_validity(op: &Op, row: &document::Model, until: Option<NaiveDate>) -> Result<()> {
    let retired = match row.retired_at {
        None => document::Column::RetiredAt.is_null(),
        Some(at) => document::Column::RetiredAt.eq(at),
    };
    let done = document::Entity::update_many()
        .col_expr(document::Column::ValidUntil, Expr::value(until))
        .col_expr(document::Column::RetiredAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .col_expr(document::Column::ExpiryToldAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .filter(document::Column::Id.eq(row.id))
        .filter(retired)
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// Takes a document out of use; its number still leads to the reader.
pub(crate) async fn retire(op: &Op, id: DocumentId) -> Result<()> {
    let done = document::Entity::update_many()
        .col_expr(document::Column::RetiredAt, Expr::value(op.now()))
        .filter(document::Column::Id.eq(id))
        .filter(document::Column::RetiredAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// Notes that a reader was told that a document ends; whether this call was the one that noted it.
pub(crate) async fn note_expiry_told(op: &Op, id: DocumentId) -> Result<bool> {
    let done = document::Entity::update_many()
        .col_expr(document::Column::ExpiryToldAt, Expr::value(op.now()))
        .filter(document::Column::Id.eq(id))
        .filter(document::Column::ExpiryToldAt.is_null())
        .exec(op.db())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Counts a change of the person: two who change the same reader at once don't both succeed unseen.
pub(crate) async fn count_change(op: &Op, row: &reader::Model) -> Result<i64> {
    let done = reader::Entity::update_many()
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(row.id))
        .filter(reader::Column::Version.eq(row.version))
        .filter(reader::Column::MergedInto.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(row.version + 1) } else { Err(Error::Raced) }
}
