//! Partner services (A.3.2 e): which there are, which of them may ask whether the card works, and every question that was asked.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::consents::{self, Offered, QuestionEntry};
use service::kernel::{Error, PartnerId};

use super::session::Reader;
use crate::codes::Squares;
use crate::form::{Fields, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::words::BlockerText;

/// Questions that are shown; all of them are in the reader's data.
const SHOWN: u64 = 100;

#[derive(Template)]
#[template(path = "portal/services.html")]
struct Services {
    t: Text,
    page: Page,
    services: Vec<Offered>,
    questions: Vec<QuestionEntry>,
    blockers: Vec<BlockerText>,
    done: String,
}

#[derive(Template)]
#[template(path = "portal/services_allowed.html")]
struct Allowed {
    t: Text,
    page: Page,
    title: String,
    handle: String,
    squares: Option<Squares>,
}

async fn page(
    me: &Reader,
    status: StatusCode,
    blockers: Vec<BlockerText>,
    done: String,
) -> Result<Response, Failure> {
    let (services, questions) = me
        .read(async move |op| Ok((consents::offered(op).await?, consents::questions(op, SHOWN).await?)))
        .await?;
    let page = Services { t: me.text(), page: me.page(), services, questions, blockers, done };
    Ok(html_with(status, &page))
}

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let done = match query.as_deref() {
        Some("withdrawn") => me.text().t("services-withdrawn"),
        _ => String::new(),
    };
    page(&me, StatusCode::OK, Vec::new(), done).await
}

pub async fn back() -> Redirect {
    Redirect::to("/my/services")
}

fn asked(me: &Reader, fields: &Fields) -> Result<PartnerId, Failure> {
    fields.value("service").parse().map_err(|_| me.failure(Error::NotFound("service")))
}

/// Allows a service to ask. What it names the reader by is on this page, and on no other.
pub async fn allow(me: Reader, Posted(fields): Posted) -> Answer {
    let id = asked(&me, &fields)?;
    let allowed = me
        .try_write(None, async move |op| {
            let offered = consents::offered(op).await?;
            let title = offered.into_iter().find(|offered| offered.service.id == id);
            let title = title.map(|offered| offered.service.title).unwrap_or_default();
            Ok((consents::allow(op, id).await?, title))
        })
        .await;
    match allowed {
        Ok((handle, title)) => {
            let squares = Squares::of(&handle);
            Ok(html(&Allowed { t: me.text(), page: me.page(), title, handle, squares }))
        }
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            page(&me, StatusCode::CONFLICT, blockers, String::new()).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn withdraw(me: Reader, Posted(fields): Posted) -> Answer {
    let id = asked(&me, &fields)?;
    match me.try_write(None, async move |op| consents::withdraw(op, id).await).await {
        Ok(()) => Ok(Redirect::to("/my/services?withdrawn").into_response()),
        Err(error) => Err(me.failure(error)),
    }
}

impl Services {
    // locale-keys: services-answer-*
    /// What was answered, in words.
    fn answer(&self, question: &QuestionEntry) -> String {
        let known = ["live", "not_live", "no_consent"].contains(&question.answer.as_str());
        self.t.t(&format!("services-answer-{}", if known { question.answer.as_str() } else { "none" }))
    }

    // locale-keys: services-by-*
    /// What the reader agreed by, in words.
    fn by(&self, question: &QuestionEntry) -> String {
        let by = if question.by == "code" { "code" } else { "handle" };
        self.t.t(&format!("services-by-{by}"))
    }
}
