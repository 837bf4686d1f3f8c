//! Readers by what they are found by: phone and name, each by its index.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::details::phone_as_kept;
use super::names::as_word;
use super::register::phone_hash;
use super::tables::{name_key, reader};
use crate::kernel::{Op, ReaderId, Result};

/// Readers of this phone number.
pub(crate) async fn by_phone(op: &Op, text: &str, at_most: u64) -> Result<Vec<ReaderId>> {
    let Some(phone) = phone_as_kept(text) else { return Ok(Vec::new()) };
    Ok(reader::Entity::find()
        .select_only()
        .column(reader::Column::Id)
        .filter(reader::Column::PhoneKey.eq(phone_hash(op, &phone)))
        .filter(reader::Column::MergedInto.is_null())
        .limit(at_most)
        .into_tuple()
        .all(op.db())
        .await?)
}

/// By the beginning of the name, its pinyin or its initials: a range of the index.
pub(crate) async fn by_name(op: &Op, text: &str, at_most: u64) -> Result<Vec<ReaderId>> {
    let word = as_word(text);
    let too_short = word.is_ascii() && word.len() < 2;
    if too_short || word.is_empty() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    let after = format!("{word}\u{10FFFF}");
    // A reader can stand here by several words; three times as many rows still give enough people.
    Ok(name_key::Entity::find()
        .select_only()
        .column(name_key::Column::ReaderId)
        .filter(name_key::Column::Word.gte(word))
        .filter(name_key::Column::Word.lt(after))
        .order_by_asc(name_key::Column::Word)
        .order_by_asc(name_key::Column::ReaderId)
        .limit(3 * at_most)
        .into_tuple()
        .all(op.db())
        .await?)
}
