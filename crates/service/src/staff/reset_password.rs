//! A colleague who forgot their password gets a new one (5.1.3).

use serde_json::json;

use super::managed::{change, managed};
use super::sessions::sign_out_everywhere;
use super::sign_in::forgive_account;
use super::tables::staff;
use crate::kernel::{Op, Result, ServiceName, StaffId};
use crate::records;

/// Gives an account another password, signs it out everywhere, and opens its sign-in if that was locked. Takes the hash, since
/// hashing has no place inside a transaction. One-time codes stay: see [`super::remove_codes`].
///
/// # Errors
/// [`crate::kernel::Right::ManageStaff`] is needed, for somebody of a library under the caller's, with no right that the caller has
/// not, and not oneself.
pub async fn reset_password(op: &Op, id: StaffId, password_hash: &str) -> Result<()> {
    op.intend(ServiceName::ResetStaffPassword, None);
    let row = managed(op, id).await?;
    change(op, &row, staff::Column::PasswordHash, password_hash.into()).await?;
    sign_out_everywhere(op, id).await?;
    forgive_account(op, &row.username).await?;
    records::keep_act(op, ServiceName::ResetStaffPassword, json!({ "account": id })).await.map(|_| ())
}
