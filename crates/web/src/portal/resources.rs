//! The federation's digital resources (A.3.2 d): where they are, which platforms know the reader, and taking that back.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect};
use service::kernel::{Error, PlatformId};
use service::resources::{Allowed, allowed_by, withdraw};

use super::session::Reader;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};

#[derive(Template)]
#[template(path = "portal/resources.html")]
struct Resources {
    t: Text,
    page: Page,
    platforms: Vec<Allowed>,
    done: String,
}

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let platforms = me.read(allowed_by).await?;
    let t = me.text();
    let done = if query.as_deref() == Some("withdrawn") { t.t("resources-withdrawn") } else { String::new() };
    Ok(html(&Resources { t, page: me.page(), platforms, done }))
}

pub async fn submit(me: Reader, Posted(form): Posted) -> Answer {
    let id: PlatformId =
        form.value("withdraw").parse().map_err(|_| me.failure(Error::NotFound("platform")))?;
    match me.try_write(None, async move |op| withdraw(op, id).await).await {
        // What was taken back before is taken back.
        Ok(()) | Err(Error::NotFound(_)) => Ok(Redirect::to("/my/resources?withdrawn").into_response()),
        Err(error) => Err(me.failure(error)),
    }
}
