//! One box to find a reader by (see `service::cards::find`). What was typed is posted, so it stands in no address.

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use service::cards::{self, FoundReader};
use service::kernel::Right;

use crate::desk::seen;
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/find.html")]
struct Found {
    t: Text,
    page: Page,
    readers: Vec<Row>,
    more: bool,
    may_open: bool,
}

struct Row {
    found: FoundReader,
    issuing: String,
}

#[derive(Template)]
#[template(path = "desk/find_none.html")]
struct None_ {
    t: Text,
    page: Page,
    /// A document that nobody is known by: its kind, masked number and age.
    document: Option<Unknown>,
    form: Form,
    may_open: bool,
}

struct Unknown {
    kind: String,
    number: String,
    age: Option<i32>,
}

pub async fn submit(me: SignedIn, Posted(mut fields): Posted) -> Answer {
    let text = fields.owned("q");
    if text.trim().is_empty() {
        return Ok(Redirect::to("/desk").into_response());
    }
    let wanted = text.clone();
    let found = me.write(async move |op| cards::find(op, &wanted).await).await?;
    let t = me.text();
    let may_open = me.session().actor.may(Right::OpenCards);
    if let [only] = found.readers.as_slice() {
        let said = if found.old_number { "?old-number" } else { "" };
        return Ok(Redirect::to(&format!("/desk/readers/{}{said}", only.reader.id)).into_response());
    }
    if found.readers.is_empty() {
        let today = me.app().service.clock().today();
        fields.set("document.number", text);
        let document = Some(&fields)
            .filter(|_| found.unknown_document)
            .and_then(|fields| seen::read(fields, today, t).ok())
            .and_then(|seen| {
                let first = seen.documents.first()?;
                Some(Unknown {
                    kind: t.document_kind(first.kind()),
                    number: first.masked(),
                    age: seen.birth_date().map(|birth| service::kernel::age_on(birth, today)),
                })
            });
        return Ok(html(&None_ { t, page: me.page(), document, form: Form::new(fields), may_open }));
    }
    let tree = &me.session().tree;
    let readers = found
        .readers
        .into_iter()
        .map(|found| Row {
            issuing: found
                .card
                .as_ref()
                .map(|card| t.library(tree, card.issuing_library))
                .unwrap_or_default(),
            found,
        })
        .collect();
    Ok(html(&Found { t, page: me.page(), readers, more: found.more, may_open }))
}
