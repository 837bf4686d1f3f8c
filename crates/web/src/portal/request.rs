//! A change that staff make: another name, a renewed document (4.2.1).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{DocumentId, Error, IdempotencyKey, RequestId};
use service::readers::{self, DocumentForm, RequestChange};
use service::records::{CheckMethod, IdentityCheck};

use super::session::Reader;
use crate::csrf::chance;
use crate::desk::open::document::kinds;
use crate::form::{Form, Posted, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/request.html")]
struct Request {
    t: Text,
    page: Page,
    form: Form,
    kinds: Vec<(&'static str, String)>,
    /// The documents that are known, masked: one of them may be what is renewed.
    known: Vec<(DocumentId, String)>,
    blockers: Vec<BlockerText>,
    key: String,
}

async fn page(
    me: &Reader,
    status: StatusCode,
    form: Form,
    blockers: Vec<BlockerText>,
) -> Result<Response, Failure> {
    let (t, reader) = (me.text(), me.session().reader);
    let view = me.read(async move |op| readers::view(op, reader).await).await?;
    let known = view.documents.into_iter().map(|paper| {
        let name = format!("{} {}", t.document_kind(paper.kind), paper.number);
        (paper.id, name)
    });
    let (page, known) = (me.page(), known.collect());
    Ok(html_with(status, &Request { t, page, form, kinds: kinds(t), known, blockers, key: chance() }))
}

pub async fn show(me: Reader) -> Answer {
    page(&me, StatusCode::OK, Form::default(), Vec::new()).await
}

pub async fn back() -> Redirect {
    Redirect::to("/my/information")
}

pub async fn submit(me: Reader, posted: PostedWithFiles) -> Answer {
    let fields = &posted.fields;
    let document = (!fields.value("document.number").trim().is_empty()).then(|| DocumentForm {
        kind: fields.owned("document.type"),
        number: fields.owned("document.number"),
        issuing_country: fields.owned("document.issuing_country"),
        valid_until: fields.owned("document.valid_until"),
    });
    let reader = me.session().reader;
    // What staff asked more about is answered by the new request.
    let earlier = me.read(async move |op| readers::own_requests(op, reader).await).await?;
    let instead_of =
        earlier.iter().find(|one| one.kind == "change" && one.state == "asked").map(|one| one.id);
    let asked = RequestChange {
        reader,
        name: fields.owned("reader.name"),
        document,
        renews: fields.value("renews").parse().ok(),
        evidence: posted.file("evidence"),
        note: fields.owned("note"),
        instead_of,
        check: IdentityCheck::of_the_person(CheckMethod::Password),
    };
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    let done = me.try_write(key, async move |op| readers::request_change(op, asked.clone()).await).await;
    let t = me.text();
    match done {
        Ok(_) => Ok(Redirect::to("/my/information?asked").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, t, &invalid);
            page(&me, StatusCode::UNPROCESSABLE_ENTITY, form, Vec::new()).await
        }
        Err(Error::Refused(blockers)) => {
            let told = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            page(&me, StatusCode::CONFLICT, Form::new(posted.fields), told).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn withdraw(me: Reader, Posted(fields): Posted) -> Answer {
    let reader = me.session().reader;
    let id = fields.value("request").parse::<RequestId>();
    let id = id.map_err(|_| me.failure(Error::NotFound("request")))?;
    let done = me.try_write(None, async move |op| readers::withdraw_request(op, reader, id).await).await;
    done.map_err(|error| me.failure(error))?;
    Ok(Redirect::to("/my/information?withdrawn").into_response())
}
