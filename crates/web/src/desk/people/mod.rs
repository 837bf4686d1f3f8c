//! What is known of a reader, at the desk: change it, its documents, guardian, notes, blocks, photo and papers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use service::kernel::{IdempotencyKey, ReaderId, ServiceName};
use service::readers::{self, ReaderView};

use super::who::Who;
use crate::form::Fields;
use crate::i18n::Text;
use crate::page::Page;
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::{App, limits};

pub mod amend;
pub mod blocks;
pub mod changes;
pub mod document_form;
pub mod documents;
pub mod export;
pub mod guardian;
pub mod notes;
pub mod papers;
pub mod photo;
pub mod trouble;
pub mod verify;

/// Pages below a reader's.
pub fn router() -> Router<App> {
    let forms = Router::new()
        .route("/amend", get(amend::show).post(amend::submit))
        .route("/documents", get(documents::show).post(documents::add))
        .route("/documents/{document}/renew", get(documents::show_renewal).post(documents::renew))
        .route("/documents/{document}/retire", get(documents::show_retirement).post(documents::retire))
        .route("/guardian", get(guardian::show).post(guardian::change))
        .route("/guardian/end", get(guardian::show).post(guardian::end))
        .route("/verify", get(verify::show).post(verify::submit))
        .route("/photo", get(photo::show).post(photo::submit))
        .route("/photo/file", get(photo::file))
        .route("/notes", get(notes::show).post(notes::add))
        .route("/notes/{note}/remove", post(notes::remove))
        .route("/blocks", get(blocks::show).post(blocks::block))
        .route("/blocks/{block}/lift", post(blocks::unblock))
        .route("/changes", get(changes::ask).post(changes::show))
        .route("/export", get(export::ask).post(export::file))
        .route("/papers", get(papers::show))
        .route("/papers/{paper}", post(papers::file))
        .layer(DefaultBodyLimit::max(limits::TWO_FILES));
    Router::new().nest("/desk/readers/{id}", forms)
}

/// What the head of these pages shows: whose they are.
#[derive(Clone, Debug)]
pub struct Head {
    pub t: Text,
    pub page: Page,
    pub reader: ReaderView,
}

impl Head {
    pub async fn of(me: &SignedIn, id: ReaderId) -> Result<Self, Failure> {
        let reader = me.read(async move |op| readers::view(op, id).await).await?;
        Ok(Self { t: me.text(), page: me.page(), reader })
    }

    /// The part that asks who stands there.
    pub fn who(&self, service: ServiceName) -> Who {
        Who::of(self.t, service, self.reader.age, &[])
    }
}

/// The key of a form, which makes a double click one call.
pub fn key(fields: &Fields) -> Option<IdempotencyKey> {
    IdempotencyKey::new(fields.value("idempotency_key"))
}

/// Back to the reader, with what was done.
pub fn done(id: ReaderId, what: &str) -> Response {
    Redirect::to(&format!("/desk/readers/{id}?done={what}")).into_response()
}

/// A form to fill in.
pub fn blank() -> Fields {
    let mut fields = Fields::default();
    fields.set("idempotency_key", crate::csrf::chance());
    fields
}
