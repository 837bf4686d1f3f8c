//! Accounts of staff: added by who manages them, never removed, only closed.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::managed::{change, managed, may_give, role_fits};
use super::sessions;
use super::tables::staff;
use crate::kernel::{
    Error, Invalid, LibraryId, Op, Problem, Result, Right, Role, ServiceName, StaffId, clean, hash_password,
    is_good_password,
};
use crate::libraries::tree;
use crate::records;

/// An account to add. `Debug` shows no password.
#[derive(Clone)]
pub struct NewStaff {
    /// What they sign in with: 2 to 40 of `a–z`, digits, `.`, `-`, `_`.
    pub username: String,
    /// Their name, as readers see it at the desk.
    pub name: String,
    /// Their library.
    pub library: LibraryId,
    /// Their role.
    pub role: Role,
    /// The first password.
    pub password: String,
}

impl std::fmt::Debug for NewStaff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewStaff({}, {})", self.username, self.role)
    }
}

/// An account, for the list of staff.
#[derive(Clone, Debug)]
pub struct StaffEntry {
    /// The account.
    pub id: StaffId,
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their library.
    pub library: LibraryId,
    /// Their role.
    pub role: Role,
    /// Whether one-time codes are asked for.
    pub uses_codes: bool,
    /// Whether they may sign in.
    pub active: bool,
    /// Since when the account exists.
    pub since: DateTime<Utc>,
}

/// Adds an account. Takes the hashed password, since hashing has no place inside a transaction: see [`NewStaff`] and
/// [`hash_password`].
///
/// # Errors
/// [`Right::ManageStaff`] is needed, for a library under the caller's; [`Error::Invalid`] names what can't be taken. Nobody can give rights
/// that they have not themselves.
pub async fn add_staff(op: &Op, new: &NewStaff, password_hash: &str) -> Result<StaffId> {
    op.intend(ServiceName::AddStaff, None);
    op.require(Right::ManageStaff)?;
    if !tree(op).await?.covers(op.actor().scope, new.library) {
        return Err(Error::NotFound("library"));
    }
    may_give(op, new.role)?;
    let username = new.username.trim().to_lowercase();
    let name = clean(&new.name);
    let mut invalid = Invalid::default();
    let fits = username.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    match username.len() {
        0 => invalid.add("username", Problem::Missing),
        1 => invalid.add("username", Problem::TooShort(2)),
        41.. => invalid.add("username", Problem::TooLong(40)),
        _ if !fits => invalid.add("username", Problem::Character),
        _ => {}
    }
    match name.chars().count() {
        0 => invalid.add("name", Problem::Missing),
        51.. => invalid.add("name", Problem::TooLong(50)),
        _ => {}
    }
    if let Some(problem) = role_fits(op, new.role, new.library).await? {
        invalid.add("role", problem);
    }
    if !is_good_password(&new.password) {
        invalid.add("password", Problem::WeakPassword);
    }
    let taken =
        staff::Entity::find().filter(staff::Column::Username.eq(username.clone())).one(op.db()).await?;
    if taken.is_some() {
        invalid.add("username", Problem::Taken);
    }
    invalid.into_result()?;
    let id: StaffId = op.new_id()?;
    let row = staff::ActiveModel {
        id: Set(id),
        username: Set(username),
        name: Set(name),
        library_id: Set(new.library),
        role: Set(new.role.as_str().to_owned()),
        password_hash: Set(password_hash.to_owned()),
        totp_secret: Set(None),
        totp_confirmed: Set(false),
        totp_step: Set(0),
        language: Set(None),
        active: Set(true),
        created_at: Set(op.now()),
    };
    staff::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "account": id, "role": new.role.as_str(), "library": new.library });
    records::keep_act(op, ServiceName::AddStaff, detail).await?;
    Ok(id)
}

impl NewStaff {
    /// The hash of the first password.
    ///
    /// # Errors
    /// When the work could not be done.
    pub async fn password_hash(&self) -> Result<String> {
        hash_password(&self.password).await
    }
}

/// The accounts of the caller's library and everything under it.
///
/// # Errors
/// [`Right::ManageStaff`] is needed.
pub async fn list_staff(op: &Op) -> Result<Vec<StaffEntry>> {
    op.require(Right::ManageStaff)?;
    let under = tree(op).await?.under(op.actor().scope);
    let rows = staff::Entity::find()
        .filter(staff::Column::LibraryId.is_in(under.iter().map(|id| id.0)))
        .order_by_asc(staff::Column::Username)
        .all(op.db())
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StaffEntry {
                id: row.id,
                username: row.username,
                name: row.name,
                library: row.library_id,
                role: row.role.parse().map_err(Error::internal)?,
                uses_codes: row.totp_confirmed,
                active: row.active,
                since: row.created_at,
            })
        })
        .collect()
}

/// Closes an account, which also signs it out everywhere, or opens it again.
///
/// # Errors
/// [`Right::ManageStaff`] is needed, for somebody of a library under the caller's, with no right that the caller has not, and not
/// oneself.
pub async fn set_active(op: &Op, id: StaffId, active: bool) -> Result<()> {
    let service = if active { ServiceName::ReopenStaff } else { ServiceName::CloseStaff };
    op.intend(service, None);
    let row = managed(op, id).await?;
    change(op, &row, staff::Column::Active, active.into()).await?;
    if !active {
        sessions::sign_out_everywhere(op, id).await?;
    }
    records::keep_act(op, service, json!({ "account": id })).await.map(|_| ())
}
