//! Step 1: the document. Says at once whether this person holds a card anywhere in the federation.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use documents::DocumentKind;
use service::kernel::Blocker;
use service::{cards, readers};

use super::{form, holds};
use crate::desk::seen::{self, Seen};
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

pub async fn show(me: SignedIn) -> Response {
    html(&page(&me, Form::default()))
}

/// Where a reload of a later step leads.
pub async fn back() -> Redirect {
    Redirect::to("/desk/open")
}

pub async fn submit(me: SignedIn, Posted(fields): Posted) -> Answer {
    let t = me.text();
    match seen::read(&fields, me.app().service.clock().today(), t) {
        Ok(seen) => recognised(&me, &seen, &fields).await,
        Err((field, text)) => {
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
            let known = readers::recognise(op, &documents, name_and_birth).await?;
            let mut held = None;
            for reader in &known.exact {
                let cards = cards::cards_of(op, *reader).await?;
                held = held.or(cards.into_iter().find(|card| card.state.is_live()));
            }
            Ok((known, held))
        })
        .await?;
    if let Some(card) = held {
        return holds::page(me, card.id).await;
    }
    let mut blockers = Vec::new();
    if known.exact.len() > 1 {
        blockers.push(Blocker::DocumentsOfTwoReaders);
    }
    let candidates = form::candidates(me, &known.possible).await?;
    let filled = form::filled(me, seen, fields);
    Ok(html(&form::page(me, Form::new(filled), &blockers, candidates)))
}
