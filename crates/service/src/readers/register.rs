//! Writing a person down: data, documents, guardian, and what they are found by.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::details::{Details, Given, GuardianGiven};
use super::names::words_of;
use super::recognise::key_hash;
use super::tables::{document, guardian, identity_key, name_key, reader};
use crate::kernel::{DocumentId, Error, GuardianId, Op, ReaderId, Result, Sealed};

/// Writes a reader down, or brings the data of one who is known up to date. Gives the reader and the document that the card
/// is opened with: the first.
pub(crate) async fn register(
    op: &Op,
    known: Option<ReaderId>,
    details: &Details,
    given: &[Given],
) -> Result<(ReaderId, DocumentId)> {
    let id = match known {
        Some(id) => {
            bring_up_to_date(op, id, details).await?;
            id
        }
        None => {
            let id = op.new_id()?;
            reader::Entity::insert(row_of(op, id, details)?).exec_without_returning(op.db()).await?;
            id
        }
    };
    add_name_keys(op, id, details, known.is_some()).await?;
    let mut first = None;
    for given in given {
        // Two documents of one request may share their key, as an ID card and the household register do.
        let document = add_document(op, id, given, known.is_some() || first.is_some()).await?;
        first.get_or_insert(document);
    }
    first.map(|document| (id, document)).ok_or_else(|| Error::internal("a reader without a document"))
}

fn row_of(op: &Op, id: ReaderId, details: &Details) -> Result<reader::ActiveModel> {
    let seal = |column: &str, text: &str| op.keys().close(column, id.0, text);
    let seal_some = |column: &str, text: &Option<String>| -> Result<Option<Sealed>> {
        text.as_deref().map(|text| seal(column, text)).transpose()
    };
    Ok(reader::ActiveModel {
        id: Set(id),
        name: Set(details.name.clone()),
        sex: Set(details.sex.as_str().to_owned()),
        birth_date: Set(details.birth_date),
        phone: Set(seal("readers.phone", &details.phone)?),
        phone_key: Set(phone_hash(op, &details.phone)),
        email: Set(seal_some("readers.email", &details.email)?),
        address: Set(seal_some("readers.address", &details.address)?),
        workplace: Set(seal_some("readers.workplace", &details.workplace)?),
        created_at: Set(op.now()),
        version: Set(1),
        merged_into: Set(None),
        language: Set(None),
        photo_id: Set(None),
        verified_at: Set(None),
    })
}

/// What the reader told this time counts; what they left out stays.
async fn bring_up_to_date(op: &Op, id: ReaderId, details: &Details) -> Result<()> {
    let mut row = row_of(op, id, details)?;
    for (value, told) in [
        (&mut row.email, details.email.is_some()),
        (&mut row.address, details.address.is_some()),
        (&mut row.workplace, details.workplace.is_some()),
    ] {
        if !told {
            *value = sea_orm::ActiveValue::NotSet;
        }
    }
    row.id = sea_orm::ActiveValue::NotSet;
    row.created_at = sea_orm::ActiveValue::NotSet;
    row.version = sea_orm::ActiveValue::NotSet;
    row.merged_into = sea_orm::ActiveValue::NotSet;
    row.language = sea_orm::ActiveValue::NotSet;
    row.photo_id = sea_orm::ActiveValue::NotSet;
    row.verified_at = sea_orm::ActiveValue::NotSet;
    let done = reader::Entity::update_many()
        .set(row)
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(id))
        .filter(reader::Column::MergedInto.is_null())
        .exec(op.db())
        .await?;
    // Merged into another at this very moment: run again, the documents lead there.
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

async fn add_name_keys(op: &Op, id: ReaderId, details: &Details, known: bool) -> Result<()> {
    let mut words = words_of(&details.name);
    if known {
        let rows = name_key::Entity::find().filter(name_key::Column::ReaderId.eq(id)).all(op.db()).await?;
        for row in rows {
            words.remove(&row.word);
        }
    }
    if !words.is_empty() {
        let rows =
            words.into_iter().map(|word| name_key::ActiveModel { word: Set(word), reader_id: Set(id) });
        name_key::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

async fn add_document(op: &Op, reader: ReaderId, given: &Given, known: bool) -> Result<DocumentId> {
    let hash = key_hash(op, &given.document);
    if known {
        let same = document::Entity::find()
            .filter(document::Column::ReaderId.eq(reader))
            .filter(document::Column::IdentityKey.eq(hash.clone()))
            .all(op.db())
            .await?;
        for row in &same {
            let number = op.keys().open_sealed("identity_documents.number", row.id.0, &row.number)?;
            if row.kind == given.document.kind().as_str() && number == given.document.number() {
                return Ok(row.id);
            }
        }
        let id = insert_document(op, reader, given, hash.clone()).await?;
        if same.is_empty() {
            insert_key(op, reader, hash).await?;
        }
        return Ok(id);
    }
    let id = insert_document(op, reader, given, hash.clone()).await?;
    insert_key(op, reader, hash).await?;
    Ok(id)
}

fn document_row(op: &Op, reader: ReaderId, given: &Given, hash: Vec<u8>) -> Result<document::ActiveModel> {
    let id: DocumentId = op.new_id()?;
    Ok(document::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        kind: Set(given.document.kind().as_str().to_owned()),
        issuing_country: Set(given.document.issuing_country().map(str::to_owned)),
        number: Set(op.keys().close("identity_documents.number", id.0, given.document.number())?),
        identity_key: Set(hash),
        valid_until: Set(given.valid_until),
        added_at: Set(op.now()),
        retired_at: Set(None),
        expiry_told_at: Set(None),
    })
}

pub(super) async fn insert_document(
    op: &Op,
    reader: ReaderId,
    given: &Given,
    hash: Vec<u8>,
) -> Result<DocumentId> {
    let row = document_row(op, reader, given, hash)?;
    let id = row.id.clone().take().ok_or_else(|| Error::internal("a document without id"))?;
    document::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

pub(super) async fn insert_key(op: &Op, reader: ReaderId, hash: Vec<u8>) -> Result<()> {
    let row = identity_key::ActiveModel { identity_key: Set(hash), reader_id: Set(reader) };
    identity_key::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}

/// Writes the guardian who consented.
pub(crate) async fn add_guardian(op: &Op, reader: ReaderId, given: &GuardianGiven) -> Result<GuardianId> {
    let id: GuardianId = op.new_id()?;
    let row = guardian::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        name: Set(given.name.clone()),
        relation: Set(given.relation.clone()),
        phone: Set(op.keys().close("guardians.phone", id.0, &given.phone)?),
        document_kind: Set(given.document.kind().as_str().to_owned()),
        issuing_country: Set(given.document.issuing_country().map(str::to_owned)),
        document_number: Set(op.keys().close("guardians.document_number", id.0, given.document.number())?),
        consented_at: Set(op.now()),
        ended_at: Set(None),
    };
    guardian::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// Writes many new readers at once, each with one document: for imports, which recognise them first. Gives reader and
/// document in the order of the input.
pub(crate) async fn import_rows(
    op: &Op,
    people: &[(&Details, &Given)],
) -> Result<Vec<(ReaderId, DocumentId)>> {
    let mut ids = Vec::with_capacity(people.len());
    let (mut readers, mut names, mut papers, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (details, given) in people {
        let id: ReaderId = op.new_id()?;
        let hash = key_hash(op, &given.document);
        let paper = document_row(op, id, given, hash.clone())?;
        let paper_id = paper.id.clone().take().ok_or_else(|| Error::internal("a document without id"))?;
        readers.push(row_of(op, id, details)?);
        names.extend(
            words_of(&details.name)
                .into_iter()
                .map(|word| name_key::ActiveModel { word: Set(word), reader_id: Set(id) }),
        );
        papers.push(paper);
        keys.push(identity_key::ActiveModel { identity_key: Set(hash), reader_id: Set(id) });
        ids.push((id, paper_id));
    }
    if ids.is_empty() {
        return Ok(ids);
    }
    reader::Entity::insert_many(readers).exec_without_returning(op.db()).await?;
    name_key::Entity::insert_many(names).exec_without_returning(op.db()).await?;
    document::Entity::insert_many(papers).exec_without_returning(op.db()).await?;
    identity_key::Entity::insert_many(keys).exec_without_returning(op.db()).await?;
    Ok(ids)
}

pub(super) fn phone_hash(op: &Op, phone: &str) -> Vec<u8> {
    op.keys().lookup("phone", phone)
}
