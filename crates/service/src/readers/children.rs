//! Whose guardian a reader is (Table A1, note). A guardian's papers are written with the child's record; who signs in with a card of
//! their own is recognised by them: the same document, and the same name. What they may do for the child there is for
//! [`super::may_ask`] to say.

use std::collections::BTreeSet;

use documents::IdentityDocument;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::identity::ADULT_FROM;
use super::papers::as_document;
use super::same_name::{name_key, same_name};
use super::tables::{document, guardian, reader};
use super::view::kind_of;
use crate::kernel::{Error, Op, ReaderId, Result, Right, Who, age_on};
use crate::records::{IdentityCheck, Presence};

/// What a guardian's entry is found by: a keyed hash of the document; with the name, where the number names nobody.
pub(super) fn key_of(op: &Op, document: &IdentityDocument, name: &str) -> Vec<u8> {
    let key = document.identity_key();
    let key = if document.kind().names_a_person() { key } else { format!("{key}|{}", name_key(name)) };
    op.keys().lookup("guardian document", &key)
}

/// The children under 16 whose guardian this reader is now, with their names, the first entry first.
pub(crate) async fn children_of(op: &Op, id: ReaderId) -> Result<Vec<(ReaderId, String)>> {
    let Some(own) = reader::Entity::find_by_id(id).one(op.db()).await? else { return Ok(Vec::new()) };
    let papers = document::Entity::find().filter(document::Column::ReaderId.eq(id)).all(op.db()).await?;
    let mut keys = BTreeSet::new();
    for paper in &papers {
        if let Some(document) = as_document(op, paper)? {
            keys.insert(key_of(op, &document, &own.name));
        }
    }
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let entries = guardian::Entity::find()
        .filter(guardian::Column::DocumentKey.is_in(keys))
        .filter(guardian::Column::EndedAt.is_null())
        .order_by_asc(guardian::Column::Id)
        .all(op.db())
        .await?;
    let mut children = Vec::new();
    for entry in entries.iter().filter(|entry| entry.reader_id != id && same_name(&entry.name, &own.name)) {
        let Some(child) = reader::Entity::find_by_id(entry.reader_id).one(op.db()).await? else { continue };
        let minor = age_on(child.birth_date, op.today()) < ADULT_FROM;
        if minor && child.merged_into.is_none() && !children.iter().any(|(known, _)| *known == child.id) {
            children.push((child.id, child.name));
        }
    }
    Ok(children)
}

/// Whether a reader is the guardian of anybody now: nothing of the children is told.
pub(crate) async fn has_children(op: &Op, id: ReaderId) -> Result<bool> {
    Ok(!children_of(op, id).await?.is_empty())
}

/// Whether a reader is the guardian of this child now.
pub(super) async fn is_guardian_of(op: &Op, id: ReaderId, child: ReaderId) -> Result<bool> {
    Ok(children_of(op, id).await?.iter().any(|(known, _)| *known == child))
}

/// Ok when the caller has the right, is this reader, or comes as their guardian with an account of their own.
pub(crate) async fn require_self_or_guardian(
    op: &Op,
    right: Right,
    id: ReaderId,
    check: &IdentityCheck,
) -> Result<()> {
    if let Who::Reader(caller) = op.actor().who
        && caller != id
        && check.who == Presence::Guardian
        && is_guardian_of(op, caller, id).await?
    {
        return Ok(());
    }
    op.require_or_self(right, id)
}

/// Writes the keys of entries that a release before left without one; gives how many there were. A job.
///
/// # Errors
/// When the database can't be written.
pub async fn key_guardians(op: &Op, most: u64) -> Result<usize> {
    let rows = guardian::Entity::find()
        .filter(guardian::Column::DocumentKey.is_null())
        .order_by_asc(guardian::Column::Id)
        .limit(most)
        .all(op.db())
        .await?;
    for row in &rows {
        let number = op.keys().open_sealed("guardians.document_number", row.id.0, &row.document_number)?;
        let kind = kind_of(&row.document_kind)?;
        let parsed = IdentityDocument::parse(kind, &number, row.issuing_country.as_deref(), op.today());
        let key = match parsed {
            Ok(document) => key_of(op, &document, &row.name),
            // Nobody's: the same number can't be shown again.
            Err(_) => op.keys().lookup("guardian document", &row.id.to_string()),
        };
        let done = guardian::Entity::update_many()
            .col_expr(guardian::Column::DocumentKey, Expr::value(key))
            .filter(guardian::Column::Id.eq(row.id))
            .filter(guardian::Column::DocumentKey.is_null())
            .exec(op.db())
            .await?;
        if done.rows_affected != 1 {
            return Err(Error::Raced);
        }
    }
    Ok(rows.len())
}
