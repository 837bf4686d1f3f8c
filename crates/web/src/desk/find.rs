//! One box to find a reader by (see `service::cards::find`). What was typed is posted, so it stands in no address.

use askama::Template;
use axum::response::{IntoResponse, Redirect};
use chrono::NaiveDate;
use service::cards::{self, FoundReader};
use service::kernel::Right;

use crate::desk::seen::{self, How, Seen};
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
    /// A passport's number; its country is still to be told.
    without_country: bool,
    /// Why what was typed can't be the number that it looks like.
    wrong: String,
    form: Form,
    may_open: bool,
}

struct Unknown {
    kind: String,
    number: String,
    age: Option<i32>,
    /// How far it was checked.
    checked: String,
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
        let said = match (found.old_number, found.old_is_virtual) {
            (false, _) => "",
            (true, false) => "?old-number",
            (true, true) => "?old-number=virtual",
        };
        return Ok(Redirect::to(&format!("/desk/readers/{}{said}", only.reader.id)).into_response());
    }
    if let Some(refusal) = found.code_refused {
        // locale-keys: desk-code_*
        fields.set("q", String::new());
        let wrong = t.t(&["desk-", refusal.as_str()].concat());
        let (document, without_country, form) = (None, false, Form::new(fields));
        return Ok(html(&None_ { t, page: me.page(), document, without_country, wrong, form, may_open }));
    }
    if found.readers.is_empty() {
        let today = me.app().service.clock().today();
        fields.set("document.number", text);
        let (mut document, mut wrong, mut without_country) = (None, String::new(), false);
        match seen::read(&fields, today, t) {
            Ok(seen) => document = unknown(t, &seen, today).filter(|_| found.unknown_document),
            Err(("document.type", _)) => {}
            Err(("document.issuing_country", text)) => (wrong, without_country) = (text, true),
            Err((_, text)) => wrong = t.a("found-none-number", &[("problem", text)]),
        }
        let form = Form::new(fields);
        return Ok(html(&None_ { t, page: me.page(), document, without_country, wrong, form, may_open }));
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

fn unknown(t: Text, seen: &Seen, today: NaiveDate) -> Option<Unknown> {
    let first = seen.first()?;
    Some(Unknown {
        kind: t.document_kind(first.kind()),
        number: first.masked(),
        age: seen.birth_date().map(|birth| service::kernel::age_on(birth, today)),
        checked: match seen.how {
            How::Chip => t.t("checked-chip"),
            How::Zone => t.t("checked-zone"),
            How::Typed if first.is_checked() => t.t("number-checks"),
            How::Typed => t.t("number-unchecked"),
        },
    })
}
