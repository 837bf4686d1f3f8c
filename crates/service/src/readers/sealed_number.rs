//! The number of a document as it lies in the database: who only has to know whether it is another one need not open it.

use documents::DocumentKind;
use sea_orm::EntityTrait;

use super::tables::document;
use super::view::kind_of;
use crate::kernel::{DocumentId, Error, KeyRing, Op, Result, Sealed};

/// The number of a document, sealed. Whenever it is written it is sealed anew, so another number never looks like the one before.
#[derive(Clone)]
pub(crate) struct SealedNumber {
    pub document: DocumentId,
    pub kind: String,
    pub number: Sealed,
}

impl SealedNumber {
    /// Of a document.
    pub async fn of(op: &Op, id: DocumentId) -> Result<Self> {
        let row = document::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("document"))?;
        Ok(Self { document: row.id, kind: row.kind, number: row.number })
    }

    /// The kind and the number in full.
    pub fn open(&self, keys: &KeyRing) -> Result<(DocumentKind, String)> {
        let number = keys.open_sealed("identity_documents.number", self.document.0, &self.number)?;
        Ok((kind_of(&self.kind)?, number))
    }
}
