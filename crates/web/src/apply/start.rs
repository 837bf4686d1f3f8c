//! Who may open a card here, in which library's name, and what happens with what they tell: Table A1 and the privacy notice.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::applications::{self, PRIVACY_NOTICE};
use service::kernel::Actor;
use service::libraries::LibraryKind;

use super::steps;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::Visit;
use crate::words::Step;

#[derive(Template)]
#[template(path = "apply/start.html")]
struct Start {
    t: Text,
    page: Page,
    form: Form,
    steps: Vec<Step>,
    /// Code and name of each library that opens cards on the web.
    libraries: Vec<(String, String)>,
    /// The kinds of document that will do.
    kinds: Vec<String>,
    /// Whether the federation opens cards itself: then it stands first.
    federation_opens: bool,
    notice: &'static str,
    kept_days: i64,
}

impl Start {
    /// Whether the applicant chooses: the federation, where it opens cards itself, is chosen for who does not mind.
    fn must_choose(&self) -> bool {
        !self.federation_opens
    }
}

/// The libraries that open cards on the web, by code.
pub(super) async fn libraries(visit: &Visit) -> Result<Vec<applications::Place>, Failure> {
    let places = visit.app.service.read(Actor::nobody(), applications::places).await;
    places.map_err(|error| visit.failure(error))
}

async fn page(visit: &Visit, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let page = visitors_page(visit).await;
    let t = page.t;
    let places = libraries(visit).await?;
    let libraries =
        places.iter().map(|place| (place.library.code.clone(), t.library_name(&place.library))).collect();
    let start = Start {
        t,
        page,
        form,
        steps: steps(t, 1),
        libraries,
        federation_opens: places.first().is_some_and(|place| place.library.kind == LibraryKind::Federation),
        kinds: applications::kinds().map(|kind| t.document_kind(kind)).collect(),
        notice: PRIVACY_NOTICE,
        kept_days: applications::KEPT_DAYS,
    };
    Ok(html_with(status, &start))
}

pub async fn show(visit: Visit) -> Answer {
    page(&visit, Form::new(Fields::default()), StatusCode::OK).await
}

pub async fn submit(visit: Visit, Posted(fields): Posted) -> Answer {
    let t = visit.text();
    let known = libraries(&visit).await?;
    let code = fields.owned("library");
    let mut form = Form::new(fields.clone());
    if !known.iter().any(|place| place.library.code == code) {
        form.add(t, "library", t.t("problem-missing"));
    }
    if fields.value("consent") != PRIVACY_NOTICE {
        form.add(t, "consent", t.t("apply-consent-missing"));
    }
    if !form.wrong().is_empty() {
        return page(&visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    Ok(Redirect::to(&format!("/apply/details?library={code}&consent={PRIVACY_NOTICE}")).into_response())
}
