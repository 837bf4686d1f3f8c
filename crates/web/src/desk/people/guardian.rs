//! Guardians (Table A1, note): another signs, or the role ends since the reader is 16.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Blocker, Error, ReaderId, ServiceName};
use service::readers::{self, ADULT_FROM, ChangeGuardian, ReaderView};

use super::{Head, blank, done, key};
use crate::desk::open::document::kinds;
use crate::desk::open::form::guardian_form;
use crate::desk::who::{self, Who};
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/guardian.html")]
struct GuardianPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
    minor: bool,
    kinds: Vec<(&'static str, String)>,
}

fn page(head: Head, form: Form, blockers: &[Blocker], status: StatusCode) -> Response {
    let t = head.t;
    let minor = head.reader.age < ADULT_FROM;
    let who = head.who(if minor { ServiceName::Amend } else { ServiceName::EndGuardianship });
    let page = GuardianPage {
        t,
        page: head.page,
        reader: head.reader,
        form,
        who,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        minor,
        kinds: kinds(t),
    };
    html_with(status, &page)
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    Ok(page(Head::of(&me, id).await?, Form::new(blank()), &[], StatusCode::OK))
}

async fn trouble(me: &SignedIn, id: ReaderId, posted: PostedWithFiles, error: Error) -> Answer {
    let head = Head::of(me, id).await?;
    match error {
        Error::Invalid(invalid) => {
            let form = Form::with(posted.fields, me.text(), &invalid);
            Ok(page(head, form, &[], StatusCode::UNPROCESSABLE_ENTITY))
        }
        Error::Refused(blockers) => Ok(page(head, Form::new(posted.fields), &blockers, StatusCode::CONFLICT)),
        other => Err(me.failure(other)),
    }
}

pub async fn change(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let request = ChangeGuardian {
        reader: id,
        guardian: guardian_form(&posted.fields),
        consent: posted.file("guardian.consent_file"),
        check: who::parse(&posted, ServiceName::Amend),
    };
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| readers::change_guardian(op, request.clone()).await).await {
        Ok(_) => Ok(done(id, "guardian")),
        Err(error) => trouble(&me, id, posted, error).await,
    }
}

pub async fn end(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let check = who::parse(&posted, ServiceName::EndGuardianship);
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| readers::end_guardianship(op, id, &check).await).await {
        Ok(()) => Ok(done(id, "guardian-ended")),
        Err(error) => trouble(&me, id, posted, error).await,
    }
}
