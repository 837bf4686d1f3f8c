//! Opening a card on a phone (A.2.1 b): who may, the privacy notice, name and document, a code, two photos, and how far it is. Each step is
//! a page that works without scripts; which application it is stands in a cookie, and nothing personal in an address.

use std::pin::Pin;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use service::applications::{self, Seen};
use service::kernel::{Actor, Blocker, Error};

use crate::form::{Fields, Form};
use crate::i18n::Text;
use crate::problem::Failure;
use crate::session::{APPLICANT, Visit, cookie};
use crate::words::{BlockerText, Step};
use crate::{App, limits};

mod code;
mod correct;
mod details;
mod photos;
mod start;
mod status;

/// The pages of somebody who applies.
pub fn router() -> Router<App> {
    Router::new()
        .route("/apply", get(start::show).post(start::submit))
        .route("/apply/details", get(details::show).post(details::submit))
        .route("/apply/code", get(code::show).post(code::submit))
        .route("/apply/code/again", get(code::back).post(code::again))
        .route("/apply/holds", get(code::holds))
        .route("/apply/status", get(status::show).post(status::ask))
        .route("/apply/status/code", get(status::back).post(status::enter))
        .route("/apply/leave", post(status::leave))
        .merge(
            Router::new()
                .route("/apply/photos", get(photos::show).post(photos::submit))
                .route("/apply/correct", get(correct::show).post(correct::submit))
                .layer(DefaultBodyLimit::max(limits::TWO_FILES)),
        )
}

/// The token of the applicant's cookie; nothing without one.
fn token(visit: &Visit) -> String {
    let jar = CookieJar::from_headers(&visit.headers);
    jar.get(APPLICANT).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

/// The cookie of an application.
fn applicant(visit: &Visit, token: &str) -> Cookie<'static> {
    cookie(&visit.app, APPLICANT, token)
}

/// The application of this browser; none when it is not known any more.
async fn seen(visit: &Visit) -> Result<Option<Seen>, Failure> {
    let token = token(visit);
    let seen =
        visit.app.service.read(Actor::nobody(), async move |op| applications::seen(op, &token).await).await;
    match seen {
        Ok(seen) => Ok(Some(seen)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(visit.failure(error)),
    }
}

/// Somebody who applies and has proven their phone, in this browser: asked for before a form with photos is read, so that nobody else sends
/// such a thing.
pub struct Proven(pub Visit);

/// Boxed, since the compiler can't yet see that an operation's future may move between threads when a trait asks for it.
fn has_proven(visit: Visit) -> Pin<Box<dyn Future<Output = Result<bool, Failure>> + Send>> {
    Box::pin(async move { Ok(seen(&visit).await?.is_some_and(|seen| seen.phone_proven)) })
}

impl FromRequestParts<App> for Proven {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        match has_proven(visit.clone()).await {
            Ok(true) => Ok(Self(visit)),
            Ok(false) => Err(ended()),
            Err(failure) => Err(failure.into_response()),
        }
    }
}

/// To the beginning, which says that too much time has passed.
fn ended() -> Response {
    Redirect::to("/apply/status?ended").into_response()
}

/// A form as it is shown again: what was typed, what is wrong with it, what stands against it, for how long to wait.
struct Trouble {
    form: Form,
    blockers: Vec<BlockerText>,
    wait: String,
    status: StatusCode,
    seconds: Option<i64>,
}

impl Trouble {
    fn none(fields: Fields) -> Self {
        Self {
            form: Form::new(fields),
            blockers: Vec::new(),
            wait: String::new(),
            status: StatusCode::OK,
            seconds: None,
        }
    }

    /// What is no fault of the form has a page of its own.
    fn of(visit: &Visit, fields: Fields, error: Error) -> Result<Self, Failure> {
        let t = visit.text();
        match error {
            Error::Invalid(invalid) => Ok(Self {
                form: Form::with(fields, t, &invalid),
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Self::none(Fields::default())
            }),
            Error::Refused(blockers) => Ok(Self {
                blockers: blockers.iter().map(|blocker| instead(t, blocker)).collect(),
                status: StatusCode::CONFLICT,
                ..Self::none(fields)
            }),
            Error::TooManyTries(seconds) => Ok(Self {
                wait: wait(t, seconds),
                seconds: Some(seconds),
                status: StatusCode::TOO_MANY_REQUESTS,
                ..Self::none(fields)
            }),
            error => Err(visit.failure(error)),
        }
    }

    /// The answer with the time to come back.
    fn answer(seconds: Option<i64>, mut response: Response) -> Response {
        if let Some(seconds) = seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

/// Who goes to a desk: there the guardian signs, or a One-Card is given out.
fn instead(t: Text, blocker: &Blocker) -> BlockerText {
    let mut text = t.blocker(blocker);
    if matches!(blocker, Blocker::MinorAtDeskOnly | Blocker::DocumentCannotBeCard) {
        text.instead = t.t("apply-at-desk");
    }
    text
}

/// For how long to wait, and what else there is to do.
fn wait(t: Text, seconds: i64) -> String {
    if seconds <= 90 {
        t.a("apply-wait-seconds", &[("seconds", seconds.max(1))])
    } else if seconds <= 5400 {
        t.a("apply-wait-minutes", &[("minutes", (seconds + 59) / 60)])
    } else {
        t.a("apply-wait-hours", &[("hours", (seconds + 3599) / 3600)])
    }
}

/// The steps, seen from one of them.
fn steps(t: Text, now: u8) -> Vec<Step> {
    let names = ["apply-step-consent", "apply-step-details", "apply-step-code", "apply-step-photos"];
    let step =
        |(number, name): (u8, &str)| Step { number, name: t.t(name), done: number < now, now: number == now };
    (1..).zip(names).map(step).collect()
}
