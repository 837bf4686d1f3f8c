//! Who is at the browser. [`SignedIn`] in a handler's signature means: signed in, code entered, service point chosen.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use service::kernel::{Actor, Call, IdempotencyKey, Op, Right};
use service::staff::{self, Session};

use crate::App;
use crate::i18n::{Language, Text};
use crate::origin::origin;
use crate::page::Page;
use crate::problem::{self, Failure};
use crate::trace::RequestId;

/// The cookie of who is signed in.
pub const SESSION: &str = "yueka_session";
/// The cookie of a reader at their own pages.
pub const READER: &str = "yueka_reader";
/// The cookie of who is not.
pub const VISITOR: &str = "yueka_visitor";
/// The cookie of the campaign that somebody came by: its code, and nothing of whoever it is.
pub const CAMPAIGN: &str = "yueka_campaign";
/// The cookie of who applies for a card.
pub const APPLICANT: &str = "yueka_apply";

/// A cookie that scripts can't read and other sites can't send.
pub fn cookie(app: &App, name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build((name, value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.options.secure_cookies)
        .build()
}

/// Whether a path leads to a page of this host.
pub fn is_ours(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')
}

/// What every page needs to know of the request: language, look, where from.
#[derive(Clone, Debug)]
pub struct Visit {
    pub app: App,
    pub headers: HeaderMap,
    pub request: String,
    /// Whether it is one of a reader's own pages.
    pub portal: bool,
    /// Whether it is one of the pages that anybody reads.
    pub public: bool,
    /// Whether a form was sent: then the page is gone when it is loaded again.
    pub posted: bool,
}

/// Whether an address is one of a reader's own pages, or of who is to be one.
pub fn is_portal(path: &str) -> bool {
    ["/my", "/apply", "/oidc", "/g"].into_iter().any(|top| is_under(path, top))
}

/// Whether an address is one of the pages that anybody reads.
pub fn is_public(path: &str) -> bool {
    ["/guide", "/libraries", "/news", "/c"].into_iter().any(|top| is_under(path, top))
}

fn is_under(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Visit {
    fn of(parts: &Parts, app: &App) -> Self {
        let request = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let (portal, public) = (is_portal(parts.uri.path()), is_public(parts.uri.path()));
        let posted = ![Method::GET, Method::HEAD].contains(&parts.method);
        Self { app: app.clone(), headers: parts.headers.clone(), request, portal, public, posted }
    }

    /// The texts for somebody who is not signed in.
    pub fn text(&self) -> Text {
        Text { language: Language::of(&self.headers) }
    }

    /// A page for somebody who is not signed in.
    pub fn page(&self) -> Page {
        Page::new(self, self.text(), None)
    }

    /// The page that says what went wrong.
    pub fn failure(&self, error: service::Error) -> Failure {
        problem::failure(self.page(), &self.request, error)
    }

    /// The page of ours that a form stood on.
    pub fn came_from(&self) -> String {
        let header = |name| self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let referer = header(header::REFERER);
        let rest = referer.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let (host, path) = rest.find('/').map(|at| rest.split_at(at)).unwrap_or_default();
        let ours = host == header(header::HOST) && is_ours(path);
        if ours { path.to_owned() } else { "/".to_owned() }
    }

    /// The address by which a reader's phone reaches a page.
    pub fn address_of(&self, path: &str) -> String {
        let origin = origin(&self.app.options, &self.headers);
        [origin.as_deref().unwrap_or("http://localhost"), path].concat()
    }

    /// Whether that address is one that was set, and not merely the one that this browser uses.
    pub fn address_is_set(&self) -> bool {
        self.app.options.public_url.is_some()
    }

    pub fn token(&self) -> Option<String> {
        let jar = CookieJar::from_headers(&self.headers);
        jar.get(SESSION).map(|cookie| cookie.value().to_owned()).filter(|token| !token.is_empty())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

/// Somebody who entered name and password; a code or the choice of a service point may still be to come.
#[derive(Clone, Debug)]
pub struct Halfway {
    pub visit: Visit,
    pub token: String,
    pub session: Arc<Session>,
}

/// The session of a token, which is noted to be in use. Boxed, since the compiler can't yet see that an operation's future
/// may move between threads when a trait asks for it.
fn load(app: App, token: String) -> Pin<Box<dyn Future<Output = service::Result<Option<Session>>> + Send>> {
    Box::pin(async move {
        let (wanted, token) = (token.clone(), token);
        let found =
            app.service.read(Actor::nobody(), async move |op| staff::session(op, &wanted).await).await?;
        if found.as_ref().is_some_and(Session::is_stale) {
            app.service.write(Actor::nobody(), async move |op| staff::seen(op, &token).await).await?;
        }
        Ok(found)
    })
}

/// The cookie of where one was when the session ended: a path, without anything that was typed.
pub const NEXT: &str = "yueka_next";

/// To sign in, and afterwards back to where one was: the page itself, or the page that a form stood on.
fn to_sign_in(visit: &Visit, parts: &Parts, sign_in: &str) -> Response {
    let path = match parts.method {
        Method::GET => parts.uri.path().to_owned(),
        _ => visit.came_from().split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    let jar = CookieJar::new().add(cookie(&visit.app, NEXT, &path));
    (jar, Redirect::to(sign_in)).into_response()
}

impl FromRequestParts<App> for Halfway {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visit = Visit::of(parts, app);
        let Some(token) = visit.token() else { return Err(to_sign_in(&visit, parts, "/sign-in")) };
        let session = match load(app.clone(), token.clone()).await {
            Ok(Some(session)) => session,
            Ok(None) => return Err(to_sign_in(&visit, parts, "/sign-in?ended")),
            Err(error) => return Err(visit.failure(error).into_response()),
        };
        Ok(Self { visit, token, session: Arc::new(session) })
    }
}

impl Halfway {
    /// The texts in the language of the account, else of the browser.
    pub fn text(&self) -> Text {
        let chosen = self.session.language.as_deref().and_then(Language::from_tag);
        chosen.map_or_else(|| self.visit.text(), |language| Text { language })
    }

    pub fn page(&self) -> Page {
        Page::new(&self.visit, self.text(), Some(&self.session))
    }

    pub fn failure(&self, error: service::Error) -> Failure {
        problem::failure(self.page(), &self.visit.request, error)
    }

    pub fn app(&self) -> &App {
        &self.visit.app
    }
}

/// Whoever it is: for pages that don't ask.
#[derive(Clone, Debug)]
pub struct MaybeSignedIn(pub Option<Halfway>);

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(Halfway::from_request_parts(parts, app).await.ok()))
    }
}

/// Somebody at work at a service point.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Halfway);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let halfway = Halfway::from_request_parts(parts, app).await?;
        if halfway.session.code_pending {
            return Err(Redirect::to("/sign-in/code").into_response());
        }
        if halfway.session.point.is_none() {
            return Err(Redirect::to("/service-point").into_response());
        }
        Ok(Self(halfway))
    }
}

impl SignedIn {
    pub fn text(&self) -> Text {
        self.0.text()
    }

    pub fn page(&self) -> Page {
        self.0.page()
    }

    pub fn session(&self) -> &Session {
        &self.0.session
    }

    pub fn app(&self) -> &App {
        self.0.app()
    }

    /// The page that says what went wrong.
    pub fn failure(&self, error: service::Error) -> Failure {
        self.0.failure(error)
    }

    /// Ok when the account has a right: for pages that ask the house nothing yet. Operations ask by themselves.
    pub fn require(&self, right: Right) -> Result<(), Failure> {
        match self.session().actor.may(right) {
            true => Ok(()),
            false => Err(self.failure(service::Error::Forbidden(right))),
        }
    }

    /// Runs an operation that changes nothing; what goes wrong becomes a page.
    pub async fn read<T>(
        &self,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> Result<T, Failure> {
        let actor = self.session().actor.clone();
        self.app().service.read(actor, operation).await.map_err(|error| self.failure(error))
    }

    /// Runs an operation that may change something; what goes wrong becomes a page.
    pub async fn write<T>(
        &self,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> Result<T, Failure> {
        self.try_write(None, operation).await.map_err(|error| self.failure(error))
    }

    /// The same, for pages that show errors and refusals themselves.
    pub async fn try_write<T>(
        &self,
        key: Option<IdempotencyKey>,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> service::Result<T> {
        let call = Call { actor: self.session().actor.clone(), key };
        self.app().service.write(call, operation).await
    }
}
