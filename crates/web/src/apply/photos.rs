//! The photos of the document: taken with the phone, or chosen.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use service::applications::{self, Sending, State};
use service::kernel::Error;

use super::{Proven, Trouble, ended, seen, steps, token};
use crate::form::{Fields, Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::Visit;
use crate::words::{BlockerText, Step};

#[derive(Template)]
#[template(path = "apply/photos.html")]
struct Photos {
    t: Text,
    page: Page,
    form: Form,
    steps: Vec<Step>,
    /// The kind of document, in words.
    document: String,
    wait: String,
    blockers: Vec<BlockerText>,
}

async fn page(visit: &Visit, trouble: Trouble) -> Result<Response, Failure> {
    let Some(seen) = seen(visit).await? else { return Ok(ended()) };
    if seen.state != State::Draft {
        return Ok(Redirect::to("/apply/status").into_response());
    }
    let Some(particulars) = seen.particulars else {
        return Ok(Redirect::to("/apply/code").into_response());
    };
    let page = visitors_page(visit).await;
    let t = page.t;
    let Trouble { form, blockers, wait, status, seconds } = trouble;
    let document = t.document_word(&particulars.kind);
    let photos = Photos { t, page, form, steps: steps(t, 4), document, wait, blockers };
    Ok(Trouble::answer(seconds, html_with(status, &photos)))
}

pub async fn show(visit: Visit) -> Answer {
    page(&visit, Trouble::none(Fields::default())).await
}

pub async fn submit(Proven(visit): Proven, posted: PostedWithFiles) -> Answer {
    let sending = Sending { corrected: None, front: posted.file("front"), back: posted.file("back") };
    match applications::send(&visit.app.service, &token(&visit), sending).await {
        Ok(()) => Ok(Redirect::to("/apply/status").into_response()),
        Err(Error::NotFound(_)) => Ok(ended()),
        Err(error) => page(&visit, Trouble::of(&visit, Fields::default(), error)?).await,
    }
}
