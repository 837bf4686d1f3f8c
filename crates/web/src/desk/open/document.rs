//! Step 1: the document. Says at once whether this person holds a card anywhere in the federation.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::CookieJar;
use documents::DocumentKind;
use documents::mrz::is_part_of_mrz;
use service::kernel::{Blocker, Right};
use service::{cards, readers};

use super::{draft, form, holds};
use crate::desk::seen::{self, How, Seen};
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/open_document.html")]
struct Document {
    t: Text,
    page: Page,
    form: Form,
    kinds: Vec<(&'static str, String)>,
    countries: Vec<(&'static str, &'static str)>,
}

/// The kinds of document with their names.
pub fn kinds(t: Text) -> Vec<(&'static str, String)> {
    DocumentKind::ALL.into_iter().map(|kind| (kind.as_str(), t.document_kind(kind))).collect()
}

/// All countries: code and name.
pub fn countries(t: Text) -> Vec<(&'static str, &'static str)> {
    documents::country::all()
        .map(|country| (country.alpha3, t.pick(country.zh_hans, country.zh_hant, country.en)))
        .collect()
}

fn page(me: &SignedIn, form: Form) -> Document {
    let t = me.text();
    Document { t, page: me.page(), form, kinds: kinds(t), countries: countries(t) }
}

pub async fn show(me: SignedIn) -> Answer {
    me.require(Right::OpenCards)?;
    Ok(html(&page(&me, Form::default())))
}

/// Where a reload of a later step leads.
pub async fn back() -> Redirect {
    Redirect::to("/desk/open")
}

/// Step 2, for the document of step 1.
pub async fn next(me: SignedIn, jar: CookieJar) -> Answer {
    me.require(Right::OpenCards)?;
    let Some(fields) = draft::read(&me, &jar) else { return Ok(back().await.into_response()) };
    match seen::read(&fields, me.app().service.clock().today(), me.text()) {
        Ok(seen) => recognised(&me, &seen, &fields).await,
        Err(_) => Ok(back().await.into_response()),
    }
}

pub async fn submit(me: SignedIn, jar: CookieJar, Posted(fields): Posted) -> Answer {
    me.require(Right::OpenCards)?;
    let t = me.text();
    match seen::read(&fields, me.app().service.clock().today(), t) {
        Ok(seen) => match draft::kept(&me, jar, &fields) {
            Some(jar) => Ok((jar, Redirect::to("/desk/open/form")).into_response()),
            None => recognised(&me, &seen, &fields).await,
        },
        Err((field, text)) => {
            let mut fields = fields;
            if field == "mrz" && is_part_of_mrz(fields.value("document.number")) {
                // The next line lands behind this one.
                let line = format!("{}\n", fields.value("document.number").trim());
                fields.set("mrz", line);
                fields.set("document.number", "");
            }
            let mut form = Form::new(fields);
            form.add(t, field, text);
            Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&me, form)))
        }
    }
}

async fn recognised(me: &SignedIn, seen: &Seen, fields: &Fields) -> Answer {
    let (birth, name, documents) = (seen.birth_date(), seen.name.clone(), seen.documents.clone());
    let (known, held) = me
        .read(async move |op| {
            let name_and_birth = birth.filter(|_| !name.is_empty()).map(|birth| (name.as_str(), birth));
            cards::known(op, &documents, name_and_birth).await
        })
        .await?;
    if let Some(card) = held {
        return holds::page(me, card.id).await;
    }
    let mut blockers = Vec::new();
    let mut filled = form::filled(me, seen, fields);
    let mut of_record = None;
    match known.exact.as_slice() {
        [] => {}
        [reader] => {
            let found = form::of_record(me, *reader).await?;
            // A chip spells the name as the record does, unless it is another person's; a zone has Latin letters only.
            let another = seen.how == How::Chip && !readers::same_name(&seen.name, &found.reader.name);
            if another || seen.birth_date().is_some_and(|birth| birth != found.reader.birth_date) {
                blockers.push(Blocker::RecordOfAnother(*reader));
            }
            form::fill_from_record(me, &found, seen, &mut filled).await?;
            of_record = Some(found);
        }
        _ => blockers.push(Blocker::DocumentsOfTwoReaders),
    }
    let candidates = form::candidates(me, &known.possible).await?;
    let campaigns = form::campaigns(me).await?;
    let others = form::Others { of_record, candidates, campaigns };
    Ok(html(&form::page(me, Form::new(filled), &blockers, others)))
}
