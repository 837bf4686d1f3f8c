//! Stamps: what changes seldom is kept in memory with the stamp under which it was read, and read again when the stamp is another. The
//! database counts stamps up itself, by triggers, whoever changes what: see `m0006_stamps.sql`.

use sea_orm::{ConnectionTrait, Statement};

use super::{Error, Op, Result};

/// The stamp of what libraries and machines are set to: libraries, service points, policies, closed days, accounts of machines.
pub(crate) const SETTINGS: &str = "SELECT value FROM stamps WHERE name = 'settings'";

/// The stamp of what libraries and machines are set to. Ask before reading them: what is read afterwards is as new as the stamp, or newer.
///
/// # Errors
/// When the database can't be asked.
pub async fn settings_stamp(op: &Op) -> Result<i64> {
    let row = op.db().query_one_raw(Statement::from_string(op.db().get_database_backend(), SETTINGS)).await?;
    row.ok_or_else(|| Error::internal("no stamp of settings"))?.try_get("", "value").map_err(Error::from)
}
