//! A colleague goes to another library of the federation (5.1.1).

use serde_json::json;

use super::managed::{change, managed, role_fits};
use super::sessions::sign_out_everywhere;
use super::tables::staff;
use crate::kernel::{Error, LibraryId, Op, Result, ServiceName, StaffId};
use crate::libraries::tree;
use crate::records;

/// Moves an account to another library, and signs it out everywhere.
///
/// # Errors
/// As [`super::reset_password`], for the library too; [`Error::Invalid`] where the account's role has no place there.
pub async fn move_staff(op: &Op, id: StaffId, library: LibraryId) -> Result<()> {
    op.intend(ServiceName::MoveStaff, None);
    let row = managed(op, id).await?;
    if !tree(op).await?.covers(op.actor().scope, library) {
        return Err(Error::NotFound("library"));
    }
    if let Some(problem) = role_fits(op, row.role.parse().map_err(Error::internal)?, library).await? {
        return Err(Error::field("library", problem));
    }
    change(op, &row, staff::Column::LibraryId, library.0.into()).await?;
    sign_out_everywhere(op, id).await?;
    let detail = json!({ "account": id, "library": library, "before": row.library_id });
    records::keep_act(op, ServiceName::MoveStaff, detail).await.map(|_| ())
}
