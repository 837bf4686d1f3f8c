//! Days on which a library is closed beside its weekly ones: nothing is charged for them, and nothing is due on them.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::tables::closed_day;
use crate::kernel::{Error, LibraryId, Op, Problem, Result, Right, ServiceName, clean};
use crate::libraries::tree;
use crate::records;

/// A day on which a library is closed.
#[derive(Clone, Debug)]
pub struct ClosedDay {
    /// The library that set it; it holds for everything under it.
    pub library: LibraryId,
    /// The day.
    pub day: NaiveDate,
    /// Why, for display.
    pub note: String,
}

/// The closed days of a library from a day on, those of what it stands under included. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn closed_days(op: &Op, library: LibraryId, from: NaiveDate) -> Result<Vec<ClosedDay>> {
    let tree = tree(op).await?;
    let upwards: Vec<uuid::Uuid> = tree.upwards(library).map(|library| library.id.0).collect();
    let rows = closed_day::Entity::find()
        .filter(closed_day::Column::LibraryId.is_in(upwards))
        .filter(closed_day::Column::Day.gte(from))
        .order_by_asc(closed_day::Column::Day)
        .all(op.db())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ClosedDay { library: row.library_id, day: row.day, note: row.note })
        .collect())
}

/// Sets a day on which a library, and everything under it, is closed.
///
/// # Errors
/// [`Right::ManageItems`] is needed, for a library under the caller's; [`Error::Invalid`] for a note that is too long.
pub async fn set_closed_day(op: &Op, library: LibraryId, day: NaiveDate, note: &str) -> Result<()> {
    may_set(op, library).await?;
    let note = clean(note);
    if note.chars().count() > 60 {
        return Err(Error::field("closed.note", Problem::TooLong(60)));
    }
    let row = closed_day::ActiveModel { library_id: Set(library), day: Set(day), note: Set(note) };
    closed_day::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([closed_day::Column::LibraryId, closed_day::Column::Day])
                .update_column(closed_day::Column::Note)
                .to_owned(),
        )
        .exec_without_returning(op.db())
        .await?;
    keep(op, library, day, true).await
}

/// Takes a closed day back.
///
/// # Errors
/// As [`set_closed_day`]; [`Error::NotFound`] when it was not set by this library.
pub async fn open_again(op: &Op, library: LibraryId, day: NaiveDate) -> Result<()> {
    may_set(op, library).await?;
    let done = closed_day::Entity::delete_by_id((library, day)).exec(op.db()).await?;
    if done.rows_affected == 0 {
        return Err(Error::NotFound("closed day"));
    }
    keep(op, library, day, false).await
}

async fn may_set(op: &Op, library: LibraryId) -> Result<()> {
    op.intend(ServiceName::SetClosedDays, None);
    op.require(Right::ManageItems)?;
    if tree(op).await?.covers(op.actor().scope, library) { Ok(()) } else { Err(Error::NotFound("library")) }
}

async fn keep(op: &Op, library: LibraryId, day: NaiveDate, closed: bool) -> Result<()> {
    let detail = json!({ "library": library, "day": day, "closed": closed });
    records::keep_act(op, ServiceName::SetClosedDays, detail).await.map(|_| ())
}

/// The closed days of all libraries from a day on, each where it was set.
pub(crate) async fn closed_days_of_all(op: &Op, from: NaiveDate) -> Result<Vec<ClosedDay>> {
    let rows = closed_day::Entity::find().filter(closed_day::Column::Day.gte(from)).all(op.db()).await?;
    Ok(rows
        .into_iter()
        .map(|row| ClosedDay { library: row.library_id, day: row.day, note: row.note })
        .collect())
}
