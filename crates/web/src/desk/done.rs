//! Step 3: what was opened, what to say, what to print.

use askama::Template;
use axum::extract::Path;
use service::cards::{self, CardView};
use service::kernel::CardId;
use service::libraries::{self, Policy};
use service::readers::{self, ReaderView};
use service::records::{Access, Look, log_access};

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/done.html")]
struct Done {
    t: Text,
    page: Page,
    reader: ReaderView,
    card: CardView,
    issuing: String,
    /// Kind and masked number of the document it was opened with.
    document: (String, String),
    password_rule: String,
    books: i64,
}

pub async fn show(me: SignedIn, Path(id): Path<CardId>) -> Answer {
    let (card, reader, books) = me
        .write(async move |op| {
            let card = cards::card(op, id).await?;
            let reader = readers::view(op, card.reader).await?;
            let books = libraries::policy(op, card.issuing_library, Policy::BookLimit).await?.number();
            let detail = serde_json::json!({ "page": "done" });
            log_access(op, Access { look: Look::Viewed, reader: Some(reader.id), detail, reason: None })
                .await?;
            Ok((card, reader, books))
        })
        .await?;
    let t = me.text();
    let document = reader.documents.iter().find(|paper| paper.id == card.document);
    let password_rule = document.map(|paper| t.password_rule(paper.kind)).unwrap_or_default();
    let document =
        document.map(|paper| (t.document_kind(paper.kind), paper.number.clone())).unwrap_or_default();
    let issuing = t.library(&me.session().tree, card.issuing_library);
    Ok(html(&Done { t, page: me.page(), reader, card, issuing, document, password_rule, books }))
}
