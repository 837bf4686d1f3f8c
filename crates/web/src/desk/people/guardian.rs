//! Guardians (Table A1, note): another signs, or the role ends since the reader is 16.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use service::kernel::{Error, ReaderId, ServiceName};
use service::readers::{self, ADULT_FROM, ChangeGuardian, ReaderView};

use super::trouble::Trouble;
use super::{Head, done, key};
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

fn page(head: Head, trouble: Trouble) -> Response {
    let t = head.t;
    let minor = head.reader.age < ADULT_FROM;
    let who =
        if minor { Who::of_new_guardian(t, head.reader.age) } else { head.who(ServiceName::EndGuardianship) };
    let blockers = trouble.told(t);
    let page = GuardianPage {
        t,
        page: head.page,
        reader: head.reader,
        form: trouble.form,
        who,
        blockers,
        minor,
        kinds: kinds(t),
    };
    html_with(trouble.status, &page)
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    Ok(page(Head::of(&me, id).await?, Trouble::none()))
}

async fn again(me: &SignedIn, id: ReaderId, posted: PostedWithFiles, error: Error) -> Answer {
    let trouble = Trouble::of(me, posted.fields, error)?;
    Ok(page(Head::of(me, id).await?, trouble))
}

pub async fn change(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let check = match who::check(&posted, ServiceName::Amend) {
        Ok(check) => check,
        Err(error) => return again(&me, id, posted, error).await,
    };
    let request = ChangeGuardian {
        reader: id,
        guardian: guardian_form(&posted.fields),
        consent: posted.file("guardian.consent_file"),
        proof: posted.file("guardian.proof"),
        check,
    };
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| readers::change_guardian(op, request.clone()).await).await {
        Ok(_) => Ok(done(id, "guardian")),
        Err(error) => again(&me, id, posted, error).await,
    }
}

pub async fn end(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let key = key(&posted.fields);
    let ended = match who::check(&posted, ServiceName::EndGuardianship) {
        Ok(check) => me.try_write(key, async move |op| readers::end_guardianship(op, id, &check).await).await,
        Err(error) => Err(error),
    };
    match ended {
        Ok(()) => Ok(done(id, "guardian-ended")),
        Err(error) => again(&me, id, posted, error).await,
    }
}
