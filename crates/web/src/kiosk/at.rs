//! Which kiosk it is, and who stands there. [`At`] in a handler's signature means: this browser was set up as a kiosk. A browser that
//! was not, or whose token was revoked, gets a page that says that staff must set it up.

use std::convert::Infallible;
use std::pin::Pin;

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::{DateTime, Utc};
use service::kernel::{Error, Op};
use service::kiosk::{self, Kiosk, Stage};

use super::screen::{Problem, Screen};
use crate::App;
use crate::form::{Fields, Posted};
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::Visit;

/// The cookie that makes a browser a kiosk.
pub const KIOSK: &str = "yueka_kiosk";
/// The cookie of who stands there.
const STANDING: &str = "yueka_kiosk_visit";
/// The cookie that says that the kiosk has no printer.
pub const NO_PRINTER: &str = "yueka_kiosk_no_printer";

/// A cookie that only the kiosk's own pages are sent.
pub fn cookie(app: &App, name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build((name, value.to_owned()))
        .path("/kiosk")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.options.secure_cookies)
        .build()
}

/// A kiosk at work, and who stands there.
#[derive(Clone, Debug)]
pub struct At {
    pub visit: Visit,
    pub kiosk: Kiosk,
    /// Who stands there; none when nobody has begun.
    pub somebody: Option<kiosk::Visit>,
    /// Since when staff are called, and whether they come.
    pub called: Option<(DateTime<Utc>, bool)>,
    pub printer: bool,
    secret: String,
}

#[derive(Template)]
#[template(path = "kiosk/not_set_up.html")]
struct NotSetUp {
    page: Page,
    all: [Text; 3],
    /// Whether it was set up once.
    once: bool,
}

/// The page of a browser that is no kiosk.
fn not_set_up(visit: &Visit, once: bool) -> Response {
    let page = visit.page();
    let all = Language::ALL.map(|language| Text { language });
    html_with(StatusCode::FORBIDDEN, &NotSetUp { page, all, once })
}

type Found = (Kiosk, Option<kiosk::Visit>, Option<(DateTime<Utc>, bool)>);

/// Boxed, since the compiler can't yet see that an operation's future may move between threads when a trait asks for it.
fn load(
    app: App,
    token: String,
    secret: String,
) -> Pin<Box<dyn Future<Output = service::Result<Option<Found>>> + Send>> {
    Box::pin(async move {
        let nobody = service::kernel::Actor::nobody();
        let found = app.service.read(nobody, async move |op| kiosk::at(op, &token).await).await?;
        let Some(kiosk) = found else { return Ok(None) };
        let (somebody, called) = app
            .service
            .read(kiosk.actor.clone(), async move |op| {
                Ok((kiosk::visit(op, &secret).await?, kiosk::called(op).await?))
            })
            .await?;
        Ok(Some((kiosk, somebody, called)))
    })
}

impl FromRequestParts<App> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let jar = CookieJar::from_headers(&visit.headers);
        let value = |name| jar.get(name).map_or_else(String::new, |cookie| cookie.value().to_owned());
        let (token, secret) = (value(KIOSK), value(STANDING));
        if token.is_empty() {
            return Err(not_set_up(&visit, false));
        }
        match load(app.clone(), token, secret.clone()).await {
            Ok(Some((kiosk, somebody, called))) => {
                let printer = value(NO_PRINTER).is_empty();
                Ok(Self { visit, kiosk, somebody, called, printer, secret })
            }
            Ok(None) => Err(not_set_up(&visit, true)),
            Err(error) => Err(visit.failure(error).into_response()),
        }
    }
}

impl At {
    /// The texts in the language that was chosen for this visit; the next person chooses anew.
    pub fn text(&self) -> Text {
        let chosen = self.somebody.as_ref().and_then(|somebody| Language::from_tag(&somebody.language));
        Text { language: chosen.unwrap_or_default() }
    }

    /// What surrounds a question.
    pub fn screen(&self) -> Screen {
        Screen::new(self)
    }

    pub fn page(&self) -> Page {
        Page::new(&self.visit, self.text(), None)
    }

    pub fn app(&self) -> &App {
        &self.visit.app
    }

    /// What leads to who stands there.
    pub fn secret(&self) -> String {
        self.secret.clone()
    }

    /// The browser with the secret of who stands there from now on.
    pub fn with_somebody(&self, jar: CookieJar, secret: &str) -> CookieJar {
        jar.add(cookie(self.app(), STANDING, secret))
    }

    /// The browser without it.
    pub fn with_nobody(&self, jar: CookieJar) -> CookieJar {
        jar.remove(cookie(self.app(), STANDING, ""))
    }

    /// The page of where they are.
    pub fn place(&self) -> &'static str {
        match self.somebody.as_ref().map(kiosk::Visit::stage) {
            None => "/kiosk",
            Some(Stage::Document) => "/kiosk/document",
            Some(Stage::Notice) => "/kiosk/notice",
            Some(Stage::Phone) => "/kiosk/phone",
            Some(Stage::Password) => "/kiosk/password",
            Some(Stage::End) => "/kiosk/done",
        }
    }

    /// Ok when they are at this stage; else a way to where they are. So a page of somebody who is gone shows nothing, whoever goes back to it.
    pub fn require(&self, stage: Stage) -> Result<(), Failure> {
        match self.somebody.as_ref().map(kiosk::Visit::stage) {
            Some(now) if now == stage => Ok(()),
            _ => Err(Failure::from(Redirect::to(self.place()).into_response())),
        }
    }

    pub async fn write<T>(
        &self,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> Result<T, Failure> {
        self.try_write(operation).await.map_err(|error| self.failure(error))
    }

    /// The same, for pages that show errors themselves.
    pub async fn try_write<T>(
        &self,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> service::Result<T> {
        self.app().service.write(self.kiosk.actor.clone(), operation).await
    }

    /// On to the next question, or to where they are; what went wrong becomes a page.
    pub fn onwards(&self, done: service::Result<()>, next: &str) -> Answer {
        match done {
            Ok(()) => Ok(Redirect::to(next).into_response()),
            Err(error) => Err(self.failure(error)),
        }
    }

    /// What went wrong: somebody was quicker, which the first page sorts out, or a page that says it.
    pub fn failure(&self, error: Error) -> Failure {
        match error {
            Error::Stale | Error::NotFound(_) => Failure::from(Redirect::to("/kiosk").into_response()),
            error => Failure::from(Problem::of(self, error)),
        }
    }
}

/// A form from a page of ours; one that lay open for too long leads to the first page.
pub struct Pressed(pub Fields);

impl FromRequest<App> for Pressed {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        match Posted::from_request(request, app).await {
            Ok(Posted(fields)) => Ok(Self(fields)),
            Err(_) => Err(Redirect::to("/kiosk").into_response()),
        }
    }
}

/// Whether this browser is a kiosk, for the page that sets it up.
pub struct MaybeAt(pub Option<At>);

impl FromRequestParts<App> for MaybeAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(At::from_request_parts(parts, app).await.ok()))
    }
}
