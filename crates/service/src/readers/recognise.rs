//! Who is this? One rule for every door: desk, API, kiosk, machine, import.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

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

/// Somebody who shows documents.
pub(crate) struct Shown<'a> {
    /// What they show.
    pub documents: Vec<&'a IdentityDocument>,
    /// Their name and birth date, where those are known already.
    pub name_and_birth: Option<(&'a str, NaiveDate)>,
}

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
    let shown = Shown { documents: documents.into_iter().collect(), name_and_birth };
    Ok(recognise_all(op, std::slice::from_ref(&shown)).await?.pop().unwrap_or_default())
}

/// The same for many people at once, in their order: a unit's list asks as often as one person (6.1.3.2).
pub(crate) async fn recognise_all(op: &Op, people: &[Shown<'_>]) -> Result<Vec<Recognised>> {
    // Namesakes first: were the person written down between the questions, the later ones must see them, or they would
    // pass for their own namesake.
    let namesakes = namesakes(op, people).await?;
    let papers =
        of_numbers(op, people.iter().flat_map(|one| &one.documents).map(|one| one.bare_number())).await?;
    let keys: Vec<Vec<Vec<u8>>> = people.iter().map(|one| keys_of(op, one)).collect();
    let holders: HashMap<Vec<u8>, ReaderId> = identity_key::Entity::find()
        .filter(identity_key::Column::IdentityKey.is_in(keys.iter().flatten().cloned()))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.identity_key, row.reader_id))
        .collect();
    let mut recognised = Vec::with_capacity(people.len());
    for (one, keys) in people.iter().zip(&keys) {
        let of_name = one.name_and_birth.and_then(|(name, birth)| {
            let alike = namesakes.get(&(birth, name_key(name)))?.iter();
            Some(alike.filter(|(_, own)| may_be_same_name(name, own)).map(|(id, _)| *id).collect())
        });
        let mut possible: Vec<ReaderId> = of_name.unwrap_or_default();
        let mut exact = BTreeSet::new();
        let numbers: BTreeMap<Vec<u8>, &IdentityDocument> = one
            .documents
            .iter()
            .map(|document| (number_hash(op, &document.bare_number()), *document))
            .collect();
        for (owner, held) in numbers.keys().filter_map(|number| papers.get(number)).flatten() {
            let same_person = one
                .name_and_birth
                .is_some_and(|(name, birth)| birth == owner.birth_date && same_name(name, &owner.name));
            let same_document = one.documents.iter().any(|shown| {
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
        exact.extend(keys.iter().filter_map(|key| holders.get(key)));
        let mut seen = exact.clone();
        possible.retain(|id| seen.insert(*id));
        possible.truncate(MOST_POSSIBLE);
        recognised.push(Recognised { exact: exact.into_iter().collect(), possible });
    }
    Ok(recognised)
}

/// Under which hashes the registry would hold somebody's documents.
fn keys_of(op: &Op, one: &Shown<'_>) -> Vec<Vec<u8>> {
    let key = |document: &&IdentityDocument| match one.name_and_birth {
        Some((name, birth)) => Some(key_hash(op, document, name, birth)),
        None if document.kind().names_a_person() => Some(op.keys().lookup(KEY, &document.identity_key())),
        None => None,
    };
    one.documents.iter().filter_map(key).collect()
}

/// The keyed hash under which the number of a document is registered that names its holder by itself; none for any other text.
pub(crate) fn key_of_number(keys: &KeyRing, number: &str, today: NaiveDate) -> Option<Vec<u8>> {
    let document = documents::read_number(number, None, None, today).ok()?;
    document.kind().names_a_person().then(|| keys.lookup(KEY, &document.identity_key()))
}

/// Readers whose names may be those of the people, by birth date and what such names have in common.
async fn namesakes(
    op: &Op,
    people: &[Shown<'_>],
) -> Result<HashMap<(NaiveDate, String), Vec<(ReaderId, String)>>> {
    let wanted: BTreeSet<(NaiveDate, String)> = people
        .iter()
        .filter_map(|one| one.name_and_birth)
        .map(|(name, birth)| (birth, name_key(name)))
        .collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let both = Expr::tuple([Expr::col(reader::Column::BirthDate), Expr::col(reader::Column::NameKey)]);
    let rows: Vec<(NaiveDate, String, ReaderId, String)> = reader::Entity::find()
        .select_only()
        .columns([
            reader::Column::BirthDate,
            reader::Column::NameKey,
            reader::Column::Id,
            reader::Column::Name,
        ])
        .filter(both.in_tuples(wanted))
        .filter(reader::Column::MergedInto.is_null())
        .order_by_asc(reader::Column::Id)
        .into_tuple()
        .all(op.db())
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (birth, key, id, name) in rows {
        found.entry((birth, key)).or_default().push((id, name));
    }
    Ok(found)
}

/// The documents of these bare numbers, whatever their kind and country, and their readers, by the hash of the number.
async fn of_numbers(
    op: &Op,
    numbers: impl Iterator<Item = String>,
) -> Result<HashMap<Vec<u8>, Vec<(reader::Model, document::Model)>>> {
    let keys: BTreeSet<Vec<u8>> = numbers.map(|number| number_hash(op, &number)).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // Of a number that names nobody, as the 1 of some old paper, there may be many.
    let most = 50 * keys.len() as u64;
    let papers = document::Entity::find()
        .filter(document::Column::NumberKey.is_in(keys))
        .order_by_asc(document::Column::Id)
        .limit(most)
        .all(op.db())
        .await?;
    if papers.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: BTreeSet<uuid::Uuid> = papers.iter().map(|paper| paper.reader_id.0).collect();
    let owners = reader::Entity::find().filter(reader::Column::Id.is_in(ids)).all(op.db()).await?;
    let owners: HashMap<ReaderId, reader::Model> =
        owners.into_iter().map(|owner| (owner.id, owner)).collect();
    let mut found: HashMap<Vec<u8>, Vec<_>> = HashMap::new();
    for paper in papers {
        if let Some(owner) = owners.get(&paper.reader_id) {
            found.entry(paper.number_key.clone()).or_default().push((owner.clone(), paper));
        }
    }
    Ok(found)
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
    Ok(found.into_values().flatten().map(|(owner, _)| owner.id).filter(|id| seen.insert(*id)).collect())
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
    let (own, born) = called(op, &[id]).await?.remove(&id).ok_or(Error::NotFound("reader"))?;
    Ok(born == birth && same_name(name, &own))
}

/// What readers are called, and when they were born.
pub(crate) async fn called(op: &Op, ids: &[ReaderId]) -> Result<HashMap<ReaderId, (String, NaiveDate)>> {
    let rows: Vec<(ReaderId, String, NaiveDate)> = reader::Entity::find()
        .select_only()
        .columns([reader::Column::Id, reader::Column::Name, reader::Column::BirthDate])
        .filter(reader::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(|(id, name, birth)| (id, (name, birth))).collect())
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
pub(crate) fn key_hash(op: &Op, document: &IdentityDocument, name: &str, birth: NaiveDate) -> Vec<u8> {
    op.keys().lookup(KEY, &person_key(document, name, birth))
}

/// The keyed hash of a bare number.
pub(super) fn number_hash(op: &Op, number: &str) -> Vec<u8> {
    op.keys().lookup("document number", number)
}
