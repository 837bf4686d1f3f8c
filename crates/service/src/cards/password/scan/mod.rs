//! Scan to sign in (6.1.4.2): a terminal that many use shows a code, the reader confirms on a phone where they are signed in, and the
//! terminal's browser is signed in. No password is typed where others may see it.
//!
//! Two secrets: what the code says leads a phone to the request, and what the terminal's browser holds picks the session up. Who
//! photographs the code has the first and not the second. A number of six digits stands on both screens: it tells somebody who
//! was lured into confirming that it is not their terminal, and can be typed where a phone can't scan.
//!
//! A request is confirmed once and picked up once. What it rests on is asked again when it is picked up, in the same transaction:
//! a card that was lost, restored or given another password since signs nothing in.

mod begin;
mod decide;
mod look;
mod pick_up;

pub use begin::{Started, Terminal, begin};
pub use decide::{Decision, confirm, refuse};
pub use look::{Asking, Shown, State, asking, asking_by_number, shown};
pub use pick_up::pick_up;

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::cards::tables::sign_in_scan;
use crate::kernel::{Op, Result};

/// For how many seconds a code can be confirmed.
pub const OPEN_SECONDS: i64 = 120;
/// For how many seconds after that the terminal can pick its session up: it asks every few seconds.
pub const PICK_UP_SECONDS: i64 = 60;
/// How many may wait at once at one network address. A library's terminals share one.
pub const MOST_OPEN: u64 = 100;

/// Where the address of a terminal lies sealed.
const ADDRESS: &str = "sign_in_scans.address";

fn secret_key(op: &Op, secret: &str) -> Vec<u8> {
    op.keys().lookup("scan secret", secret)
}

fn name_key(op: &Op, name: &str) -> Vec<u8> {
    op.keys().lookup("scan name", name)
}

/// What the code of a terminal says: it follows from the secret, which does not follow from it, so that a page that is loaded again
/// shows the same.
fn name_of(op: &Op, secret: &str) -> String {
    let name = op.keys().lookup("scan name of secret", secret);
    name.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The request of a terminal.
async fn of_terminal(op: &Op, secret: &str) -> Result<Option<sign_in_scan::Model>> {
    Ok(sign_in_scan::Entity::find()
        .filter(sign_in_scan::Column::SecretKey.eq(secret_key(op, secret)))
        .one(op.db())
        .await?)
}

/// Removes requests that nobody can use any more: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_old(op: &Op) -> Result<()> {
    sign_in_scan::Entity::delete_many()
        .filter(sign_in_scan::Column::CreatedAt.lt(op.now() - TimeDelta::hours(1)))
        .exec(op.db())
        .await?;
    Ok(())
}
