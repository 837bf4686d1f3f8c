//! All that is held about a reader, to take away (5.3): a page that anybody can read, the same for programs, and the files. Whoever
//! picked up a phone that is signed in must not carry all of it off, so the password is asked for again.

mod archive;
mod readable;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::Value;
use service::cards::password::confirm_password;
use service::kernel::Error;
use service::libraries::Tree;
use service::people::data_package;
use service::records::File;

use super::session::Reader;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
#[cfg(test)]
pub use readable::{LABELS, LOOKS};

#[derive(Template)]
#[template(path = "portal/data.html")]
struct Data {
    t: Text,
    page: Page,
    form: Form,
    number: String,
    locked: String,
}

fn page(me: &Reader, status: StatusCode, form: Form, locked: String) -> Response {
    let number = me.session().card.number.clone();
    html_with(status, &Data { t: me.text(), page: me.page(), form, number, locked })
}

pub async fn show(me: Reader) -> Response {
    page(&me, StatusCode::OK, Form::default(), String::new())
}

pub async fn download(me: Reader, Posted(fields): Posted) -> Answer {
    let t = me.text();
    match confirm_password(&me.app().service, &me.token, fields.value("password")).await {
        Ok(()) => {}
        Err(Error::Invalid(invalid)) => {
            let again = Form::with(Fields::default(), t, &invalid);
            return Ok(page(&me, StatusCode::UNPROCESSABLE_ENTITY, again, String::new()));
        }
        Err(Error::TooManyTries(seconds)) => {
            let locked = t.a("my-locked", &[("minutes", (seconds + 59) / 60)]);
            return Ok(page(&me, StatusCode::TOO_MANY_REQUESTS, Form::default(), locked));
        }
        Err(error) => return Err(me.failure(error)),
    }
    let session = me.session();
    let reader = session.reader;
    let read = async move |op: &_| data_package(op, reader, "").await;
    let package = me.try_write(None, read).await.map_err(|error| me.failure(error))?;
    let now = me.app().service.clock().now();
    zipped(t, &session.tree, now, package).await.map_err(|error| me.failure(error))
}

/// Everything as one file: a page in the language of who reads it, the same for programs, and the files.
pub async fn zipped(
    t: Text,
    tree: &Tree,
    now: DateTime<Utc>,
    (all, files): (Value, Vec<(String, File)>),
) -> service::Result<Response> {
    let page = readable::page(t, tree, &all).map_err(Error::internal)?;
    let json = serde_json::to_vec_pretty(&all).map_err(Error::internal)?;
    let packed = tokio::task::spawn_blocking(move || archive::pack(now, page, json, files)).await;
    let bytes = packed.map_err(Error::internal)?.map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"yueka-my-data.zip\""),
    ];
    Ok((headers, bytes).into_response())
}
