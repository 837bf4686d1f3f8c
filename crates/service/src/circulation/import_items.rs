//! Loading items of another system: row by row, with what is wrong with each; run again, it adds what is new and changes what differs.

use std::collections::{HashMap, HashSet};

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::RowOutcome;
use super::item::{as_scanned, change};
use super::money::fen_of;
use super::tables::{item, title, title_word};
use super::titles::{key_of, words_of};
use crate::kernel::{
    Error, Invalid, ItemId, ItemKind, ItemState, LibraryId, Op, Problem, Result, Right, ServiceName, TitleId,
    clean,
};
use crate::libraries::{Tree, tree};
use crate::records;

/// An item as a list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemRow {
    /// Its barcode.
    pub barcode: String,
    /// Its title.
    pub title: String,
    /// Who wrote it, or nothing.
    pub author: String,
    /// Its ISBN, or nothing.
    pub isbn: String,
    /// Where it stands on the shelves, or nothing.
    pub call_number: String,
    /// A word of [`ItemKind`]; nothing for a book.
    pub kind: String,
    /// The code of the library that owns it.
    pub library: String,
    /// Its price in yuan, or nothing.
    pub price: String,
}

struct Checked {
    place: usize,
    barcode: String,
    title: String,
    author: String,
    isbn: Option<String>,
    call_number: String,
    kind: ItemKind,
    library: LibraryId,
    price: Option<i64>,
    key: String,
}

/// Loads items; gives what became of each row, in their order. With `all_or_nothing`, one row that can't be taken keeps all of them
/// out. A caller with many rows calls with some hundreds at a time.
///
/// # Errors
/// [`Right::ManageItems`] is needed.
pub async fn import_items(op: &Op, rows: Vec<ItemRow>, all_or_nothing: bool) -> Result<Vec<RowOutcome>> {
    op.intend(ServiceName::LoadItems, None);
    op.require(Right::ManageItems)?;
    let tree = tree(op).await?;
    let codes: HashMap<String, LibraryId> =
        tree.libraries().map(|library| (library.code.to_uppercase(), library.id)).collect();
    let mut outcomes: Vec<Option<RowOutcome>> = Vec::with_capacity(rows.len());
    let mut ready = Vec::with_capacity(rows.len());
    let mut seen = HashSet::new();
    for (place, row) in rows.iter().enumerate() {
        outcomes.push(None);
        match check(op, &tree, &codes, place, row, &mut seen) {
            Ok(checked) => ready.push(checked),
            Err(invalid) => {
                if let Some(outcome) = outcomes.last_mut() {
                    *outcome = Some(RowOutcome::Invalid(invalid));
                }
            }
        }
    }
    if all_or_nothing && outcomes.iter().any(Option::is_some) {
        // What is said of the others is what would have become of them.
        ready.clear();
    }
    let (mut added, mut updated) = (0, 0);
    for (place, outcome) in write(op, ready).await? {
        match outcome {
            RowOutcome::Added => added += 1,
            RowOutcome::Updated => updated += 1,
            RowOutcome::Unchanged | RowOutcome::Invalid(_) => {}
        }
        if let Some(slot) = outcomes.get_mut(place) {
            *slot = Some(outcome);
        }
    }
    if added + updated > 0 {
        let detail = json!({ "added": added, "updated": updated });
        records::keep_act(op, ServiceName::LoadItems, detail).await?;
    }
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or(RowOutcome::Unchanged)).collect())
}

fn check(
    op: &Op,
    tree: &Tree,
    codes: &HashMap<String, LibraryId>,
    place: usize,
    row: &ItemRow,
    seen: &mut HashSet<String>,
) -> Result<Checked, Invalid> {
    let mut invalid = Invalid::default();
    let barcode = barcode(&row.barcode, &mut invalid);
    if barcode.as_ref().is_some_and(|barcode| !seen.insert(barcode.clone())) {
        invalid.add("item.barcode", Problem::Taken);
    }
    let title = text("item.title", &row.title, 300, &mut invalid);
    if title.is_empty() {
        invalid.add("item.title", Problem::Missing);
    }
    let author = text("item.author", &row.author, 200, &mut invalid);
    let isbn = Some(text("item.isbn", &row.isbn, 32, &mut invalid)).filter(|isbn| !isbn.is_empty());
    let call_number = text("item.call_number", &row.call_number, 100, &mut invalid);
    let kind = match row.kind.trim() {
        "" => Some(ItemKind::Book),
        word => ItemKind::ALL.into_iter().find(|kind| kind.as_str() == word),
    };
    let kind = invalid.take("item.kind", kind.ok_or(Problem::UnknownWord));
    let library = match codes.get(&row.library.trim().to_uppercase()) {
        Some(id) if tree.covers(op.actor().scope, *id) => Ok(*id),
        _ if row.library.trim().is_empty() => Err(Problem::Missing),
        _ => Err(Problem::UnknownWord),
    };
    let library = invalid.take("item.library", library);
    let price = match fen_of(&row.price) {
        Ok(fen) => Some(fen),
        Err(Problem::Missing) => None,
        // A price of nothing is not known.
        Err(_)
            if row
                .price
                .trim()
                .trim_start_matches('0')
                .trim_start_matches('.')
                .trim_matches('0')
                .is_empty() =>
        {
            None
        }
        Err(problem) => {
            invalid.add("item.price", problem);
            None
        }
    };
    match (barcode, kind, library) {
        (Some(barcode), Some(kind), Some(library)) if invalid.0.is_empty() => {
            let key = key_of(&title, &author, isbn.as_deref(), kind);
            Ok(Checked { place, barcode, title, author, isbn, call_number, kind, library, price, key })
        }
        _ => Err(invalid),
    }
}

pub(super) fn barcode(text: &str, invalid: &mut Invalid) -> Option<String> {
    let barcode = as_scanned(text);
    let fits = barcode.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./_".contains(&byte));
    if barcode.is_empty() {
        invalid.add("item.barcode", Problem::Missing);
    } else if !fits || barcode.len() > 40 {
        invalid.add("item.barcode", Problem::Character);
    } else {
        return Some(barcode);
    }
    None
}

fn text(field: &'static str, text: &str, most: usize, invalid: &mut Invalid) -> String {
    let text = clean(text);
    if text.chars().count() > most {
        invalid.add(field, Problem::TooLong(most));
    }
    text
}

async fn write(op: &Op, ready: Vec<Checked>) -> Result<Vec<(usize, RowOutcome)>> {
    if ready.is_empty() {
        return Ok(Vec::new());
    }
    let titles = titles_of(op, &ready).await?;
    let known: HashMap<String, item::Model> = item::Entity::find()
        .filter(item::Column::Barcode.is_in(ready.iter().map(|row| row.barcode.as_str())))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.barcode.clone(), row))
        .collect();
    let (mut outcomes, mut new) = (Vec::with_capacity(ready.len()), Vec::new());
    for row in ready {
        let title = *titles.get(&row.key).ok_or_else(|| Error::internal("a title that was not written"))?;
        let outcome = match known.get(&row.barcode) {
            None => {
                let id: ItemId = op.new_id()?;
                new.push(item::ActiveModel {
                    id: Set(id),
                    barcode: Set(row.barcode),
                    title_id: Set(title),
                    call_number: Set(row.call_number),
                    kind: Set(row.kind.as_str().to_owned()),
                    owner_id: Set(row.library),
                    library_id: Set(row.library),
                    destination_id: Set(None),
                    state: Set(ItemState::Available.as_str().to_owned()),
                    price: Set(row.price),
                    added_at: Set(op.now()),
                    version: Set(1),
                });
                RowOutcome::Added
            }
            Some(old) => {
                let same = old.title_id == title
                    && old.call_number == row.call_number
                    && old.kind == row.kind.as_str()
                    && old.owner_id == row.library
                    && old.price == row.price;
                if same {
                    RowOutcome::Unchanged
                } else {
                    let set = item::ActiveModel {
                        title_id: Set(title),
                        call_number: Set(row.call_number),
                        kind: Set(row.kind.as_str().to_owned()),
                        owner_id: Set(row.library),
                        price: Set(row.price),
                        ..Default::default()
                    };
                    change(op, old, set).await?;
                    RowOutcome::Updated
                }
            }
        };
        outcomes.push((row.place, outcome));
    }
    if !new.is_empty() {
        item::Entity::insert_many(new).exec_without_returning(op.db()).await?;
    }
    Ok(outcomes)
}

/// The titles of these rows by their keys; those that are new are written.
async fn titles_of(op: &Op, ready: &[Checked]) -> Result<HashMap<String, TitleId>> {
    let mut titles: HashMap<String, TitleId> = title::Entity::find()
        .filter(title::Column::Key.is_in(ready.iter().map(|row| row.key.as_str())))
        .all(op.db())
        .await?
        .into_iter()
        .map(|row| (row.key, row.id))
        .collect();
    let (mut new, mut words) = (Vec::new(), Vec::new());
    for row in ready {
        if titles.contains_key(&row.key) {
            continue;
        }
        let id: TitleId = op.new_id()?;
        titles.insert(row.key.clone(), id);
        for word in words_of(&row.title, &row.author, row.isbn.as_deref()) {
            words.push(title_word::ActiveModel { word: Set(word), title_id: Set(id) });
        }
        new.push(title::ActiveModel {
            id: Set(id),
            key: Set(row.key.clone()),
            title: Set(row.title.clone()),
            author: Set(row.author.clone()),
            isbn: Set(row.isbn.clone()),
        });
    }
    if !new.is_empty() {
        title::Entity::insert_many(new).exec_without_returning(op.db()).await?;
    }
    while !words.is_empty() {
        let some: Vec<_> = words.drain(..words.len().min(5000)).collect();
        title_word::Entity::insert_many(some)
            .on_conflict(
                OnConflict::columns([title_word::Column::Word, title_word::Column::TitleId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(op.db())
            .await?;
    }
    Ok(titles)
}
