//! A reader reports the loss of the card, which stops working at once (6.3.1, A.4.1).

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::cards::{CardKind, CardView, ReportLoss, loss_receipt, report_loss};
use service::kernel::{Actor, Error, IdempotencyKey, RecordId};
use service::libraries;
use service::records::{CheckMethod, IdentityCheck};

use super::session::{Reader, token};
use super::sign_in::visitors_page_in;
use crate::csrf::chance;
use crate::form::Posted;
use crate::i18n::{COOKIE, Language, Text};
use crate::page::{Answer, Page, html, html_with};
use crate::session::{READER, Visit, cookie};
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "portal/loss.html")]
struct Loss {
    t: Text,
    page: Page,
    card: CardView,
    issuing: String,
    blockers: Vec<BlockerText>,
    key: String,
}

fn page(me: &Reader, status: StatusCode, blockers: Vec<BlockerText>) -> Response {
    let (t, session) = (me.text(), me.session());
    let issuing = t.library(&session.tree, session.card.issuing_library);
    let loss = Loss { t, page: me.page(), card: session.card.clone(), issuing, blockers, key: chance() };
    html_with(status, &loss)
}

#[derive(Template)]
#[template(path = "portal/loss_done.html")]
struct Done {
    t: Text,
    page: Page,
    /// What is known of it; nothing where the address names no loss, or one of long ago.
    receipt: Option<Receipt>,
    /// Whether somebody is still signed in: a guardian, who reported a child's loss.
    signed_in: bool,
}

struct Receipt {
    at: DateTime<Utc>,
    one_card: bool,
    library: String,
    phone: String,
    /// The phone as it is dialled.
    dial: String,
}

/// What the address of [`done`] says: which loss, and in which language it was reported, for who is signed out by it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    record: String,
    language: String,
}

/// Where the page of a loss is.
pub fn done_path(record: RecordId, t: Text) -> String {
    format!("/my/loss/done?record={record}&language={}", t.language.tag())
}

/// What holds now, since when, and what to do next, for who was signed out by it: it says nothing of anybody.
pub async fn done(visit: Visit, Query(which): Query<Which>) -> Answer {
    let jar = CookieJar::from_headers(&visit.headers);
    let chosen = Language::from_tag(&which.language).filter(|_| jar.get(COOKIE).is_none());
    let t = chosen.map_or_else(|| visit.text(), |language| Text { language });
    let record = which.record.parse::<RecordId>().ok();
    let read = visit.app.service.read(Actor::nobody(), async move |op| {
        let receipt = match record {
            Some(record) => loss_receipt(op, record).await?,
            None => None,
        };
        Ok((receipt, libraries::tree(op).await?))
    });
    let (receipt, tree) = read.await.map_err(|error| visit.failure(error))?;
    let receipt = receipt.map(|receipt| {
        let issuing = tree.library(receipt.issuing_library);
        let phone = issuing.map(|library| library.phone.clone()).unwrap_or_default();
        Receipt {
            at: receipt.at,
            one_card: receipt.kind == CardKind::OneCard,
            library: t.library(&tree, receipt.issuing_library),
            dial: phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
            phone,
        }
    });
    let page = visitors_page_in(&visit, t).await;
    let signed_in = token(&visit).is_some();
    Ok(html(&Done { t, page, receipt, signed_in }))
}

pub async fn show(me: Reader) -> Response {
    page(&me, StatusCode::OK, Vec::new())
}

pub async fn submit(me: Reader, jar: CookieJar, Posted(form): Posted) -> Answer {
    let (card, key) = (me.session().card.id, IdempotencyKey::new(form.value("idempotency_key")));
    let check = IdentityCheck::of_the_person(CheckMethod::Password);
    let done = me
        .try_write(key, async move |op| report_loss(op, ReportLoss { card, check: check.clone() }).await)
        .await;
    match done {
        Ok(done) => {
            // The card does not work any more, here either.
            let jar = jar.remove(cookie(me.app(), READER, ""));
            Ok((jar, Redirect::to(&done_path(done.record, me.text()))).into_response())
        }
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let told = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            Ok(page(&me, StatusCode::CONFLICT, told))
        }
        Err(error) => Err(me.failure(error)),
    }
}
