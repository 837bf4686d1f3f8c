//! The page that a platform sends a browser to: whoever is signed in at the portal goes back with a code, who is not signs in first, and
//! who comes to a platform for the first time is asked whether it may know them (6.1.4.2, A.3.2 d).

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::password::reader_sign_out;
use service::kernel::{Actor, Error};
use service::resources::{self, Platform, SignOn, Told};

use super::asked::{Asked, Fault};
use super::next::{Continue, wait};
use crate::form::Posted;
use crate::i18n::Text;
use crate::origin::origin;
use crate::page::{Answer, Page, html, html_with};
use crate::portal::session::Halfway;
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::{READER, Visit, cookie};
use crate::words::{BlockerText, masked_name};

#[derive(Template)]
#[template(path = "portal/sign_on.html")]
struct Ask {
    t: Text,
    page: Page,
    title: String,
    /// Who is signed in.
    name: String,
    told: Vec<Told>,
    query: String,
}

#[derive(Template)]
#[template(path = "portal/sign_on_refused.html")]
struct Refused {
    t: Text,
    page: Page,
    title: String,
    /// Why the card does not work; none: it is the platform that is not known.
    blockers: Vec<BlockerText>,
}

/// What came from a platform, and may be answered to it.
struct Welcome {
    asked: Asked,
    platform: Platform,
    issuer: String,
}

/// Reads what was asked for. Where the platform or the address is not known, nobody is sent anywhere.
async fn read(visit: &Visit, query: Option<&str>) -> Result<Welcome, Response> {
    let asked = Asked::read(query.unwrap_or_default());
    let issuer = origin(&visit.app.options, &visit.headers);
    if let (Some(asked), Some(issuer)) = (asked, issuer) {
        let (name, to) = (asked.get("client_id").to_owned(), asked.get("redirect_uri").to_owned());
        let found = visit
            .app
            .service
            .read(Actor::nobody(), async move |op| resources::platform_at(op, &name, &to).await)
            .await;
        match found {
            Ok(Some(platform)) => return Ok(Welcome { asked, platform, issuer }),
            Ok(None) => {}
            Err(error) => return Err(visit.failure(error).into_response()),
        }
    }
    let page = visitors_page(visit).await;
    let refused = Refused { t: page.t, page, title: String::new(), blockers: Vec::new() };
    Err(html_with(StatusCode::BAD_REQUEST, &refused))
}

pub async fn show(
    visit: Visit,
    me: Result<Halfway, Response>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Answer {
    let Welcome { asked, platform, issuer } = match read(&visit, query.as_deref()).await {
        Ok(welcome) => welcome,
        Err(response) => return Ok(response),
    };
    if let Some(fault) = asked.fault() {
        return Ok(asked.back_with(&issuer, fault));
    }
    let quietly = asked.prompts("none");
    let query = query.unwrap_or_default();
    let me = match me {
        Ok(me) => me,
        // The database was asked in vain: that says nothing of who is signed in.
        Err(response) if response.status().is_server_error() => return Ok(response),
        Err(_) if quietly => return Ok(asked.back_with(&issuer, Fault("login_required"))),
        Err(_) => {
            return Ok(sign_in_first(&visit, jar, &query).unwrap_or_else(|| too_long(&asked, &issuer)));
        }
    };
    if me.session().must_change {
        return Ok(match quietly {
            true => asked.back_with(&issuer, Fault("interaction_required")),
            false => match wait(&visit, jar, &query) {
                Some(jar) => (jar, Redirect::to("/my/password")).into_response(),
                None => too_long(&asked, &issuer),
            },
        });
    }
    let age = (visit.app.service.clock().now() - me.session().since).num_seconds();
    if asked.prompts("login") || asked.max_age().is_some_and(|seconds| age > seconds) {
        if quietly {
            return Ok(asked.back_with(&issuer, Fault("login_required")));
        }
        let token = me.token.clone();
        let done =
            visit.app.service.write(Actor::nobody(), async move |op| reader_sign_out(op, &token).await);
        done.await.map_err(|error| me.failure(error))?;
        let jar = jar.remove(cookie(&visit.app, READER, ""));
        let anew = asked.after_signing_in_anew();
        return Ok(sign_in_first(&visit, jar, &anew).unwrap_or_else(|| too_long(&asked, &issuer)));
    }
    let wanted = asked.wanted(platform, me.session());
    let allowed = {
        let (actor, wanted) = (me.session().actor.clone(), wanted.clone());
        let service = &visit.app.service;
        service.read(actor, async move |op| resources::is_allowed(op, &wanted).await).await
    };
    let allowed = allowed.map_err(|error| me.failure(error))?;
    match (allowed && !asked.prompts("consent"), quietly) {
        (true, _) => Ok(match code(&me, &wanted).await? {
            Ok(code) => asked.back(&issuer, &[("code", &code)]),
            Err(_) if quietly => asked.back_with(&issuer, Fault("access_denied")),
            Err(page) => page,
        }),
        (false, true) => Ok(asked.back_with(&issuer, Fault("consent_required"))),
        (false, false) => {
            let (title, told) = (wanted.platform.title.clone(), wanted.wanted());
            let name = masked_name(&me.session().name);
            Ok(html(&Ask { t: me.text(), page: me.page(), title, name, told, query }))
        }
    }
}

/// The reader has answered whether the platform may know them.
pub async fn submit(visit: Visit, me: Halfway, RawQuery(query): RawQuery, Posted(form): Posted) -> Answer {
    let Welcome { asked, platform, issuer } = match read(&visit, query.as_deref()).await {
        Ok(welcome) => welcome,
        Err(response) => return Ok(response),
    };
    if let Some(fault) = asked.fault() {
        return Ok(asked.back_with(&issuer, fault));
    }
    if me.session().must_change {
        return Ok(Redirect::to("/my/password").into_response());
    }
    if form.value("do") != "allow" {
        return Ok(by_page(&me, &asked.way_back(&issuer, &[("error", "access_denied")])));
    }
    let wanted = asked.wanted(platform, me.session());
    let (actor, allowed) = (me.session().actor.clone(), wanted.clone());
    let allow = async move |op: &service::kernel::Op| {
        resources::allow(op, &allowed.platform, &allowed.wanted()).await
    };
    visit.app.service.write(actor, allow).await.map_err(|error| me.failure(error))?;
    match code(&me, &wanted).await? {
        Ok(code) => Ok(by_page(&me, &asked.way_back(&issuer, &[("code", &code)]))),
        Err(page) => Ok(page),
    }
}

/// On by a page of ours: browsers don't let a form lead to other hosts, and the platform may lead on to more.
fn by_page(me: &Halfway, to: &str) -> Response {
    html(&Continue { t: me.text(), page: me.page(), next: to.to_owned() })
}

/// A code for the platform; or the page that says why the card does not work.
async fn code(me: &Halfway, wanted: &SignOn) -> Result<Result<String, Response>, Failure> {
    let (actor, wanted_now) = (me.session().actor.clone(), wanted.clone());
    let signed_on =
        me.app().service.write(actor, async move |op| resources::sign_on(op, &wanted_now).await).await;
    match signed_on {
        Ok(code) => Ok(Ok(code)),
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let blockers = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            let page = Refused { t, page: me.page(), title: wanted.platform.title.clone(), blockers };
            Ok(Err(html_with(StatusCode::CONFLICT, &page)))
        }
        Err(error) => Err(me.failure(error)),
    }
}

fn sign_in_first(visit: &Visit, jar: CookieJar, query: &str) -> Option<Response> {
    wait(visit, jar, query).map(|jar| (jar, Redirect::to("/my/sign-in?sign-on")).into_response())
}

/// What a platform asks for with so many words that they can't wait.
fn too_long(asked: &Asked, issuer: &str) -> Response {
    asked.back_with(issuer, Fault("invalid_request"))
}
