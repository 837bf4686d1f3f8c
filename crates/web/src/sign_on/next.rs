//! Where a browser goes on once the reader has signed in: to the platform that sent it here. What it asked for waits in a cookie.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use time::Duration;

use crate::i18n::Text;
use crate::page::{Page, html};
use crate::portal::visitors_page;
use crate::session::{Visit, cookie};

/// Where platforms send browsers.
pub const AUTHORIZE: &str = "/oidc/authorize";
/// Where a browser goes on.
pub const CONTINUE: &str = "/oidc/continue";
/// The cookie: what stood behind `?`.
const NEXT: &str = "yueka_sign_on";
/// For how long it waits: as long as one needs to sign in.
const WAITS_MINUTES: i64 = 10;
/// The longest query that a cookie holds safely.
const LONGEST: usize = 3_000;

#[derive(Template)]
#[template(path = "portal/sign_on_continue.html")]
pub struct Continue {
    pub t: Text,
    pub page: Page,
    pub next: String,
}

/// Whether this can be kept: the query of an address.
fn may_wait(query: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%&=+:/?@!$*'()".contains(&byte);
    (1..=LONGEST).contains(&query.len()) && query.bytes().all(fits)
}

/// Keeps what a platform asked for, until the reader has signed in; false when it can't be kept.
pub fn wait(visit: &Visit, jar: CookieJar, query: &str) -> Option<CookieJar> {
    may_wait(query).then(|| {
        let mut kept: Cookie<'static> = cookie(&visit.app, NEXT, query);
        kept.set_max_age(Duration::minutes(WAITS_MINUTES));
        jar.add(kept)
    })
}

/// Where a browser goes once its reader has signed in, if a platform sent it here before. A page stands in between: browsers don't let a
/// form lead to another host, and the sign-in was one.
pub fn after_sign_in(jar: &CookieJar) -> Option<&'static str> {
    jar.get(NEXT).filter(|kept| may_wait(kept.value())).map(|_| CONTINUE)
}

/// Whoever signs in next here is somebody else.
pub fn forget(visit: &Visit, jar: CookieJar) -> CookieJar {
    jar.remove(cookie(&visit.app, NEXT, ""))
}

/// Goes on to what was asked for. It is used up.
pub async fn go_on(visit: Visit, jar: CookieJar) -> Response {
    let query = jar.get(NEXT).map(|kept| kept.value().to_owned()).filter(|query| may_wait(query));
    let jar = forget(&visit, jar);
    let Some(query) = query else { return (jar, Redirect::to("/my")).into_response() };
    let page = visitors_page(&visit).await;
    (jar, html(&Continue { t: page.t, page, next: format!("{AUTHORIZE}?{query}") })).into_response()
}
