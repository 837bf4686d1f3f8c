//! Titles: what readers look for and reserve, whichever copy it is.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::item::waiting;
use super::tables::{item, title, title_word};
use crate::kernel::{Error, ItemKind, ItemState, Op, Result, TitleId};

/// A title as it is found.
#[derive(Clone, Debug)]
pub struct TitleView {
    /// The title.
    pub id: TitleId,
    /// What it is called.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// Its ISBN, where known.
    pub isbn: Option<String>,
    /// Copies that may be lent.
    pub copies: u64,
    /// Of these, on a shelf now.
    pub on_shelf: u64,
    /// Readers who wait.
    pub waiting: u64,
}

/// Words that a title is found by are cut here.
const LONGEST_WORD: usize = 16;
/// Words that are kept of one title.
const MOST_WORDS: usize = 60;

/// Letters and digits only, small: how titles are compared and looked up.
pub(super) fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The same for all copies of a title.
pub(super) fn key_of(title: &str, author: &str, isbn: Option<&str>, kind: ItemKind) -> String {
    match isbn.map(plain).filter(|isbn| isbn.len() >= 8) {
        Some(isbn) => format!("isbn:{isbn}:{kind}"),
        None => format!("title:{}:{}:{kind}", plain(title), plain(author)),
    }
}

/// What a title is found by: each end of it that begins at a Chinese character, a word or a number, the author, the ISBN.
pub(super) fn words_of(title: &str, author: &str, isbn: Option<&str>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in [title, author] {
        let chars: Vec<char> = text.chars().collect();
        let mut before = ' ';
        for (place, c) in chars.iter().enumerate() {
            let begins = c.is_alphanumeric() && (!c.is_ascii() || !before.is_ascii_alphanumeric());
            if begins && words.len() < MOST_WORDS {
                let end: String = chars.iter().skip(place).collect();
                words.insert(plain(&end).chars().take(LONGEST_WORD).collect());
            }
            before = *c;
        }
    }
    words.extend(isbn.map(plain).filter(|isbn| !isbn.is_empty()));
    words
}

/// Titles by any part of their text, by author or ISBN, at most so many. Anybody may look.
///
/// # Errors
/// When the database can't be asked.
pub async fn find_titles(op: &Op, text: &str, limit: u64) -> Result<Vec<TitleView>> {
    let word: String = plain(text).chars().take(LONGEST_WORD).collect();
    if word.is_empty() {
        return Ok(Vec::new());
    }
    let after = format!("{word}\u{10FFFF}");
    let ids: Vec<TitleId> = title_word::Entity::find()
        .select_only()
        .column(title_word::Column::TitleId)
        .filter(title_word::Column::Word.gte(word))
        .filter(title_word::Column::Word.lt(after))
        .order_by_asc(title_word::Column::Word)
        .order_by_asc(title_word::Column::TitleId)
        .limit(limit.saturating_mul(3))
        .into_tuple()
        .all(op.db())
        .await?;
    let mut seen = std::collections::HashSet::new();
    let mut ids: Vec<TitleId> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    ids.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut found = views(op, &ids).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// One title.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn title(op: &Op, id: TitleId) -> Result<TitleView> {
    views(op, &[id]).await?.remove(&id).ok_or(Error::NotFound("title"))
}

pub(super) fn may_be_lent(row: &item::Model) -> bool {
    let gone = [ItemState::Withdrawn.as_str(), ItemState::Missing.as_str()];
    row.kind != ItemKind::ReadingRoom.as_str() && !gone.contains(&row.state.as_str())
}

async fn views(op: &Op, ids: &[TitleId]) -> Result<HashMap<TitleId, TitleView>> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = title::Entity::find().filter(title::Column::Id.is_in(ids.clone())).all(op.db()).await?;
    let copies = item::Entity::find().filter(item::Column::TitleId.is_in(ids.clone())).all(op.db()).await?;
    let waiting = waiting(op, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = copies.iter().filter(|copy| copy.title_id == row.id).filter(|copy| may_be_lent(copy));
            let (mut count, mut on_shelf) = (0, 0);
            for copy in own {
                count += 1;
                on_shelf += u64::from(copy.state == ItemState::Available.as_str());
            }
            let view = TitleView {
                id: row.id,
                title: row.title,
                author: row.author,
                isbn: row.isbn,
                copies: count,
                on_shelf,
                waiting: waiting.get(&row.id).copied().unwrap_or_default(),
            };
            (row.id, view)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_3_2_e_a_title_is_found_by_any_part_of_it() {
        let words = words_of("岭南文化 Studies in Foshan", "陈大文", Some("978-7-5360-0000-1"));
        for part in ["岭南", "文化", "化studies", "studies", "foshan", "陈大文", "大文", "9787536000001"]
        {
            assert!(words.iter().any(|word| word.starts_with(&plain(part))), "{part}");
        }
        assert!(!words.iter().any(|word| word.starts_with("tudies")));
        assert_eq!(
            key_of("A", "b", Some("978-7-5360-0000-1"), ItemKind::Book),
            key_of("Other", "", Some("9787536000001"), ItemKind::Book)
        );
        assert_eq!(
            key_of("三体 Ⅱ", "刘慈欣", None, ItemKind::Book),
            key_of("三体II", " 刘慈欣", None, ItemKind::Book)
        );
    }
}
