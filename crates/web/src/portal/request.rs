//! A change that staff make: another name, a renewed document (4.2.1).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{DocumentId, Error, IdempotencyKey, Op, RequestId};
use service::readers::{self, AskedDocument, DocumentForm, EditRequest, Request, RequestChange, Waiting};
use service::records::{CheckMethod, IdentityCheck};

use super::session::Reader;
use crate::csrf::chance;
use crate::desk::open::document::kinds;
use crate::form::{Fields, Form, Posted, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/request.html")]
struct RequestPage {
    t: Text,
    page: Page,
    form: Form,
    kinds: Vec<(&'static str, String)>,
    /// The documents that are known, masked: one of them may be what is renewed.
    known: Vec<(DocumentId, String)>,
    blockers: Vec<BlockerText>,
    key: String,
    /// What was asked before and waits: the form changes it.
    waiting: Option<Request>,
    /// It was changed or answered while the form was open.
    stale: bool,
}

impl RequestPage {
    /// What staff ask about it.
    fn question(&self) -> Option<&str> {
        self.waiting.as_ref().and_then(|waiting| waiting.answer.as_deref())
    }
}

async fn page(
    me: &Reader,
    status: StatusCode,
    form: Option<Form>,
    blockers: Vec<BlockerText>,
    stale: bool,
) -> Result<Response, Failure> {
    let (t, reader) = (me.text(), me.session().reader);
    let (view, waiting) = me
        .read(async move |op| {
            let waits =
                |one: &&Waiting| one.kind == "change" && matches!(one.state.as_str(), "open" | "asked");
            let waiting = match readers::own_requests(op, reader).await?.iter().find(waits) {
                Some(line) => Some(readers::request(op, line.id).await?),
                None => None,
            };
            Ok((readers::view(op, reader).await?, waiting))
        })
        .await?;
    let known = view.documents.into_iter().map(|paper| {
        let name = format!("{} {}", t.document_kind(paper.kind), paper.number);
        (paper.id, name)
    });
    let known = known.collect();
    let mut form = form.unwrap_or_else(|| Form::new(waiting.as_ref().map(asked_before).unwrap_or_default()));
    // The page shows the request as it is now, and what is sent next is about that.
    let (id, version) = match &waiting {
        Some(waiting) => (waiting.line.id.to_string(), waiting.version.to_string()),
        None => (String::new(), String::new()),
    };
    form.fill("request", &id);
    form.fill("version", &version);
    let (page, key) = (me.page(), chance());
    Ok(html_with(
        status,
        &RequestPage { t, page, form, kinds: kinds(t), known, blockers, key, waiting, stale },
    ))
}

/// The form as it was sent before.
fn asked_before(request: &Request) -> Fields {
    let mut fields = Fields::default();
    let Some(asked) = &request.asked else { return fields };
    fields.set("reader.name", asked.name.clone().unwrap_or_default());
    fields.set("note", asked.note.clone().unwrap_or_default());
    if let Some(AskedDocument { form, renews }) = &asked.document {
        fields.set("renews", renews.map(|id| id.to_string()).unwrap_or_default());
        fields.set("document.type", form.kind.clone());
        fields.set("document.number", form.number.clone());
        fields.set("document.issuing_country", form.issuing_country.clone());
        fields.set("document.valid_until", form.valid_until.clone());
    }
    fields
}

pub async fn show(me: Reader) -> Answer {
    page(&me, StatusCode::OK, None, Vec::new(), false).await
}

pub async fn back() -> Redirect {
    Redirect::to("/my/information")
}

pub async fn submit(me: Reader, posted: PostedWithFiles) -> Answer {
    let fields = &posted.fields;
    let form = DocumentForm {
        kind: fields.owned("document.type"),
        number: fields.owned("document.number"),
        issuing_country: fields.owned("document.issuing_country"),
        valid_until: fields.owned("document.valid_until"),
    };
    let document = AskedDocument { form, renews: fields.value("renews").parse().ok() };
    let (reader, evidence) = (me.session().reader, posted.file("evidence"));
    let check = IdentityCheck::of_the_person(CheckMethod::Password);
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    let (name, note) = (fields.owned("reader.name"), fields.owned("note"));
    let (done, told) = if let Ok(request) = fields.value("request").parse::<RequestId>() {
        let version = fields.value("version").parse().unwrap_or_default();
        let (name, document, note) = (Some(name), Some(document), Some(note));
        let edit = EditRequest { reader, request, version, name, document, evidence, note, check };
        (me.try_write(key, async move |op| readers::edit_request(op, edit.clone()).await).await, "changed")
    } else {
        let renews = document.renews;
        let document = (!document.form.number.trim().is_empty()).then_some(document.form);
        let instead_of = None;
        let asked = RequestChange { reader, name, document, renews, evidence, note, instead_of, check };
        let raise = async move |op: &Op| readers::request_change(op, asked.clone()).await.map(|_| ());
        (me.try_write(key, raise).await, "asked")
    };
    let t = me.text();
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/my/information?{told}")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, t, &invalid);
            page(&me, StatusCode::UNPROCESSABLE_ENTITY, Some(form), Vec::new(), false).await
        }
        Err(Error::Refused(blockers)) => {
            let told = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            page(&me, StatusCode::CONFLICT, Some(Form::new(posted.fields)), told, false).await
        }
        Err(Error::Stale) => {
            page(&me, StatusCode::CONFLICT, Some(Form::new(posted.fields)), Vec::new(), true).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn withdraw(me: Reader, Posted(fields): Posted) -> Answer {
    let reader = me.session().reader;
    let id = fields.value("request").parse::<RequestId>();
    let id = id.map_err(|_| me.failure(Error::NotFound("request")))?;
    let done = me.try_write(None, async move |op| readers::withdraw_request(op, reader, id).await).await;
    match done {
        Ok(()) => Ok(Redirect::to("/my/information?withdrawn").into_response()),
        // Answered, or taken back, just before: the page says how it ended.
        Err(Error::Refused(_)) => Ok(Redirect::to("/my/information?closed#staff").into_response()),
        Err(error) => Err(me.failure(error)),
    }
}
