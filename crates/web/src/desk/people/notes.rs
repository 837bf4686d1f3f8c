//! Notes of staff about a reader.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Error, NoteId, ReaderId};
use service::readers::{self, NewNote, NoteView, ReaderView, Visibility};

use super::{Head, blank, done, key};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/people/notes.html")]
struct NotesPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    notes: Vec<(NoteView, String)>,
    form: Form,
    visibilities: Vec<(&'static str, String)>,
}

async fn page(
    me: &SignedIn,
    id: ReaderId,
    form: Form,
    status: StatusCode,
) -> Result<Response, crate::problem::Failure> {
    let head = Head::of(me, id).await?;
    let notes = me.read(async move |op| readers::notes(op, id).await).await?;
    let t = head.t;
    let tree = &me.session().tree;
    let named = |note: NoteView| {
        let library = t.library(tree, note.library);
        (note, library)
    };
    let page = NotesPage {
        t,
        page: head.page,
        reader: head.reader,
        notes: notes.into_iter().map(named).collect(),
        form,
        visibilities: Visibility::ALL.map(|word| (word.as_str(), t.visibility(word.as_str()))).to_vec(),
    };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let mut fields = blank();
    fields.set("note.visibility", Visibility::Federation.as_str());
    page(&me, id, Form::new(fields), StatusCode::OK).await
}

pub async fn add(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let note = NewNote {
        reader: id,
        text: fields.owned("note.text"),
        visibility: fields.owned("note.visibility"),
        alert: fields.has("note.alert"),
        until: fields.owned("note.until"),
    };
    match me.try_write(key(&fields), async move |op| readers::add_note(op, note.clone()).await).await {
        Ok(_) => Ok(done(id, "note")),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn remove(me: SignedIn, Path((id, note)): Path<(ReaderId, NoteId)>, _: Posted) -> Answer {
    me.write(async move |op| readers::remove_note(op, id, note).await).await?;
    Ok(done(id, "note-removed"))
}
