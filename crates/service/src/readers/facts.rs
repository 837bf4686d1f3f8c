//! What somebody who knows a reader could know, for judging the password they choose.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::details;
use super::identity::ADULT_FROM;
use super::names::words_of;
use super::tables::{document, guardian, reader};
use super::view::open_number;
use crate::kernel::{Error, Op, Problem, ReaderId, Result, age_on};

/// What is known of a reader by those around them.
pub(crate) struct PersonFacts {
    pub birth_date: NaiveDate,
    /// Phone and document numbers, those of the guardian too.
    pub numbers: Vec<String>,
    /// The name as it is looked up: itself, pinyin, initials.
    pub name_words: BTreeSet<String>,
}

/// What is known of a reader by those around them.
pub(crate) async fn facts(op: &Op, id: ReaderId) -> Result<PersonFacts> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let mut numbers = vec![op.keys().open_sealed("readers.phone", id.0, &row.phone)?];
    let papers = document::Entity::find().filter(document::Column::ReaderId.eq(id)).all(op.db()).await?;
    for paper in &papers {
        numbers.push(open_number(op, paper)?);
    }
    let guardians = guardian::Entity::find().filter(guardian::Column::ReaderId.eq(id)).all(op.db()).await?;
    for row in &guardians {
        numbers.push(op.keys().open_sealed("guardians.phone", row.id.0, &row.phone)?);
        numbers.push(op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?);
    }
    Ok(PersonFacts { name_words: words_of(&row.name), birth_date: row.birth_date, numbers })
}

/// Those of these readers who are under 16, or those who are not.
pub(crate) async fn of_age(op: &Op, ids: &[ReaderId], minor: bool) -> Result<Vec<ReaderId>> {
    let mut found = Vec::new();
    for some in ids.chunks(500) {
        let births: Vec<(ReaderId, NaiveDate)> = reader::Entity::find()
            .select_only()
            .columns([reader::Column::Id, reader::Column::BirthDate])
            .filter(reader::Column::Id.is_in(some.iter().map(|id| id.0)))
            .into_tuple()
            .all(op.db())
            .await?;
        let is_minor = |birth| age_on(birth, op.today()) < ADULT_FROM;
        found.extend(births.into_iter().filter(|(_, birth)| is_minor(*birth) == minor).map(|(id, _)| id));
    }
    Ok(found)
}

/// How a reader is addressed: the name, and the language of messages where they chose one.
pub(crate) async fn address(op: &Op, id: ReaderId) -> Result<(String, Option<String>)> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    Ok((row.name, row.language))
}

/// A phone number as it is kept.
pub(crate) fn check_phone(text: &str) -> Result<String, Problem> {
    details::phone(text)
}

/// A mailbox as it is kept.
pub(crate) fn check_email(text: &str) -> Result<String, Problem> {
    details::optional_email(text)?.ok_or(Problem::Missing)
}
