//! A colleague takes on other work (5.1.1).

use serde_json::json;

use super::managed::{change, managed, may_give, role_fits};
use super::sessions::sign_out_everywhere;
use super::tables::staff;
use crate::kernel::{Error, Op, Result, Role, ServiceName, StaffId};
use crate::records;

/// Gives an account another role, and signs it out everywhere.
///
/// # Errors
/// As [`super::reset_password`]; nobody gives rights that they have not themselves; [`Error::Invalid`] for a role that the account's
/// library has no place for.
pub async fn set_role(op: &Op, id: StaffId, role: Role) -> Result<()> {
    op.intend(ServiceName::SetStaffRole, None);
    let row = managed(op, id).await?;
    may_give(op, role)?;
    if let Some(problem) = role_fits(op, role, row.library_id).await? {
        return Err(Error::field("role", problem));
    }
    change(op, &row, staff::Column::Role, role.as_str().into()).await?;
    sign_out_everywhere(op, id).await?;
    let detail = json!({ "account": id, "role": role.as_str(), "before": row.role });
    records::keep_act(op, ServiceName::SetStaffRole, detail).await.map(|_| ())
}
