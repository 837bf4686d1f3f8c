//! Whether the key ring is the one that the database was written with. A known text lies in the database, sealed, and in it
//! what the other two keys make of it; a ring that can't open it, or makes something else, belongs elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{Database, KeyRing, Op, Result, Sealed};

/// What is known of the installation as a whole.
mod fact {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const NAME: &str = "key_check";
const PLACE: &str = "facts.value";

/// What the look-up key and the key of the chains make of a known text.
fn known_text(keys: &KeyRing) -> String {
    let both = [keys.lookup("key check", "yueka"), keys.seal(b"key check", b"yueka")].concat();
    STANDARD.encode(both)
}

/// What the database says of the key ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyProof {
    /// They belong together.
    Fits,
    /// They don't.
    Differs,
    /// The database has not met a key ring yet.
    Unmet,
}

/// Whether the key ring belongs to this database.
///
/// # Errors
/// When the database can't be asked.
pub(crate) async fn key_proof(op: &Op) -> Result<KeyProof> {
    let Some(row) = fact::Entity::find_by_id(NAME.to_owned()).one(op.db()).await? else {
        return Ok(KeyProof::Unmet);
    };
    let opened = op.keys().open_sealed(PLACE, Uuid::nil(), &Sealed(row.value));
    Ok(match opened {
        Ok(text) if text == known_text(op.keys()) => KeyProof::Fits,
        _ => KeyProof::Differs,
    })
}

impl Database {
    /// Whether a key ring was introduced to this database before: then that one is needed, and no new one will do.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn has_met_keys(&self) -> Result<bool> {
        let tx = self.begin_read().await?;
        let row = fact::Entity::find_by_id(NAME.to_owned()).one(&tx).await?;
        tx.rollback().await?;
        Ok(row.is_some())
    }
}

/// Introduces the key ring to a database that has not met one.
///
/// # Errors
/// When the database can't be written.
pub(crate) async fn introduce_keys(op: &Op) -> Result<()> {
    let sealed = op.keys().close(PLACE, Uuid::nil(), &known_text(op.keys()))?;
    let row = fact::ActiveModel { name: Set(NAME.to_owned()), value: Set(sealed.0) };
    fact::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(())
}
