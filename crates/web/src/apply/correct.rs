//! Staff have asked for more: a better photo, or other data.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use service::applications::{self, Sending, State};
use service::kernel::Error;

use super::details::{kinds, particulars};
use super::{Proven, Trouble, ended, seen, token};
use crate::form::{Fields, Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::Visit;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "apply/correct.html")]
struct Correct {
    t: Text,
    page: Page,
    form: Form,
    kinds: Vec<(&'static str, String)>,
    reason: String,
    note: Option<String>,
    wait: String,
    blockers: Vec<BlockerText>,
}

async fn page(visit: &Visit, trouble: Option<Trouble>) -> Result<Response, Failure> {
    let Some(seen) = seen(visit).await? else { return Ok(ended()) };
    let (State::Asked, Some(known)) = (seen.state, seen.particulars) else {
        return Ok(Redirect::to("/apply/status").into_response());
    };
    let page = visitors_page(visit).await;
    let t = page.t;
    let trouble = trouble.unwrap_or_else(|| {
        let mut fields = Fields::default();
        fields.set("document.type", known.kind);
        fields.set("document.number", known.number);
        fields.set("reader.name", known.name);
        fields.set("reader.birth_date", known.birth_date);
        Trouble::none(fields)
    });
    let Trouble { form, blockers, wait, status, seconds } = trouble;
    let reason = seen.reason.map(|reason| t.application_reason(reason)).unwrap_or_default();
    let correct = Correct { t, page, form, kinds: kinds(t), reason, note: seen.note, wait, blockers };
    Ok(Trouble::answer(seconds, html_with(status, &correct)))
}

pub async fn show(visit: Visit) -> Answer {
    page(&visit, None).await
}

pub async fn submit(Proven(visit): Proven, posted: PostedWithFiles) -> Answer {
    let sending = Sending {
        corrected: Some(particulars(&posted.fields)),
        front: posted.file("front"),
        back: posted.file("back"),
    };
    match applications::send(&visit.app.service, &token(&visit), sending).await {
        Ok(()) => Ok(Redirect::to("/apply/status").into_response()),
        Err(Error::NotFound(_)) => Ok(ended()),
        Err(error) => page(&visit, Some(Trouble::of(&visit, posted.fields, error)?)).await,
    }
}
