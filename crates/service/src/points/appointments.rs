//! Visits that are agreed on with units (4.4.2): a school asks for a day on which cards are opened there.

use chrono::{NaiveDate, NaiveTime};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::list::reaches;
use super::tables::appointment;
use crate::groups;
use crate::kernel::{
    AppointmentId, Error, Invalid, LibraryId, Op, PointId, Problem, Result, Right, ServiceName, clean,
    is_blank,
};
use crate::libraries::tree;
use crate::readers::check_phone;
use crate::records;

/// How a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppointmentState {
    /// The unit asked; nobody agreed yet.
    Asked,
    /// Both agreed.
    Agreed,
    /// It was.
    Done,
    /// It is not going to be.
    CalledOff,
}

impl AppointmentState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Agreed, Self::Done, Self::CalledOff];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Agreed => "agreed",
            Self::Done => "done",
            Self::CalledOff => "called_off",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A visit as entered. `Debug` shows none of it.
#[derive(Clone, Default)]
pub struct AppointmentForm {
    /// The name of the unit.
    pub unit: String,
    /// The unit, where it is known.
    pub unit_id: Option<Uuid>,
    /// `YYYY-MM-DD`.
    pub day: String,
    /// `HH:MM`.
    pub begins: String,
    /// Where.
    pub place: String,
    /// Whom to ask for.
    pub contact: String,
    /// Their phone.
    pub phone: String,
    /// How many people are expected.
    pub expected: String,
    /// Who goes, in words.
    pub staff: String,
    /// Which laptop goes along.
    pub point: Option<PointId>,
    /// What else there is to know.
    pub note: String,
    /// Whether the unit asked, and nobody agreed yet.
    pub asked_only: bool,
}

impl std::fmt::Debug for AppointmentForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppointmentForm(…)")
    }
}

/// A visit. `Debug` shows none of it.
#[derive(Clone)]
pub struct Appointment {
    /// The visit.
    pub id: AppointmentId,
    /// Which library goes.
    pub library: LibraryId,
    /// The name of the unit.
    pub unit: String,
    /// The unit, where it is known.
    pub unit_id: Option<Uuid>,
    /// The day.
    pub day: NaiveDate,
    /// When it begins: `HH:MM`.
    pub begins: String,
    /// Where.
    pub place: String,
    /// Whom to ask for.
    pub contact: String,
    /// Their phone.
    pub phone: String,
    /// How many people are expected.
    pub expected: i64,
    /// Who goes.
    pub staff: String,
    /// Which laptop goes along.
    pub point: Option<PointId>,
    /// What else there is to know.
    pub note: String,
    /// How it stands.
    pub state: AppointmentState,
    /// Grows with every change.
    pub version: i64,
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Appointment({})", self.id)
    }
}

/// A form that can be taken.
struct Checked {
    unit: String,
    day: NaiveDate,
    begins: String,
    place: String,
    contact: String,
    phone: String,
    expected: i64,
    staff: String,
    note: Option<String>,
}

async fn check(op: &Op, form: &AppointmentForm) -> Result<Checked> {
    let mut invalid = Invalid::default();
    let mut text = |field: &'static str, value: &str, most: usize, needed: bool| {
        let value = clean(value);
        match value.chars().count() {
            0 if needed => invalid.add(field, Problem::Missing),
            count if count > most => invalid.add(field, Problem::TooLong(most)),
            _ => {}
        }
        value
    };
    let unit = text("unit", &form.unit, 80, true);
    let place = text("place", &form.place, 120, true);
    let contact = text("contact", &form.contact, 50, true);
    let staff = text("staff", &form.staff, 120, false);
    let note = text("note", &form.note, 500, false);
    let day = match form.day.trim() {
        "" => Err(Problem::Missing),
        day => day.parse::<NaiveDate>().map_err(|_| Problem::Date),
    };
    let day = invalid.take("day", day);
    let begins = match form.begins.trim() {
        "" => Err(Problem::Missing),
        time => NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| Problem::Time),
    };
    let begins = invalid.take("begins", begins);
    let phone = match is_blank(&form.phone) {
        true => Err(Problem::Missing),
        false => check_phone(&form.phone),
    };
    let phone = invalid.take("phone", phone);
    let expected = form.expected.trim().parse::<i64>().ok().filter(|count| (1..=20_000).contains(count));
    let expected = invalid.take("expected", expected.ok_or(Problem::Count));
    if let Some(point) = form.point
        && !reaches(op, point).await?
    {
        invalid.add("point", Problem::UnknownWord);
    }
    invalid.into_result()?;
    let missing = || Error::internal("a checked visit without its parts");
    Ok(Checked {
        unit,
        day: day.ok_or_else(missing)?,
        begins: begins.ok_or_else(missing)?.format("%H:%M").to_string(),
        place,
        contact,
        phone: phone.ok_or_else(missing)?,
        expected: expected.ok_or_else(missing)?,
        staff,
        note: Some(note).filter(|note| !note.is_empty()),
    })
}

/// Writes a visit down, or changes one that is not over: its id and the version that was looked at.
///
/// # Errors
/// [`Right::OpenCards`] is needed at a staffed place; [`Error::Invalid`] names what can't be taken; [`Error::Stale`] when somebody else
/// changed it.
pub async fn appoint(
    op: &Op,
    known: Option<(AppointmentId, i64)>,
    form: &AppointmentForm,
) -> Result<AppointmentId> {
    op.intend(ServiceName::Appoint, None);
    op.require_at_desk(Right::OpenCards)?;
    let checked = check(op, form).await?;
    let unit_id = known_unit(op, &checked.unit).await?.or(form.unit_id);
    let id = match known {
        Some((id, _)) => id,
        None => op.new_id()?,
    };
    let seal = |column: &str, text: &str| op.keys().close(column, id.0, text);
    let contact = seal("appointments.contact", &checked.contact)?;
    let phone = seal("appointments.phone", &checked.phone)?;
    let note = checked.note.as_deref().map(|note| seal("appointments.note", note)).transpose()?;
    let state = if form.asked_only { AppointmentState::Asked } else { AppointmentState::Agreed };
    let entered = appointment::ActiveModel {
        unit: Set(checked.unit),
        unit_id: Set(unit_id),
        day: Set(checked.day),
        begins: Set(checked.begins),
        place: Set(checked.place),
        contact: Set(contact),
        phone: Set(phone),
        note: Set(note),
        expected: Set(checked.expected),
        staff: Set(checked.staff),
        point_id: Set(form.point),
        state: Set(state.as_str().to_owned()),
        ..Default::default()
    };
    match known {
        None => {
            let row = appointment::ActiveModel {
                id: Set(id),
                library_id: Set(op.actor().library),
                created_at: Set(op.now()),
                created_by: Set(op.actor().who.to_string()),
                version: Set(1),
                ..entered
            };
            appointment::Entity::insert(row).exec_without_returning(op.db()).await?;
        }
        Some((_, version)) => {
            let row = ours(op, id).await?;
            let over = [AppointmentState::Done.as_str(), AppointmentState::CalledOff.as_str()];
            if row.version != version || over.contains(&row.state.as_str()) {
                return Err(Error::Stale);
            }
            let done = appointment::Entity::update_many()
                .set(appointment::ActiveModel { version: Set(version + 1), ..entered })
                .filter(appointment::Column::Id.eq(id))
                .filter(appointment::Column::Version.eq(version))
                .exec(op.db())
                .await?;
            if done.rows_affected != 1 {
                return Err(Error::Stale);
            }
        }
    }
    let detail = json!({ "appointment": id, "day": checked.day, "state": state.as_str() });
    records::keep_act(op, ServiceName::Appoint, detail).await?;
    Ok(id)
}

/// Says how a visit stands: done, or called off.
///
/// # Errors
/// As [`appoint`].
pub async fn set_appointment_state(
    op: &Op,
    id: AppointmentId,
    version: i64,
    state: AppointmentState,
) -> Result<()> {
    op.intend(ServiceName::Appoint, None);
    op.require_at_desk(Right::OpenCards)?;
    let row = ours(op, id).await?;
    let done = appointment::Entity::update_many()
        .col_expr(appointment::Column::State, Expr::value(state.as_str()))
        .col_expr(appointment::Column::Version, Expr::col(appointment::Column::Version).add(1))
        .filter(appointment::Column::Id.eq(id))
        .filter(appointment::Column::Version.eq(version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Stale);
    }
    let detail = json!({ "appointment": id, "day": row.day, "state": state.as_str() });
    records::keep_act(op, ServiceName::Appoint, detail).await.map(|_| ())
}

/// The unit of this name, where the caller looks after units and it is written down.
async fn known_unit(op: &Op, name: &str) -> Result<Option<Uuid>> {
    if !op.actor().may(Right::IssueGroups) {
        return Ok(None);
    }
    let units = groups::units(op).await?;
    Ok(units.into_iter().find(|unit| unit.name == name).map(|unit| unit.id.0))
}

async fn ours(op: &Op, id: AppointmentId) -> Result<appointment::Model> {
    let row = appointment::Entity::find_by_id(id).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("appointment"))?;
    match tree(op).await?.covers(op.actor().scope, row.library_id) {
        true => Ok(row),
        false => Err(Error::NotFound("appointment")),
    }
}

fn view(op: &Op, row: appointment::Model) -> Result<Appointment> {
    let open = |column: &str, sealed| op.keys().open_sealed(column, row.id.0, sealed);
    let state = AppointmentState::from_word(&row.state);
    Ok(Appointment {
        contact: open("appointments.contact", &row.contact)?,
        phone: open("appointments.phone", &row.phone)?,
        note: row.note.as_ref().map(|note| open("appointments.note", note)).transpose()?.unwrap_or_default(),
        id: row.id,
        library: row.library_id,
        unit: row.unit,
        unit_id: row.unit_id,
        day: row.day,
        begins: row.begins,
        place: row.place,
        expected: row.expected,
        staff: row.staff,
        point: row.point_id,
        state: state.ok_or_else(|| Error::internal("a visit in an unknown state"))?,
        version: row.version,
    })
}

/// One visit.
///
/// # Errors
/// [`Right::OpenCards`] is needed at a staffed place; [`Error::NotFound`] when there is none of the caller's.
pub async fn appointment(op: &Op, id: AppointmentId) -> Result<Appointment> {
    op.require_at_desk(Right::OpenCards)?;
    let row = ours(op, id).await?;
    view(op, row)
}

/// The visits from one day to another, both included, of the caller's library and everything under it, by day and time.
///
/// # Errors
/// [`Right::OpenCards`] is needed at a staffed place.
pub async fn appointments(op: &Op, from: NaiveDate, to: NaiveDate) -> Result<Vec<Appointment>> {
    op.require_at_desk(Right::OpenCards)?;
    let under = tree(op).await?.under(op.actor().scope);
    let rows = appointment::Entity::find()
        .filter(appointment::Column::LibraryId.is_in(under.iter().map(|id| id.0)))
        .filter(appointment::Column::Day.between(from, to))
        .order_by_asc(appointment::Column::Day)
        .order_by_asc(appointment::Column::Begins)
        .all(op.db())
        .await?;
    rows.into_iter().map(|row| view(op, row)).collect()
}
