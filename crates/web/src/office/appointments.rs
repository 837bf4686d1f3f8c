//! Visits that are agreed on with units (4.4.2): a calendar as a list, and the sheet of a day, to take along.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::{Days, NaiveDate};
use service::groups;
use service::kernel::{AppointmentId, Error, PointId, Right};
use service::points::{
    Appointment, AppointmentForm, AppointmentState, appoint, appointment, appointments, points,
    set_appointment_state,
};

use super::Nav;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

/// How far the list looks ahead.
const DAYS: u64 = 60;

#[derive(Template)]
#[template(path = "office/appointments.html")]
struct Calendar {
    t: Text,
    page: Page,
    nav: Nav,
    days: Vec<Day>,
    from: NaiveDate,
    /// What was just done, or nothing.
    done: String,
}

/// A day with its visits.
struct Day {
    day: NaiveDate,
    date: String,
    visits: Vec<Visit>,
}

/// One visit.
struct Visit {
    entry: Appointment,
    point: String,
    state: &'static str,
    sign: &'static str,
    word: String,
}

#[derive(Template)]
#[template(path = "office/appointment.html")]
struct Edit {
    t: Text,
    page: Page,
    nav: Nav,
    /// The visit; none, while it is being written down.
    entry: Option<Appointment>,
    form: Form,
    /// The names of units that are written down.
    units: Vec<String>,
    /// Laptops that are out: id and name.
    points: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "print/appointments.html")]
struct Sheet {
    t: Text,
    page: Page,
    date: String,
    library: String,
    visits: Vec<Visit>,
}

// locale-keys: appointments-state-*
fn visit(me: &SignedIn, entry: Appointment, points: &HashMap<PointId, String>) -> Visit {
    let (state, sign) = match entry.state {
        AppointmentState::Asked => ("warning", "attention"),
        AppointmentState::Agreed => ("active", "ring"),
        AppointmentState::Done => ("active", "done"),
        AppointmentState::CalledOff => ("", "cross"),
    };
    Visit {
        point: entry.point.and_then(|id| points.get(&id).cloned()).unwrap_or_default(),
        word: me.text().t(&["appointments-state-", entry.state.as_str()].concat()),
        state,
        sign,
        entry,
    }
}

/// The names of points, for who may see them.
async fn point_names(me: &SignedIn) -> Result<Vec<(PointId, String, bool)>, Failure> {
    if !me.session().actor.may(Right::AmendReaders) && !me.session().actor.may(Right::ManagePoints) {
        return Ok(Vec::new());
    }
    let found = me.read(points).await?;
    Ok(found.into_iter().map(|entry| (entry.id, entry.name, entry.ended_at.is_none())).collect())
}

async fn visits(me: &SignedIn, from: NaiveDate, to: NaiveDate) -> Result<Vec<Visit>, Failure> {
    let found = me.read(async move |op| appointments(op, from, to).await).await?;
    let names = point_names(me).await?.into_iter().map(|(id, name, _)| (id, name)).collect();
    Ok(found.into_iter().map(|entry| visit(me, entry, &names)).collect())
}

pub async fn list(me: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let today = me.app().service.clock().today();
    let query = query.unwrap_or_default();
    let asked = query.split('&').find_map(|part| part.strip_prefix("from="));
    let from = asked.and_then(|day| day.parse::<NaiveDate>().ok()).unwrap_or(today);
    let to = from.checked_add_days(Days::new(DAYS)).unwrap_or(from);
    let t = me.text();
    let mut days: Vec<Day> = Vec::new();
    for visit in visits(&me, from, to).await? {
        match days.last_mut().filter(|day| day.day == visit.entry.day) {
            Some(day) => day.visits.push(visit),
            None => {
                let day = visit.entry.day;
                days.push(Day { day, date: t.date(day), visits: vec![visit] });
            }
        }
    }
    let done = if query.contains("saved") { t.t("appointments-saved") } else { String::new() };
    let nav = Nav::of(&me, "appointments");
    Ok(html(&Calendar { t, page: me.page(), nav, days, from, done }))
}

pub async fn sheet(me: SignedIn, Path(day): Path<NaiveDate>) -> Answer {
    let t = me.text();
    let visits = visits(&me, day, day).await?;
    let visits = visits.into_iter().filter(|visit| visit.entry.state != AppointmentState::CalledOff);
    let library = t.library(&me.session().tree, me.session().actor.library);
    let date = [day.to_string(), "　".to_owned(), t.date(day)].concat();
    Ok(html(&Sheet { t, page: me.page(), date, library, visits: visits.collect() }))
}

async fn edit(me: &SignedIn, entry: Option<Appointment>, form: Form, status: StatusCode) -> Answer {
    let points = point_names(me).await?.into_iter().filter(|(_, _, out)| *out);
    let points = points.map(|(id, name, _)| (id.to_string(), name)).collect();
    let units = match me.session().actor.may(Right::IssueGroups) {
        true => me.read(groups::units).await?.into_iter().map(|unit| unit.name).collect(),
        false => Vec::new(),
    };
    let nav = Nav::of(me, "appointments");
    Ok(html_with(status, &Edit { t: me.text(), page: me.page(), nav, entry, form, units, points }))
}

pub async fn blank(me: SignedIn) -> Answer {
    me.require(Right::OpenCards)?;
    edit(&me, None, Form::default(), StatusCode::OK).await
}

pub async fn show(me: SignedIn, Path(id): Path<AppointmentId>) -> Answer {
    let entry = me.read(async move |op| appointment(op, id).await).await?;
    let mut fields = Fields::default();
    for (name, value) in [
        ("appointment.unit", entry.unit.clone()),
        ("appointment.day", entry.day.to_string()),
        ("appointment.begins", entry.begins.clone()),
        ("appointment.place", entry.place.clone()),
        ("appointment.contact", entry.contact.clone()),
        ("appointment.phone", entry.phone.clone()),
        ("appointment.expected", entry.expected.to_string()),
        ("appointment.staff", entry.staff.clone()),
        ("appointment.note", entry.note.clone()),
        ("appointment.point", entry.point.map(|id| id.to_string()).unwrap_or_default()),
    ] {
        fields.set(name, value);
    }
    if entry.state == AppointmentState::Asked {
        fields.set("appointment.asked", "yes");
    }
    edit(&me, Some(entry), Form::new(fields), StatusCode::OK).await
}

fn form_of(fields: &Fields, known: Option<&Appointment>) -> AppointmentForm {
    let field = |name: &str| fields.owned(&["appointment.", name].concat());
    AppointmentForm {
        unit: field("unit"),
        unit_id: known.and_then(|entry| entry.unit_id),
        day: field("day"),
        begins: field("begins"),
        place: field("place"),
        contact: field("contact"),
        phone: field("phone"),
        expected: field("expected"),
        staff: field("staff"),
        point: field("point").parse().ok(),
        note: field("note"),
        asked_only: fields.has("appointment.asked"),
    }
}

/// The form's names for what the house calls plainly.
fn wrong(me: &SignedIn, fields: Fields, invalid: &service::kernel::Invalid) -> Form {
    let (mut form, t) = (Form::new(fields), me.text());
    for error in &invalid.0 {
        form.add(t, &["appointment.", error.field].concat(), t.problem(&error.problem));
    }
    form
}

pub async fn add(me: SignedIn, Posted(fields): Posted) -> Answer {
    let form = form_of(&fields, None);
    match me.try_write(None, async move |op| appoint(op, None, &form).await).await {
        Ok(_) => Ok(Redirect::to("/office/appointments?saved").into_response()),
        Err(Error::Invalid(invalid)) => {
            edit(&me, None, wrong(&me, fields, &invalid), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn submit(me: SignedIn, Path(id): Path<AppointmentId>, Posted(fields): Posted) -> Answer {
    let entry = me.read(async move |op| appointment(op, id).await).await?;
    let version = fields.value("version").parse().unwrap_or_default();
    let state = match fields.value("do") {
        "done" => Some(AppointmentState::Done),
        "call-off" => Some(AppointmentState::CalledOff),
        _ => None,
    };
    if let Some(state) = state {
        me.write(async move |op| set_appointment_state(op, id, version, state).await).await?;
        return Ok(Redirect::to("/office/appointments?saved").into_response());
    }
    let form = form_of(&fields, Some(&entry));
    match me.try_write(None, async move |op| appoint(op, Some((id, version)), &form).await).await {
        Ok(_) => Ok(Redirect::to("/office/appointments?saved").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = wrong(&me, fields, &invalid);
            edit(&me, Some(entry), form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

impl Edit {
    fn is_over(&self) -> bool {
        let state = self.entry.as_ref().map(|entry| entry.state);
        matches!(state, Some(AppointmentState::Done | AppointmentState::CalledOff))
    }
}
