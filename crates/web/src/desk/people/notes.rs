//! Notes of staff about a reader.

use askama::Template;
use axum::extract::Path;
use service::kernel::{NoteId, ReaderId};
use service::readers::{self, NewNote, NoteView, ReaderView, Visibility};

use super::trouble::Trouble;
use super::{Head, blank, done, key};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/notes.html")]
struct NotesPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    notes: Vec<(NoteView, String)>,
    form: Form,
    blockers: Vec<BlockerText>,
    visibilities: Vec<(&'static str, String)>,
}

async fn page(me: &SignedIn, id: ReaderId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let notes = me.read(async move |op| readers::notes(op, id).await).await?;
    let t = head.t;
    let page = NotesPage {
        t,
        page: head.page,
        reader: head.reader,
        notes: t.with_library(&me.session().tree, notes, |note| note.library),
        blockers: trouble.told(t),
        form: trouble.form,
        visibilities: Visibility::ALL.map(|word| (word.as_str(), t.visibility(word.as_str()))).to_vec(),
    };
    Ok(html_with(trouble.status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let mut fields = blank();
    fields.set("note.visibility", Visibility::Federation.as_str());
    page(&me, id, Trouble::none_with(fields)).await
}

pub async fn add(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let note = NewNote {
        reader: id,
        text: fields.owned("note.text"),
        visibility: fields.owned("note.visibility"),
        alert: fields.has("note.alert"),
        until: fields.owned("note.until"),
    };
    let put = me.try_write(key(&fields), async move |op| readers::add_note(op, note.clone()).await).await;
    match put {
        Ok(_) => Ok(done(id, "note")),
        Err(error) => page(&me, id, Trouble::of(&me, fields, error)?).await,
    }
}

pub async fn remove(me: SignedIn, Path((id, note)): Path<(ReaderId, NoteId)>, _: Posted) -> Answer {
    let gone = me.try_write(None, async move |op| readers::remove_note(op, id, note).await).await;
    let mut again = blank();
    again.set("note.visibility", Visibility::Federation.as_str());
    match gone {
        Ok(()) => Ok(done(id, "note-removed")),
        Err(error) => page(&me, id, Trouble::of(&me, again, error)?).await,
    }
}
