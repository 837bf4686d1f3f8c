//! Identity checked again, in person (6.2.1).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Blocker, Error, ReaderId, ServiceName};
use service::people::{self, Verification};
use service::readers::{self, ReaderView};

use super::{Head, blank, done, key};
use crate::desk::who::{self, Who};
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/verify.html")]
struct VerifyPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    known: Verification,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
}

async fn page(
    me: &SignedIn,
    id: ReaderId,
    form: Form,
    blockers: &[Blocker],
    status: StatusCode,
) -> Result<Response, crate::problem::Failure> {
    let head = Head::of(me, id).await?;
    let known = me.read(async move |op| people::verification(op, id).await).await?;
    let (t, who) = (head.t, head.who(ServiceName::Verify));
    let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
    Ok(html_with(status, &VerifyPage { t, page: head.page, reader: head.reader, known, form, who, blockers }))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    page(&me, id, Form::new(blank()), &[], StatusCode::OK).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let check = who::parse(&posted, ServiceName::Verify);
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| readers::verify(op, id, &check).await).await {
        Ok(()) => Ok(done(id, "verify")),
        Err(Error::Refused(blockers)) => {
            page(&me, id, Form::new(posted.fields), &blockers, StatusCode::CONFLICT).await
        }
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, me.text(), &invalid);
            page(&me, id, form, &[], StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
