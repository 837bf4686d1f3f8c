//! Setting hours: by the week, and for a day.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::super::tables::{hours, special};
use super::{Place, Span, Weekly};
use crate::kernel::{Error, Invalid, Op, Problem, Result, Right, ServiceName, clean};
use crate::libraries::tree;
use crate::records;

/// The week of a place, as somebody enters it.
#[derive(Clone, Debug)]
pub struct SetHours {
    /// Where.
    pub place: Place,
    /// The version that was seen; 0 where none was set.
    pub seen: i64,
    /// What is entered for each day, Monday first; nothing for a closed day.
    pub week: [String; 7],
}

const DAYS: [&str; 7] = ["hours.1", "hours.2", "hours.3", "hours.4", "hours.5", "hours.6", "hours.7"];

pub(super) async fn may_set(op: &Op, place: Place) -> Result<()> {
    op.require(Right::EditSite)?;
    let tree = tree(op).await?;
    if !tree.covers(op.actor().scope, place.library) {
        return Err(Error::NotFound("library"));
    }
    let is_its =
        |point| tree.points_under(place.library).any(|own| own.id == point && own.library == place.library);
    if place.point.is_none_or(is_its) { Ok(()) } else { Err(Error::NotFound("service point")) }
}

/// Sets the week of a place.
///
/// # Errors
/// [`Right::EditSite`] is needed, for a library under the caller's; [`Error::Invalid`] names each day that can't be taken; [`Error::Stale`]
/// when it is not at the version that was seen.
pub async fn set_hours(op: &Op, set: &SetHours) -> Result<()> {
    op.intend(ServiceName::SetOpeningHours, None);
    may_set(op, set.place).await?;
    let mut invalid = Invalid::default();
    let mut week = Weekly::default();
    for ((text, field), day) in set.week.iter().zip(DAYS).zip(&mut week.0) {
        if let Some(spans) = invalid.take(field, Span::parse(text)) {
            *day = spans;
        }
    }
    invalid.into_result()?;
    let weekly = serde_json::to_string(&week).map_err(Error::internal)?;
    let row = hours::ActiveModel {
        place_id: Set(set.place.id()),
        library_id: Set(set.place.library),
        weekly: Set(weekly.clone()),
        version: Set(set.seen + 1),
        changed_at: Set(op.now()),
        changed_by: Set(op.actor().who.to_string()),
    };
    let known = hours::Entity::find_by_id(set.place.id()).one(op.db()).await?;
    match known {
        None if set.seen == 0 => {
            hours::Entity::insert(row).exec_without_returning(op.db()).await?;
        }
        None => return Err(Error::Stale),
        Some(_) => {
            let done = hours::Entity::update_many()
                .set(row)
                .filter(hours::Column::PlaceId.eq(set.place.id()))
                .filter(hours::Column::Version.eq(set.seen))
                .exec(op.db())
                .await?;
            if done.rows_affected != 1 {
                return Err(Error::Stale);
            }
        }
    }
    let detail = json!({ "library": set.place.library, "service_point": set.place.point, "weekly": weekly });
    records::keep_act(op, ServiceName::SetOpeningHours, detail).await.map(|_| ())
}

/// Sets the hours of one day; nothing for a day on which it is closed. Days on which nothing is due either are closed days.
///
/// # Errors
/// As [`set_hours`]; a day that is over can't be taken.
pub async fn set_special_day(op: &Op, place: Place, day: &str, hours: &str, note: &str) -> Result<()> {
    op.intend(ServiceName::SetOpeningHours, None);
    may_set(op, place).await?;
    let mut invalid = Invalid::default();
    let parsed = match day.trim() {
        "" => Err(Problem::Missing),
        text => NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Problem::Date),
    };
    let parsed = parsed.and_then(|day| if day < op.today() { Err(Problem::PastDay) } else { Ok(day) });
    let day = invalid.take("special.day", parsed);
    let spans = invalid.take("special.hours", Span::parse(hours));
    let note = clean(note);
    if note.chars().count() > 60 {
        invalid.add("special.note", Problem::TooLong(60));
    }
    invalid.into_result()?;
    let (Some(day), Some(spans)) = (day, spans) else {
        return Err(Error::internal("a checked day without its parts"));
    };
    let text = serde_json::to_string(&spans).map_err(Error::internal)?;
    let row = special::ActiveModel {
        place_id: Set(place.id()),
        day: Set(day),
        library_id: Set(place.library),
        hours: Set(text.clone()),
        note: Set(note),
    };
    let again = OnConflict::columns([special::Column::PlaceId, special::Column::Day])
        .update_columns([special::Column::Hours, special::Column::Note])
        .to_owned();
    special::Entity::insert(row).on_conflict(again).exec_without_returning(op.db()).await?;
    let detail = json!({ "library": place.library, "service_point": place.point, "day": day, "hours": text });
    records::keep_act(op, ServiceName::SetOpeningHours, detail).await.map(|_| ())
}

/// Takes a day back: it is as every week again.
///
/// # Errors
/// As [`set_hours`]; [`Error::NotFound`] when nothing is set for it.
pub async fn remove_special_day(op: &Op, place: Place, day: NaiveDate) -> Result<()> {
    op.intend(ServiceName::SetOpeningHours, None);
    may_set(op, place).await?;
    let done = special::Entity::delete_by_id((place.id(), day)).exec(op.db()).await?;
    if done.rows_affected != 1 {
        return Err(Error::NotFound("day"));
    }
    let detail = json!({ "library": place.library, "service_point": place.point, "day": day, "hours": null });
    records::keep_act(op, ServiceName::SetOpeningHours, detail).await.map(|_| ())
}
