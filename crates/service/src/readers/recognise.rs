//! Who is this? One rule for every door: desk, API, kiosk, machine, import.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::{identity_key, reader};
use crate::kernel::{Op, ReaderId, Result};

/// What is known of somebody who shows documents.
#[derive(Clone, Debug, Default)]
pub struct Recognised {
    /// Readers whom one of the documents belongs to. More than one: their records want to be merged.
    pub exact: Vec<ReaderId>,
    /// Other readers of the same name and birth date.
    pub possible: Vec<ReaderId>,
}

/// Looks for the person by the documents, and by name and birth date where those are known already.
///
/// # Errors
/// When the database can't be asked.
pub async fn recognise<'a>(
    op: &Op,
    documents: impl IntoIterator<Item = &'a IdentityDocument>,
    name_and_birth: Option<(&str, NaiveDate)>,
) -> Result<Recognised> {
    // Namesakes first: were the person written down between the two questions, the second must see them, or they would
    // pass for their own namesake.
    let mut possible = Vec::new();
    if let Some((name, birth)) = name_and_birth {
        possible = reader::Entity::find()
            .select_only()
            .column(reader::Column::Id)
            .filter(reader::Column::BirthDate.eq(birth))
            .filter(reader::Column::Name.eq(name))
            .filter(reader::Column::MergedInto.is_null())
            .order_by_asc(reader::Column::Id)
            .limit(10)
            .into_tuple()
            .all(op.db())
            .await?;
    }
    let hashes: Vec<Vec<u8>> = documents.into_iter().map(|document| key_hash(op, document)).collect();
    let rows = identity_key::Entity::find()
        .filter(identity_key::Column::IdentityKey.is_in(hashes))
        .all(op.db())
        .await?;
    let exact: BTreeSet<ReaderId> = rows.into_iter().map(|row| row.reader_id).collect();
    possible.retain(|id| !exact.contains(id));
    Ok(Recognised { exact: exact.into_iter().collect(), possible })
}

/// The keyed hash of a document's identity key, as the registry holds it.
pub(super) fn key_hash(op: &Op, document: &IdentityDocument) -> Vec<u8> {
    op.keys().lookup("identity", &document.identity_key())
}
