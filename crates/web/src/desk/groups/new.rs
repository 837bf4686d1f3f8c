//! A new batch: whose list, how it is issued, the list itself; and another list for a batch that is not confirmed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use service::groups::{self, NewBatch, Unit};
use service::kernel::{BatchId, CardKind, Error, Problem, ServicePointId, UnitId};
use service::records::File;
use sheets::Mapping;

use super::columns;
use super::given::{Given, asks, check};
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/groups/new.html")]
struct New {
    t: Text,
    page: Page,
    form: Form,
    units: Vec<Unit>,
    points: Vec<(ServicePointId, String)>,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    unit: String,
}

async fn page(me: &SignedIn, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let units = me.read(groups::units).await?;
    let (t, session) = (me.text(), me.session());
    let points = session
        .tree
        .points_under(session.actor.library)
        .filter(|point| point.library == session.actor.library);
    let new = New {
        t,
        page: me.page(),
        form,
        units: units.into_iter().filter(|unit| unit.closed_at.is_none()).collect(),
        points: points.map(|point| (point.id, point.name.clone())).collect(),
    };
    Ok(html_with(status, &new))
}

pub async fn show(me: SignedIn, Query(wanted): Query<Wanted>) -> Answer {
    let mut form = Form::default();
    form.fill("unit", &wanted.unit);
    form.fill("minors_kind", CardKind::OneCard.as_str());
    form.fill("tells_readers", "yes");
    if let Some(point) = &me.session().point {
        form.fill("service_point", &point.id.to_string());
    }
    page(&me, form, StatusCode::OK).await
}

/// The list can be read, or a text says why not.
async fn list_of(t: Text, file: Option<File>, mapping: Mapping) -> Result<(Given, sheets::List), String> {
    let file = file.ok_or_else(|| t.problem(&Problem::Missing))?;
    let given = Given::new(file.0, mapping);
    let list = given.read().await.map_err(|error| t.read_error(&error))?;
    Ok((given, list))
}

pub async fn submit(me: SignedIn, posted: PostedWithFiles) -> Answer {
    let t = me.text();
    let fields = &posted.fields;
    let unit = fields.value("unit").parse::<UnitId>().ok();
    let mapping = match unit {
        Some(id) => me.read(async move |op| groups::unit(op, id).await).await?.mapping,
        None => Mapping::default(),
    };
    let read = list_of(t, posted.file("list"), mapping).await;
    let mut form = Form::new(posted.fields.clone());
    let (unit, (given, list)) = match (unit, read) {
        (Some(unit), Ok(read)) => (unit, read),
        (unit, read) => {
            if unit.is_none() {
                form.add(t, "unit", t.problem(&Problem::Missing));
            }
            if let Err(text) = read {
                form.add(t, "list", text);
            }
            return page(&me, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let new = NewBatch {
        unit,
        name: fields.owned("name"),
        minors_kind: fields.value("minors_kind").parse().unwrap_or(CardKind::Document),
        tells_readers: fields.has("tells_readers"),
        service_point: fields.value("service_point").parse().ok(),
    };
    let new = &new;
    match me.try_write(None, async move |op| groups::new_batch(op, new).await).await {
        Ok(id) => go_on(&me, id, given, list).await,
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, t, &invalid);
            page(&me, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

/// Checks the list, or asks first what its columns hold.
pub async fn go_on(me: &SignedIn, id: BatchId, given: Given, list: sheets::List) -> Answer {
    if asks(&list, &given.wanted) {
        return columns::page(me, id, &given, &list, false).await;
    }
    check(&me.app().service, &me.session().actor, id, list).await.map_err(|error| me.failure(error))
}

/// Another list instead of the one that was checked.
pub async fn again(me: SignedIn, Path(id): Path<BatchId>, posted: PostedWithFiles) -> Answer {
    let mapping = me
        .read(async move |op| {
            let (batch, _) = groups::batch(op, id).await?;
            Ok(groups::unit(op, batch.unit).await?.mapping)
        })
        .await?;
    match list_of(me.text(), posted.file("list"), mapping).await {
        Ok((given, list)) => go_on(&me, id, given, list).await,
        Err(text) => {
            let mut form = Form::default();
            form.add(me.text(), "list", text);
            super::batch::page(&me, id, super::batch::View::default(), form, StatusCode::UNPROCESSABLE_ENTITY)
                .await
        }
    }
}
