//! When libraries and their service points are open: by the week, and days on which it is otherwise (4.4.1).

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::NaiveDate;
use serde::Deserialize;
use service::kernel::{Error, Problem, Right};
use service::promotion::{
    Place, SetHours, hours_of, hours_to_set, remove_special_day, set_hours, set_special_day, spans_in_words,
};

use super::Nav;
use super::policies::library;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::public::OpenNow;
use crate::session::SignedIn;

/// Where.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    #[serde(default)]
    point: String,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "office/hours.html")]
struct HoursPage {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<(String, String)>,
    points: Vec<(String, String)>,
    code: String,
    point: String,
    name: String,
    form: Form,
    days: Vec<(&'static str, String)>,
    special: Vec<(NaiveDate, String, String, String)>,
    now: Option<OpenNow>,
    stale: bool,
    done: bool,
    may_close: bool,
}

const DAYS: [&str; 7] = ["hours.1", "hours.2", "hours.3", "hours.4", "hours.5", "hours.6", "hours.7"];

fn place(me: &SignedIn, code: &str, point: &str) -> Result<Place, Failure> {
    let library = library(me, code)?;
    let point = match point {
        "" => None,
        text => Some(text.parse().map_err(|_| me.failure(Error::NotFound("service point")))?),
    };
    Ok(Place { library, point })
}

pub async fn show(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    me.require(Right::EditSite)?;
    let place = place(&me, &asked.library, &asked.point)?;
    page(&me, place, None, false, asked.done.is_some()).await
}

// locale-keys: weekday-*
async fn page(me: &SignedIn, place: Place, typed: Option<Form>, stale: bool, done: bool) -> Answer {
    let (t, tree) = (me.text(), &me.session().tree);
    let ((weekly, version, special), hours) = me
        .read(async move |op| Ok((hours_to_set(op, place).await?, hours_of(op, place.library).await?)))
        .await?;
    let clock = &me.app().service.clock();
    let (now, today) = (clock.now(), clock.today());
    let own = place.point.and_then(|id| hours.points.iter().find(|(point, _)| *point == id));
    let at = own.map_or_else(|| hours.library.at(now), |(_, hours)| hours.at(now));
    let form = typed.unwrap_or_else(|| {
        let mut fields = Fields::default();
        for (name, spans) in DAYS.into_iter().zip(&weekly.0) {
            fields.set(name, spans_in_words(spans));
        }
        fields.set("version", version.to_string());
        Form::new(fields)
    });
    let status = match (form.wrong().is_empty(), stale) {
        (_, true) => StatusCode::CONFLICT,
        (true, false) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let points = tree.points_under(place.library).filter(|point| point.library == place.library);
    let points: Vec<(String, String)> =
        points.map(|point| (point.id.to_string(), point.name.clone())).collect();
    let point = place.point.map(|id| id.to_string()).unwrap_or_default();
    let name = points.iter().find(|(id, _)| *id == point).map(|(_, name)| name.clone());
    let page = HoursPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "hours"),
        libraries: super::site::libraries(me),
        code: tree.library(place.library).map(|library| library.code.clone()).unwrap_or_default(),
        name: match name {
            Some(name) => [&t.library(tree, place.library), " · ", &name].concat(),
            None => t.library(tree, place.library),
        },
        points,
        point,
        days: (1_u8..).zip(DAYS).map(|(number, name)| (name, t.t(&format!("weekday-{number}")))).collect(),
        special: special
            .into_iter()
            .map(|day| {
                let hours =
                    if day.spans.is_empty() { t.t("hours-closed") } else { spans_in_words(&day.spans) };
                (day.day, t.weekday(day.day), hours, day.note)
            })
            .collect(),
        now: Some(t.open_now(at, today)).filter(|now| now.known),
        form,
        stale,
        done,
        may_close: me.session().actor.may(Right::ManageItems),
    };
    Ok(html_with(status, &page))
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    me.require(Right::EditSite)?;
    let at = place(&me, fields.value("library"), fields.value("point"))?;
    let done = match fields.value("do") {
        "special" => {
            let [day, hours, note] =
                ["special.day", "special.hours", "special.note"].map(|name| fields.owned(name));
            me.try_write(None, async move |op| set_special_day(op, at, &day, &hours, &note).await).await
        }
        "remove" => match fields.value("day").parse::<NaiveDate>() {
            Ok(day) => me.try_write(None, async move |op| remove_special_day(op, at, day).await).await,
            Err(_) => Err(Error::field("special.day", Problem::Date)),
        },
        _ => {
            let set = SetHours {
                place: at,
                seen: fields.value("version").parse().unwrap_or_default(),
                week: DAYS.map(|name| fields.owned(name)),
            };
            me.try_write(None, async move |op| set_hours(op, &set).await).await
        }
    };
    match done {
        Ok(()) => {
            let [code, point] = ["library", "point"].map(|name| {
                form_urlencoded::byte_serialize(fields.value(name).as_bytes()).collect::<String>()
            });
            Ok(Redirect::to(&format!("/office/hours?library={code}&point={point}&done=1")).into_response())
        }
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(in_full(&me, at, fields).await?, me.text(), &invalid);
            page(&me, at, Some(form), false, false).await
        }
        Err(Error::Stale) => page(&me, at, Some(Form::new(fields)), true, false).await,
        Err(error) => Err(me.failure(error)),
    }
}

/// A form of one part of the page, with what stands in the others.
async fn in_full(me: &SignedIn, at: Place, mut fields: Fields) -> Result<Fields, Failure> {
    if fields.value("do") == "special" {
        let (weekly, version, _) = me.read(async move |op| hours_to_set(op, at).await).await?;
        for (name, spans) in DAYS.into_iter().zip(&weekly.0) {
            fields.set(name, spans_in_words(spans));
        }
        fields.set("version", version.to_string());
    }
    Ok(fields)
}
