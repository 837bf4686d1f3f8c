//! One unit: its contacts and agreement, its links, its batches.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::groups::{self, Batch, BatchFilter, Contact, LinkView, Unit};
use service::kernel::{Error, UnitId, UnitLinkId};

use super::units::{UnitFields, unit_form};
use crate::desk::people::papers::streamed;
use crate::form::{Fields, Form, Posted, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/groups/unit.html")]
struct One {
    t: Text,
    page: Page,
    unit: Unit,
    library: String,
    fields: UnitFields,
    links: Vec<(LinkView, &'static str)>,
    batches: Vec<Batch>,
    /// The address of a link that was just made: it is shown this once.
    address: String,
    days: Form,
    done: String,
}

struct Shown {
    form: Option<Form>,
    contacts: Option<Vec<Contact>>,
    address: String,
    days: Form,
    done: String,
    status: StatusCode,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            form: None,
            contacts: None,
            address: String::new(),
            days: Form::default(),
            done: String::new(),
            status: StatusCode::OK,
        }
    }
}

fn filled(unit: &Unit) -> Form {
    let mut form = Form::new(Fields::default());
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    form.fill("unit_kind", unit.kind.as_str());
    form.fill("name", &unit.name);
    form.fill("address", &unit.address);
    form.fill("agreement.number", &unit.agreement_number);
    form.fill("agreement.from", &day(unit.agreement_from));
    form.fill("agreement.until", &day(unit.agreement_until));
    form
}

async fn page(me: &SignedIn, id: UnitId, shown: Shown) -> Result<Response, Failure> {
    let filter = BatchFilter { unit: Some(id), ..BatchFilter::default() };
    let filter = &filter;
    let (unit, links, batches) = me
        .read(async move |op| {
            Ok((
                groups::unit(op, id).await?,
                groups::links(op, id).await?,
                groups::batches(op, filter).await?,
            ))
        })
        .await?;
    let (t, now) = (me.text(), me.app().service.clock().now());
    let state = |link: &LinkView| match (link.closed_at, link.batch) {
        (Some(_), _) => "closed",
        _ if link.expires_at <= now => "over",
        (None, Some(_)) => "used",
        (None, None) => "open",
    };
    let agreement = unit.agreement_file.map(|_| format!("/desk/groups/units/{id}/agreement"));
    let contacts = shown.contacts.unwrap_or_else(|| unit.contacts.clone());
    let mut days = shown.days;
    if !days.has("days") {
        days.fill("days", "14");
    }
    let one = One {
        t,
        page: me.page(),
        library: t.library(&me.session().tree, unit.library),
        fields: UnitFields::new(t, shown.form.unwrap_or_else(|| filled(&unit)), contacts, agreement),
        links: links.into_iter().map(|link| (link.clone(), state(&link))).collect(),
        batches,
        address: shown.address,
        days,
        done: shown.done,
        unit,
    };
    Ok(html_with(shown.status, &one))
}

// locale-keys: unit-done-*
pub async fn show(me: SignedIn, Path(id): Path<UnitId>, RawQuery(query): RawQuery) -> Answer {
    let done = match query.as_deref() {
        Some(word @ ("changed" | "closed" | "opened" | "link-closed")) => {
            me.text().t(&format!("unit-done-{word}"))
        }
        _ => String::new(),
    };
    page(&me, id, Shown { done, ..Shown::default() }).await
}

fn back(id: UnitId, word: &str) -> Response {
    Redirect::to(&format!("/desk/groups/units/{id}?{word}")).into_response()
}

pub async fn change(me: SignedIn, Path(id): Path<UnitId>, posted: PostedWithFiles) -> Answer {
    let form = unit_form(&posted);
    let version = posted.fields.value("version").parse().unwrap_or_default();
    let contacts: Vec<Contact> =
        form.contacts.iter().filter(|contact| !contact.name.is_empty()).cloned().collect();
    match me.try_write(None, async move |op| groups::change_unit(op, id, version, form).await).await {
        Ok(()) => Ok(back(id, "changed")),
        Err(Error::Invalid(invalid)) => {
            let form = Some(Form::with(posted.fields, me.text(), &invalid));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&me, id, Shown { form, contacts: Some(contacts), status, ..Shown::default() }).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn close(me: SignedIn, Path(id): Path<UnitId>, Posted(fields): Posted) -> Answer {
    let version = fields.value("version").parse().unwrap_or_default();
    let closed = fields.value("closed") == "yes";
    me.write(async move |op| groups::close_unit(op, id, version, closed).await).await?;
    Ok(back(id, if closed { "closed" } else { "opened" }))
}

pub async fn link(me: SignedIn, Path(id): Path<UnitId>, Posted(fields): Posted) -> Answer {
    let days = fields.value("days").trim().parse().unwrap_or_default();
    match me.try_write(None, async move |op| groups::new_link(op, id, days).await).await {
        Ok(token) => {
            let address = me.0.visit.address_of(&format!("/g/{token}"));
            page(&me, id, Shown { address, ..Shown::default() }).await
        }
        Err(Error::Invalid(invalid)) => {
            let days = Form::with(fields, me.text(), &invalid);
            page(&me, id, Shown { days, status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() }).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn close_link(me: SignedIn, Path((id, link)): Path<(UnitId, UnitLinkId)>, _: Posted) -> Answer {
    me.write(async move |op| groups::close_link(op, link).await).await?;
    Ok(back(id, "link-closed"))
}

pub async fn agreement(me: SignedIn, Path(id): Path<UnitId>) -> Answer {
    let (media_type, file) = me.write(async move |op| groups::agreement_file(op, id).await).await?;
    Ok(streamed(&media_type, file))
}
