//! Who is this? One rule for every door: desk, API, kiosk, machine, import.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::same_name::{canonical, may_be_same_name, name_key, same_name};
use super::tables::{document, identity_key, reader};
use crate::kernel::{Error, KeyRing, Op, ReaderId, Result};

/// What is known of somebody who shows documents.
#[derive(Clone, Debug, Default)]
pub struct Recognised {
    /// Readers whom one of the documents belongs to. More than one: their records want to be merged.
    pub exact: Vec<ReaderId>,
    /// Other readers who may be the same person: of the same name and birth date, or with a document of the same number
    /// that was taken for another kind or country's.
    pub possible: Vec<ReaderId>,
}

/// How many possible duplicates are shown; nobody looks through more.
const MOST_POSSIBLE: usize = 10;

/// Looks for the person by the documents, and by name and birth date where those are known already. A document whose
/// number names no person ([`documents::DocumentKind::names_a_person`]) is somebody's only together with these.
///
/// # Errors
/// When the database can't be asked.
pub async fn recognise<'a>(
    op: &Op,
    documents: impl IntoIterator<Item = &'a IdentityDocument>,
    name_and_birth: Option<(&str, NaiveDate)>,
) -> Result<Recognised> {
    let documents: Vec<&IdentityDocument> = documents.into_iter().collect();
    // Namesakes first: were the person written down between the questions, the later ones must see them, or they would
    // pass for their own namesake.
    let mut possible = match name_and_birth {
        Some((name, birth)) => namesakes(op, name, birth).await?,
        None => Vec::new(),
    };
    let mut exact = BTreeSet::new();
    for (owner, held) in of_numbers(op, documents.iter().map(|document| document.bare_number())).await? {
        let same_person = name_and_birth
            .is_some_and(|(name, birth)| birth == owner.birth_date && same_name(name, &owner.name));
        let same_document = documents.iter().any(|shown| {
            shown.kind().as_str() == held.kind
                && shown.issuing_country() == held.issuing_country.as_deref()
                && number_hash(op, &shown.bare_number()) == held.number_key
        });
        if same_person && same_document {
            exact.insert(owner.id);
        } else {
            possible.push(owner.id);
        }
    }
    let hashes: Vec<Vec<u8>> = documents
        .iter()
        .filter_map(|document| match name_and_birth {
            Some((name, birth)) => Some(key_hash(op, document, name, birth)),
            None if document.kind().names_a_person() => Some(op.keys().lookup(KEY, &document.identity_key())),
            None => None,
        })
        .collect();
    let rows = identity_key::Entity::find()
        .filter(identity_key::Column::IdentityKey.is_in(hashes))
        .all(op.db())
        .await?;
    exact.extend(rows.into_iter().map(|row| row.reader_id));
    let mut seen = exact.clone();
    possible.retain(|id| seen.insert(*id));
    possible.truncate(MOST_POSSIBLE);
    Ok(Recognised { exact: exact.into_iter().collect(), possible })
}

/// The keyed hash under which the number of a document is registered that names its holder by itself; none for any other text.
pub(crate) fn key_of_number(keys: &KeyRing, number: &str, today: NaiveDate) -> Option<Vec<u8>> {
    let document = documents::read_number(number, None, None, today).ok()?;
    document.kind().names_a_person().then(|| keys.lookup(KEY, &document.identity_key()))
}

async fn namesakes(op: &Op, name: &str, birth: NaiveDate) -> Result<Vec<ReaderId>> {
    let rows: Vec<(ReaderId, String)> = reader::Entity::find()
        .select_only()
        .columns([reader::Column::Id, reader::Column::Name])
        .filter(reader::Column::BirthDate.eq(birth))
        .filter(reader::Column::NameKey.eq(name_key(name)))
        .filter(reader::Column::MergedInto.is_null())
        .order_by_asc(reader::Column::Id)
        .limit(100)
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(rows.into_iter().filter(|(_, own)| may_be_same_name(name, own)).map(|(id, _)| id).collect())
}

/// The readers with a document of such a bare number, whatever its kind and country, and that document.
async fn of_numbers(
    op: &Op,
    numbers: impl Iterator<Item = String>,
) -> Result<Vec<(reader::Model, document::Model)>> {
    let keys: BTreeSet<Vec<u8>> = numbers.map(|number| number_hash(op, &number)).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let papers = document::Entity::find()
        .filter(document::Column::NumberKey.is_in(keys))
        .order_by_asc(document::Column::Id)
        .limit(50)
        .all(op.db())
        .await?;
    if papers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<uuid::Uuid> = papers.iter().map(|paper| paper.reader_id.0).collect();
    let owners = reader::Entity::find().filter(reader::Column::Id.is_in(ids)).all(op.db()).await?;
    let owner = |id: ReaderId| owners.iter().find(|owner| owner.id == id).cloned();
    Ok(papers.into_iter().filter_map(|paper| Some((owner(paper.reader_id)?, paper))).collect())
}

/// Readers with a document of this number as it was typed, whatever its kind and country: somebody may have to choose.
///
/// # Errors
/// When the database can't be asked.
pub(crate) async fn by_bare_number(op: &Op, typed: &str) -> Result<Vec<ReaderId>> {
    let number = documents::bare_number(typed);
    // Shorter ones are anybody's.
    if number.chars().count() < 4 {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    let found = of_numbers(op, std::iter::once(number)).await?;
    Ok(found.into_iter().map(|(owner, _)| owner.id).filter(|id| seen.insert(*id)).collect())
}

/// The rows of a reader that are this very document, renewed and retired ones included; of a number that several kinds carry
/// (ID card, household register) all of them.
pub(super) async fn rows_of(
    op: &Op,
    reader: ReaderId,
    shown: &IdentityDocument,
) -> Result<Vec<document::Model>> {
    let rows = document::Entity::find().filter(document::Column::ReaderId.eq(reader));
    let rows = if shown.kind().names_a_person() {
        rows.filter(document::Column::IdentityKey.eq(op.keys().lookup(KEY, &shown.identity_key())))
    } else {
        rows.filter(document::Column::Kind.eq(shown.kind().as_str()))
            .filter(document::Column::NumberKey.eq(number_hash(op, &shown.bare_number())))
    };
    Ok(rows.all(op.db()).await?)
}

/// Whether a reader is known by this name, in whatever spelling, and birth date.
pub(crate) async fn is_called(op: &Op, id: ReaderId, name: &str, birth: NaiveDate) -> Result<bool> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    Ok(row.birth_date == birth && same_name(name, &row.name))
}

/// Which of many people the registry knows, each by document, name and birth date.
pub(crate) async fn known_among(
    op: &Op,
    people: &[(&IdentityDocument, &str, NaiveDate)],
) -> Result<Vec<bool>> {
    let hashes: Vec<Vec<u8>> =
        people.iter().map(|(document, name, birth)| key_hash(op, document, name, *birth)).collect();
    let known: BTreeSet<Vec<u8>> = identity_key::Entity::find()
        .filter(identity_key::Column::IdentityKey.is_in(hashes.clone()))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| row.identity_key)
        .collect();
    Ok(hashes.iter().map(|hash| known.contains(hash)).collect())
}

const KEY: &str = "identity";

/// What makes two people one: the document's identity key, with name and birth date where its number names nobody.
pub(crate) fn person_key(document: &IdentityDocument, name: &str, birth: NaiveDate) -> String {
    let key = document.identity_key();
    if document.kind().names_a_person() { key } else { format!("{key}|{birth}|{}", canonical(name)) }
}

/// The same of all documents in use of these readers: to be hashed with another key than ours, never to be kept.
pub(crate) async fn person_keys_of(op: &Op, readers: &[ReaderId]) -> Result<Vec<String>> {
    let owners: Vec<reader::Model> = reader::Entity::find()
        .filter(reader::Column::Id.is_in(readers.iter().map(|id| id.0)))
        .all(op.db())
        .await?;
    let owners: HashMap<ReaderId, reader::Model> = owners.into_iter().map(|row| (row.id, row)).collect();
    let papers = document::Entity::find()
        .filter(document::Column::ReaderId.is_in(readers.iter().map(|id| id.0)))
        .filter(document::Column::RetiredAt.is_null())
        .all(op.db())
        .await?;
    let mut keys = Vec::with_capacity(papers.len());
    for paper in papers {
        let (Some(owner), Ok(kind)) = (owners.get(&paper.reader_id), paper.kind.parse()) else { continue };
        let number = op.keys().open_sealed("identity_documents.number", paper.id.0, &paper.number)?;
        let country = paper.issuing_country.as_deref().filter(|country| !country.is_empty());
        if let Ok(document) = IdentityDocument::parse(kind, &number, country, op.today()) {
            keys.push(person_key(&document, &owner.name, owner.birth_date));
        }
    }
    Ok(keys)
}

/// The keyed hash of it, as the registry holds it.
pub(super) fn key_hash(op: &Op, document: &IdentityDocument, name: &str, birth: NaiveDate) -> Vec<u8> {
    op.keys().lookup(KEY, &person_key(document, name, birth))
}

/// The keyed hash of a bare number.
pub(super) fn number_hash(op: &Op, number: &str) -> Vec<u8> {
    op.keys().lookup("document number", number)
}
