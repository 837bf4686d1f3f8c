//! Papers that were kept: authorizations, evidence, consents. Seeing one is a right, needs a reason, and is logged (5.1.3).

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use service::kernel::{AttachmentId, ReaderId, Right};
use service::readers::{self, ReaderView};
use service::records::{File, Kept};

use super::Head;
use crate::desk::reveal::reason_of;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/papers.html")]
struct PapersPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    papers: Vec<Kept>,
    may_reveal: bool,
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let head = Head::of(&me, id).await?;
    let papers = me.read(async move |op| readers::papers(op, id).await).await?;
    let may_reveal = me.session().actor.may(Right::RevealPersonalData);
    Ok(html(&PapersPage { t: head.t, page: head.page, reader: head.reader, papers, may_reveal }))
}

pub async fn file(
    me: SignedIn,
    Path((id, paper)): Path<(ReaderId, AttachmentId)>,
    Posted(form): Posted,
) -> Answer {
    let reason = reason_of(&form);
    let (media_type, file) = me.write(async move |op| readers::paper(op, id, paper, &reason).await).await?;
    Ok(streamed(&media_type, file))
}

/// A file from the database, as a browser may show it and nothing more: no scripts, no guessing, kept nowhere. A PDF is saved, since
/// a viewer needs more than that.
pub fn streamed(media_type: &str, file: File) -> Response {
    let mut response = file.0.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(media_type);
    headers
        .insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let place = if media_type == "application/pdf" { "attachment; filename=\"paper.pdf\"" } else { "inline" };
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(place));
    response
}
