//! Which reader is at the browser. It is a cookie of its own: who is signed in here opens no page of the desk, and the other way
//! round.

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::password::{ReaderSession, reader_seen, reader_session};
use service::kernel::{Actor, Call, IdempotencyKey, Op};

use crate::App;
use crate::i18n::{COOKIE, Language, Text};
use crate::page::Page;
use crate::problem::{self, Failure};
use crate::session::{READER, Visit};

/// A reader signed in, who may still have to change the default password.
#[derive(Clone, Debug)]
pub struct Halfway {
    pub visit: Visit,
    pub token: String,
    pub session: Arc<ReaderSession>,
}

/// Boxed, since the compiler can't yet see that an operation's future may move between threads when a trait asks for it.
fn load(
    app: App,
    token: String,
) -> Pin<Box<dyn Future<Output = service::Result<Option<ReaderSession>>> + Send>> {
    Box::pin(async move {
        let wanted = token.clone();
        let found =
            app.service.read(Actor::nobody(), async move |op| reader_session(op, &wanted).await).await?;
        if found.as_ref().is_some_and(ReaderSession::is_stale) {
            app.service.write(Actor::nobody(), async move |op| reader_seen(op, &token).await).await?;
        }
        Ok(found)
    })
}

/// The token of the reader's cookie.
pub fn token(visit: &Visit) -> Option<String> {
    let jar = CookieJar::from_headers(&visit.headers);
    jar.get(READER).map(|cookie| cookie.value().to_owned()).filter(|token| !token.is_empty())
}

impl FromRequestParts<App> for Halfway {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let Some(token) = token(&visit) else { return Err(Redirect::to("/my/sign-in").into_response()) };
        match load(app.clone(), token.clone()).await {
            Ok(Some(session)) => Ok(Self { visit, token, session: Arc::new(session) }),
            Ok(None) => Err(Redirect::to("/my/sign-in?ended").into_response()),
            Err(error) => Err(visit.failure(error).into_response()),
        }
    }
}

impl Halfway {
    /// The texts in the language chosen in this browser, else that of the reader's messages, else as the browser asks.
    pub fn text(&self) -> Text {
        let jar = CookieJar::from_headers(&self.visit.headers);
        let own = self.session.language.as_deref().and_then(Language::from_tag);
        match own.filter(|_| jar.get(COOKIE).is_none()) {
            Some(language) => Text { language },
            None => self.visit.text(),
        }
    }

    pub fn page(&self) -> Page {
        let mut page = Page::new(&self.visit, self.text(), None);
        if let Some(root) = self.session.tree.root() {
            page.federation = page.t.library_name(root);
        }
        page.reader = Some(self.session.name.clone());
        page.shared = self.session.shared;
        page
    }

    pub fn failure(&self, error: service::Error) -> Failure {
        problem::failure(self.page(), &self.visit.request, error)
    }

    pub fn app(&self) -> &App {
        &self.visit.app
    }

    pub fn session(&self) -> &ReaderSession {
        &self.session
    }
}

/// A reader signed in, with a password of their own where one is asked for.
#[derive(Clone, Debug)]
pub struct Reader(pub Halfway);

impl FromRequestParts<App> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let halfway = Halfway::from_request_parts(parts, app).await?;
        if halfway.session.must_change {
            return Err(Redirect::to("/my/password").into_response());
        }
        Ok(Self(halfway))
    }
}

impl std::ops::Deref for Reader {
    type Target = Halfway;

    fn deref(&self) -> &Halfway {
        &self.0
    }
}

impl Reader {
    /// Runs an operation that changes nothing; what goes wrong becomes a page.
    pub async fn read<T>(
        &self,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> Result<T, Failure> {
        let actor = self.session().actor.clone();
        self.app().service.read(actor, operation).await.map_err(|error| self.failure(error))
    }

    /// Runs an operation that may change something, for pages that show errors and refusals themselves.
    pub async fn try_write<T>(
        &self,
        key: Option<IdempotencyKey>,
        operation: impl AsyncFnOnce(&Op) -> service::Result<T> + Clone,
    ) -> service::Result<T> {
        let call = Call { actor: self.session().actor.clone(), key };
        self.app().service.write(call, operation).await
    }
}
