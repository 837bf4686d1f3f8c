//! Language and look from the head and foot of every page, signed in or not; kept by the browser. Pages that a form led to don't offer
//! them: what was typed would be gone.

use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use service::staff;

use crate::App;
use crate::form::Posted;
use crate::i18n::{COOKIE, Language};
use crate::page::Answer;
use crate::session::{MaybeSignedIn, Visit};

/// A lasting cookie, which the page's scripts may read and set too.
pub fn lasting(app: &App, name: &'static str, value: &str) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, value.to_owned()))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(app.options.secure_cookies)
        .build();
    cookie.make_permanent();
    cookie
}

pub async fn submit(visit: Visit, me: MaybeSignedIn, mut jar: CookieJar, Posted(form): Posted) -> Answer {
    if let Some(language) = Language::from_tag(form.value("language")) {
        jar = jar.add(lasting(&visit.app, COOKIE, language.tag()));
        // Who has a language of the account changes that, or the page would stay as it is.
        if let Some(me) = me.0.map(|me| me.session.actor.clone()) {
            let kept =
                visit.app.service.write(me, async move |op| staff::set_language(op, language.tag()).await);
            kept.await.map_err(|error| visit.failure(error))?;
        }
    }
    match form.value("theme") {
        theme @ ("light" | "dark") => jar = jar.add(lasting(&visit.app, "yueka_theme", theme)),
        "system" => jar = jar.add(lasting(&visit.app, "yueka_theme", "")),
        _ => {}
    }
    Ok((jar, Redirect::to(&visit.came_from())).into_response())
}
