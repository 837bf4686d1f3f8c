//! All that is held about a reader, to take away (5.3).

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use service::people::data_export;

use super::session::Reader;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};

#[derive(Template)]
#[template(path = "portal/data.html")]
struct Data {
    t: Text,
    page: Page,
}

pub async fn show(me: Reader) -> Response {
    html(&Data { t: me.text(), page: me.page() })
}

pub async fn download(me: Reader, _: Posted) -> Answer {
    let reader = me.session().reader;
    let all = me.try_write(None, async move |op| data_export(op, reader, "").await).await;
    let all = all.map_err(|error| me.failure(error))?;
    let text =
        serde_json::to_string_pretty(&all).map_err(|error| me.failure(service::Error::internal(error)))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"yueka-my-data.json\""),
    ];
    Ok((headers, text).into_response())
}
