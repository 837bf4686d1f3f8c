//! A colleague who lost their phone signs in without one-time codes again, until they set up another (5.1.3).

use serde_json::json;

use super::managed::{change, managed};
use super::sessions::sign_out_everywhere;
use super::tables::staff;
use crate::kernel::{Error, Op, Result, ServiceName, StaffId};
use crate::records;

/// Stops asking an account for one-time codes, and signs it out everywhere.
///
/// # Errors
/// As [`super::reset_password`]; [`Error::NotFound`] where no codes are asked for.
pub async fn remove_codes(op: &Op, id: StaffId) -> Result<()> {
    op.intend(ServiceName::RemoveStaffCodes, None);
    let row = managed(op, id).await?;
    if row.totp_secret.is_none() {
        return Err(Error::NotFound("one-time codes of this account"));
    }
    change(op, &row, staff::Column::TotpConfirmed, false.into()).await?;
    change(op, &row, staff::Column::TotpSecret, sea_orm::Value::Bytes(None)).await?;
    sign_out_everywhere(op, id).await?;
    records::keep_act(op, ServiceName::RemoveStaffCodes, json!({ "account": id })).await.map(|_| ())
}
