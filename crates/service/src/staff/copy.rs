//! Accounts as the laptop of a mobile card point knows them (6.5): who they are and the hash of their password, so that they sign in
//! there as everywhere. There everybody is a [`Role::PointClerk`], whatever they are here; one-time codes stay here, with their secrets.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::tables::staff;
use crate::kernel::{Error, LibraryId, Op, Result, Right, Role, StaffId};
use crate::libraries::tree;

/// An account to take along. `Debug` shows no hash.
#[derive(Clone, Serialize, Deserialize)]
pub struct StaffCopy {
    /// The account.
    pub id: StaffId,
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: String,
    language: Option<String>,
    password_hash: String,
}

impl std::fmt::Debug for StaffCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StaffCopy({})", self.username)
    }
}

/// The accounts of these names, for a point of this library. Each is open, may open cards, and reaches the library.
///
/// # Errors
/// [`Error::NotFound`] where one is none of these.
pub(crate) async fn copies(op: &Op, usernames: &[String], library: LibraryId) -> Result<Vec<StaffCopy>> {
    let tree = tree(op).await?;
    let rows = staff::Entity::find()
        .filter(staff::Column::Username.is_in(usernames))
        .filter(staff::Column::Active.eq(true))
        .order_by_asc(staff::Column::Username)
        .all(op.db())
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let role: Role = row.role.parse().map_err(Error::internal)?;
        if role.rights().contains(&Right::OpenCards) && tree.covers(row.library_id, library) {
            found.push(StaffCopy {
                id: row.id,
                username: row.username,
                name: row.name,
                language: row.language,
                password_hash: row.password_hash,
            });
        }
    }
    match usernames.iter().all(|name| found.iter().any(|copy| copy.username == *name)) {
        true => Ok(found),
        false => Err(Error::NotFound("account that may open cards there")),
    }
}

/// Writes them into the house of a laptop, at the library of its point.
pub(crate) async fn take_in(op: &Op, copies: &[StaffCopy], library: LibraryId) -> Result<()> {
    for copy in copies {
        let row = staff::ActiveModel {
            id: Set(copy.id),
            username: Set(copy.username.clone()),
            name: Set(copy.name.clone()),
            library_id: Set(library),
            role: Set(Role::PointClerk.as_str().to_owned()),
            password_hash: Set(copy.password_hash.clone()),
            totp_secret: Set(None),
            totp_confirmed: Set(false),
            totp_step: Set(0),
            language: Set(copy.language.clone()),
            active: Set(true),
            created_at: Set(op.now()),
        };
        staff::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// Whether an account is still open.
pub(crate) async fn is_open(op: &Op, id: StaffId) -> Result<bool> {
    Ok(staff::Entity::find_by_id(id).one(op.db()).await?.is_some_and(|row| row.active))
}
