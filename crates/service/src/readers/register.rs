//! Writing a person down: data, documents, guardian, and what they are found by.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::amend::{Changed, Changes, apply};
use super::children;
use super::details::{Details, Given, GuardianGiven};
use super::names::words_of;
use super::papers::same_document;
use super::recognise::{key_hash, number_hash};
use super::same_name::name_key as spelled;
use super::tables::{document, guardian, identity_key, name_key, reader};
use crate::kernel::{DocumentId, Error, GuardianId, Op, ReaderId, Result, Sealed};

/// Writes a reader down, or brings the data of one who is known up to date. Gives the reader and the document that the card
/// is opened with: the first. Whoever calls keeps what stood there before.
pub(crate) async fn register(
    op: &Op,
    known: Option<ReaderId>,
    details: &Details,
    given: &[Given],
) -> Result<Registered> {
    let (id, changed) = match known {
        Some(id) => (id, Some(bring_up_to_date(op, id, details).await?)),
        None => {
            let id = op.new_id()?;
            reader::Entity::insert(row_of(op, id, details)?).exec_without_returning(op.db()).await?;
            let words = words_of(&details.name);
            let rows =
                words.into_iter().map(|word| name_key::ActiveModel { word: Set(word), reader_id: Set(id) });
            name_key::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
            (id, None)
        }
    };
    let mut first = None;
    for given in given {
        // Two documents of one request may share their key, as an ID card and the household register do.
        let known = known.is_some() || first.is_some();
        let document = match known.then_some(same_document(op, id, given)) {
            Some(same) => same.await?.map(|row| row.id),
            None => None,
        };
        let document = match document {
            Some(document) => document,
            None => add_document(op, id, given, &details.name, details.birth_date, known).await?,
        };
        first.get_or_insert(document);
    }
    let document = first.ok_or_else(|| Error::internal("a reader without a document"))?;
    Ok(Registered { reader: id, document, changed })
}

/// Somebody who was written down.
pub(crate) struct Registered {
    /// The reader.
    pub reader: ReaderId,
    /// The document that the card is opened with.
    pub document: DocumentId,
    /// Of somebody who was known: what stood there before, for the record.
    pub changed: Option<Changed>,
}

fn row_of(op: &Op, id: ReaderId, details: &Details) -> Result<reader::ActiveModel> {
    let seal = |column: &str, text: &str| op.keys().close(column, id.0, text);
    let seal_some = |column: &str, text: &Option<String>| -> Result<Option<Sealed>> {
        text.as_deref().map(|text| seal(column, text)).transpose()
    };
    Ok(reader::ActiveModel {
        id: Set(id),
        name: Set(details.name.clone()),
        name_key: Set(spelled(&details.name)),
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
        language: Set(details.language.map(str::to_owned)),
        photo_id: Set(None),
        verified_at: Set(None),
    })
}

/// What the reader told this time counts; what they left out stays.
async fn bring_up_to_date(op: &Op, id: ReaderId, details: &Details) -> Result<Changed> {
    let told = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let told = Changes {
        name: Some(details.name.clone()),
        sex: Some(details.sex.as_str().to_owned()),
        phone: Some(details.phone.clone()),
        email: told(&details.email),
        address: told(&details.address),
        workplace: told(&details.workplace),
        language: details.language.map(str::to_owned),
        ..Changes::default()
    };
    apply(op, id, &told).await
}

/// Writes a document; its number leads to the reader from now on. `known` says that the number may do so already.
pub(super) async fn add_document(
    op: &Op,
    reader: ReaderId,
    given: &Given,
    name: &str,
    birth: NaiveDate,
    known: bool,
) -> Result<DocumentId> {
    let hash = key_hash(op, &given.document, name, birth);
    let row = document_row(op, reader, given, hash.clone())?;
    let id = row.id.clone().take().ok_or_else(|| Error::internal("a document without id"))?;
    document::Entity::insert(row).exec_without_returning(op.db()).await?;
    let leads = known && identity_key::Entity::find_by_id(hash.clone()).one(op.db()).await?.is_some();
    if !leads {
        let row = identity_key::ActiveModel { identity_key: Set(hash), reader_id: Set(reader) };
        identity_key::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
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
        number_key: Set(number_hash(op, &given.document.bare_number())),
        valid_until: Set(given.valid_until),
        added_at: Set(op.now()),
        retired_at: Set(None),
        expiry_told_at: Set(None),
    })
}

/// Writes the guardian who consented.
pub(crate) async fn add_guardian(op: &Op, reader: ReaderId, given: &GuardianGiven) -> Result<GuardianId> {
    let (id, row) = guardian_row(op, reader, given)?;
    guardian::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// Writes the guardians of many new readers at once, in their order.
pub(crate) async fn add_guardians(op: &Op, given: &[(ReaderId, &GuardianGiven)]) -> Result<Vec<GuardianId>> {
    let rows = given.iter().map(|(reader, given)| guardian_row(op, *reader, given));
    let (ids, rows): (Vec<GuardianId>, Vec<guardian::ActiveModel>) =
        rows.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    if !rows.is_empty() {
        guardian::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(ids)
}

fn guardian_row(
    op: &Op,
    reader: ReaderId,
    given: &GuardianGiven,
) -> Result<(GuardianId, guardian::ActiveModel)> {
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
        document_key: Set(Some(children::key_of(op, &given.document, &given.name))),
    };
    Ok((id, row))
}

/// Writes many new readers at once, each with one document: for whoever recognised them first and knows that they are new. Gives
/// reader and document in the order of the input.
pub(crate) async fn register_new(
    op: &Op,
    people: &[(&Details, &Given)],
) -> Result<Vec<(ReaderId, DocumentId)>> {
    let mut ids = Vec::with_capacity(people.len());
    let (mut readers, mut names, mut papers, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (details, given) in people {
        let id: ReaderId = op.new_id()?;
        let hash = key_hash(op, &given.document, &details.name, details.birth_date);
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
