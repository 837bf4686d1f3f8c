//! What went wrong, as pages: one place for every face of HTML.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use service::kernel::{Clock, Error, Invalid, local_time};
use tracing::Instrument;

use crate::App;
use crate::api::problem::is_the_frameworks;
use crate::i18n::Text;
use crate::page::{Page, html_with};
use crate::session::{MaybeSignedIn, Visit, is_portal, is_public};
use crate::words::BlockerText;

/// A page that says what went wrong.
#[derive(Debug)]
pub struct Failure(Box<Response>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Failure {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem {
    t: Text,
    page: Page,
    title: String,
    lines: Vec<String>,
    blockers: Vec<BlockerText>,
    /// The number to tell technical support.
    number: String,
    at: String,
    /// Whether the same thing may be tried again.
    again: bool,
}

impl Problem {
    fn new(page: Page, title: String, lines: Vec<String>) -> Self {
        Self {
            t: page.t,
            page,
            title,
            lines,
            blockers: Vec::new(),
            number: String::new(),
            at: String::new(),
            again: false,
        }
    }

    fn with(self, status: StatusCode) -> Response {
        html_with(status, &self)
    }
}

/// The page for an error of the house.
pub fn failure(page: Page, request: &str, error: Error) -> Failure {
    let t = page.t;
    let plain = |title: String, line: String| Problem::new(page.clone(), title, vec![line]);
    let response = match error {
        Error::Refused(blockers) => {
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            let page =
                Problem { blockers, ..Problem::new(page.clone(), t.t("problem-page-refused"), Vec::new()) };
            page.with(StatusCode::CONFLICT)
        }
        Error::Invalid(Invalid(fields)) => {
            let lines = fields
                .iter()
                .map(|error| format!("{}: {}", t.field(error.field), t.problem(&error.problem)))
                .collect();
            let page = Problem::new(page.clone(), t.t("problem-page-invalid"), lines);
            page.with(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Error::Forbidden(right) => {
            let mut lines = vec![t.a("problem-page-needed-right", &[("right", t.right(right))])];
            if let Some(me) = &page.me {
                lines.push(t.a("problem-page-who-you-are", &[("name", &me.name), ("library", &me.library)]));
            }
            lines.push(t.t("problem-page-ask-manager"));
            let page = Problem::new(page.clone(), t.t("problem-page-forbidden"), lines);
            page.with(StatusCode::FORBIDDEN)
        }
        Error::NotFound(_) => not_found(page.clone()),
        Error::KeyReused => plain(t.t("problem-page-key-reused"), t.t("problem-page-key-reused-what"))
            .with(StatusCode::CONFLICT),
        Error::Stale => plain(t.t("problem-page-stale-reader"), t.t("problem-page-stale-reader-what"))
            .with(StatusCode::CONFLICT),
        Error::SignInRefused => {
            plain(t.t("problem-page-invalid"), t.t("sign-in-refused")).with(StatusCode::FORBIDDEN)
        }
        Error::TooManyTries(seconds) => {
            let line = t.a("sign-in-locked", &[("minutes", (seconds + 59) / 60)]);
            plain(t.t("problem-page-invalid"), line).with(StatusCode::TOO_MANY_REQUESTS)
        }
        Error::Busy | Error::Raced | Error::AskFirst(_) => {
            let problem = plain(t.t("problem-page-busy"), t.t("problem-page-busy-what"));
            let mut response = Problem { again: true, ..problem }.with(StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("2"));
            response
        }
        Error::Internal(text) => {
            tracing::error!(%text, "internal fault");
            internal(page.clone(), request)
        }
    };
    Failure(Box::new(response))
}

fn internal(page: Page, request: &str) -> Response {
    let t = page.t;
    let lines = vec![t.t("problem-page-internal-safe"), t.t("problem-page-internal-tell")];
    let at = local_time(Clock::system().now());
    Problem {
        number: request.to_owned(),
        at,
        again: true,
        ..Problem::new(page, t.t("problem-page-internal"), lines)
    }
    .with(StatusCode::INTERNAL_SERVER_ERROR)
}

fn not_found(page: Page) -> Response {
    let t = page.t;
    let lines = vec![t.t("problem-page-not-found-what")];
    Problem::new(page, t.t("problem-page-not-found"), lines).with(StatusCode::NOT_FOUND)
}

/// A form that came from elsewhere, or lay open for too long.
pub fn stale_form(page: Page) -> Failure {
    let t = page.t;
    let page = Problem::new(page, t.t("problem-page-stale"), vec![t.t("problem-page-stale-what")]);
    Failure(Box::new(page.with(StatusCode::FORBIDDEN)))
}

/// A form that can't be read.
pub fn unreadable_form(page: Page, status: StatusCode) -> Failure {
    let t = page.t;
    let page = Problem::new(page, t.t("problem-page-unreadable"), vec![t.t("problem-page-unreadable-what")]);
    Failure(Box::new(page.with(status)))
}

/// 404.
pub async fn no_such_page(visit: Visit, MaybeSignedIn(me): MaybeSignedIn) -> Response {
    not_found(me.map_or_else(|| visit.page(), |me| me.page()))
}

/// 405.
pub async fn no_such_method(visit: Visit, MaybeSignedIn(me): MaybeSignedIn) -> Response {
    let mut response = not_found(me.map_or_else(|| visit.page(), |me| me.page()));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// What the framework refuses in words of its own becomes a page: an address with what is no id leads to nothing, and a form that
/// can't be read is one.
pub async fn in_our_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut parts = axum::http::Request::new(()).into_parts().0;
    parts.headers = request.headers().clone();
    parts.extensions = request.extensions().clone();
    let response = next.run(request).await;
    if !is_the_frameworks(&response) {
        return response;
    }
    let Ok(visit) = Visit::from_request_parts(&mut parts, &app).await;
    let Ok(MaybeSignedIn(me)) = MaybeSignedIn::from_request_parts(&mut parts, &app).await;
    let page = me.map_or_else(|| visit.page(), |me| me.page());
    match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => not_found(page),
        StatusCode::FORBIDDEN => stale_form(page).into_response(),
        status => unreadable_form(page, status).into_response(),
    }
}

/// A defect that stopped a handler becomes a page; its text goes to the log only.
pub async fn catch_panic(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let (portal, public) = (is_portal(request.uri().path()), is_public(request.uri().path()));
    let posted = request.method() == Method::POST;
    let number =
        request.extensions().get::<crate::trace::RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    match tokio::spawn(next.run(request).instrument(tracing::Span::current())).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a handler stopped");
            let visit = Visit { app, headers, request: number.clone(), portal, public, posted };
            internal(visit.page(), &number)
        }
    }
}
