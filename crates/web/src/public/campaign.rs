//! The address of a campaign (6.5): `/c/CODE` leads to how to get a card, and the browser remembers the code until it is closed, so that a
//! card which is opened on the web is attributed to it. Nothing of whoever it is is kept.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use service::campaigns;
use service::kernel::Actor;

use crate::i18n::{self, Language};
use crate::session::{CAMPAIGN, Visit, cookie};

/// In which language, for brochures that are not in the first.
#[derive(Debug, Deserialize)]
pub struct Asked {
    l: Option<String>,
}

/// The code of the campaign that this browser came by, or nothing.
pub fn remembered(headers: &HeaderMap) -> String {
    let jar = CookieJar::from_headers(headers);
    let code = jar.get(CAMPAIGN).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let fits = code.len() <= 20 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { code } else { String::new() }
}

/// Whoever comes is led on, whatever became of the campaign, and whether or not it can be counted.
pub async fn follow(
    visit: Visit,
    method: Method,
    mut jar: CookieJar,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    // Who only asks whether the address leads anywhere has not come.
    let again = method == Method::HEAD || remembered(&visit.headers).eq_ignore_ascii_case(code.trim());
    let followed = visit
        .app
        .service
        .write(Actor::nobody(), async move |op| campaigns::follow(op, &code, again).await)
        .await;
    match followed {
        Ok(Some(followed)) => jar = jar.add(cookie(&visit.app, CAMPAIGN, &followed.code)),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "a visit of a campaign is not counted"),
    }
    let wanted = asked.l.as_deref().and_then(Language::from_tag);
    if let Some(language) = wanted
        && jar.get(i18n::COOKIE).is_none()
    {
        jar = jar.add(cookie(&visit.app, i18n::COOKIE, language.tag()));
    }
    (jar, Redirect::to("/guide")).into_response()
}
