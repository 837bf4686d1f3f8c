//! The language of one's pages, kept with the account and the browser.

use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::CookieJar;
use service::kernel::Error;
use service::staff;

use super::preferences::lasting;
use crate::form::Posted;
use crate::i18n::{COOKIE, Language};
use crate::page::Answer;
use crate::session::SignedIn;

pub async fn submit(me: SignedIn, jar: CookieJar, Posted(form): Posted) -> Answer {
    let language = Language::from_tag(form.value("language"));
    let language = language.ok_or_else(|| me.failure(Error::NotFound("language")))?;
    me.write(async move |op| staff::set_language(op, language.tag()).await).await?;
    let mut jar = jar.add(lasting(me.app(), COOKIE, language.tag()));
    let keys = if form.has("single_keys") { "on" } else { "off" };
    jar = jar.add(lasting(me.app(), "yueka_single_keys", keys));
    Ok((jar, Redirect::to("/account?language")).into_response())
}
