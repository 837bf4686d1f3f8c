//! The reader's photo: shown, set, taken away.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Error, ReaderId};
use service::readers::{self, ReaderView};

use super::papers::streamed;
use super::{Head, blank, done, key};
use crate::form::{Form, Posted, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/photo.html")]
struct PhotoPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
}

fn page(head: Head, form: Form, status: StatusCode) -> Response {
    html_with(status, &PhotoPage { t: head.t, page: head.page, reader: head.reader, form })
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    Ok(page(Head::of(&me, id).await?, Form::new(blank()), StatusCode::OK))
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let photo = posted.file("photo").unwrap_or(service::records::File(Vec::new()));
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| readers::set_photo(op, id, &photo).await).await {
        Ok(()) => Ok(done(id, "photo")),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, me.text(), &invalid);
            Ok(page(Head::of(&me, id).await?, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn remove(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let key = key(&fields);
    match me.try_write(key, async move |op| readers::remove_photo(op, id).await).await {
        Ok(()) => Ok(done(id, "photo-removed")),
        Err(error) => Err(me.failure(error)),
    }
}

/// The picture itself. Each look is logged.
pub async fn file(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let (media_type, file) = me.write(async move |op| readers::photo(op, id).await).await?;
    Ok(streamed(&media_type, file))
}
