//! One request: what is asked for, beside what is on file; approve, ask, reject.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{Blocker, Error, IdempotencyKey, ReaderId, RequestId, Right};
use service::people::{self, Reply};
use service::readers::{self, OnFile, ReaderView, Request};

use super::Nav;
use crate::csrf::chance;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/request.html")]
struct RequestPage {
    t: Text,
    page: Page,
    nav: Nav,
    request: Request,
    reader: ReaderView,
    /// The document on file that the one asked for stands beside.
    on_file: Option<OnFile>,
    library: String,
    form: Form,
    blockers: Vec<BlockerText>,
    another: Option<ReaderId>,
    /// Somebody else was first.
    stale: bool,
    may_reveal: bool,
    may_merge: bool,
}

impl RequestPage {
    fn waits(&self) -> bool {
        matches!(self.request.line.state.as_str(), "open" | "asked")
    }
}

async fn page(
    me: &SignedIn,
    id: RequestId,
    form: Option<Form>,
    blockers: &[Blocker],
    stale: bool,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (request, reader, on_file) = me
        .write(async move |op| {
            let request = readers::request(op, id).await?;
            let reader = readers::view(op, request.line.reader).await?;
            let on_file = readers::on_file(op, &request).await?;
            Ok((request, reader, on_file))
        })
        .await?;
    let t = me.text();
    let form = form.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("version", request.version.to_string());
        fields.set("idempotency_key", chance());
        Form::new(fields)
    });
    let another = blockers.iter().find_map(|blocker| match blocker {
        Blocker::DocumentIsAnothers(reader) => Some(*reader),
        _ => None,
    });
    let page = RequestPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "requests"),
        library: t.library(&me.session().tree, request.line.library),
        request,
        reader,
        on_file,
        form,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        another,
        stale,
        may_reveal: me.session().actor.may(Right::RevealPersonalData),
        may_merge: me.session().actor.may(Right::MergeReaders),
    };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<RequestId>) -> Answer {
    page(&me, id, None, &[], false, StatusCode::OK).await
}

pub async fn answer(me: SignedIn, Path(id): Path<RequestId>, Posted(fields): Posted) -> Answer {
    let text = fields.owned("answer");
    let reply = match fields.value("reply") {
        "approve" => Reply::Approve,
        "ask" => Reply::Ask(text),
        _ => Reply::Reject(text),
    };
    let version = fields.value("version").parse().unwrap_or_default();
    let key = IdempotencyKey::new(fields.value("idempotency_key"));
    let answered =
        me.try_write(key, async move |op| people::answer_request(op, id, version, &reply.clone()).await);
    match answered.await {
        Ok(()) => Ok(Redirect::to("/office/requests?done=answered").into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, id, Some(form), &[], false, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(Error::Refused(blockers)) => {
            page(&me, id, Some(Form::new(fields)), &blockers, false, StatusCode::CONFLICT).await
        }
        Err(Error::Stale) => page(&me, id, None, &[], true, StatusCode::CONFLICT).await,
        Err(error) => Err(me.failure(error)),
    }
}
