//! A guardian sees the cards of the children they signed for, by masked name and state, and reports a loss (Table A1, note; A.4.1). All
//! else is done at a desk, with the guardian's document.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards::{self, CardView, ReportLoss, report_loss};
use service::kernel::{CardId, CardState, Error, IdempotencyKey};
use service::records::{CheckMethod, IdentityCheck, Presence};

use super::loss::done_path;
use super::session::Reader;
use crate::csrf::chance;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::words::{BlockerText, masked_name};

#[derive(Template)]
#[template(path = "portal/children.html")]
struct Children {
    t: Text,
    page: Page,
    children: Vec<(String, Option<CardView>)>,
}

#[derive(Template)]
#[template(path = "portal/child_loss.html")]
struct ChildLoss {
    t: Text,
    page: Page,
    name: String,
    card: CardView,
    blockers: Vec<BlockerText>,
    key: String,
}

pub async fn show(me: Reader) -> Answer {
    let children = found(&me).await?;
    let children = children.into_iter().map(|child| (masked_name(&child.name), child.card)).collect();
    Ok(html(&Children { t: me.text(), page: me.page(), children }))
}

/// The children; each look at them is logged.
async fn found(me: &Reader) -> Result<Vec<cards::Child>, Failure> {
    let reader = me.session().reader;
    let found = me.try_write(None, async move |op| cards::children(op, reader).await).await;
    found.map_err(|error| me.failure(error))
}

/// The child with this card; of all other cards nothing is told, whether there are such or not.
async fn child(me: &Reader, card: CardId) -> Result<(String, CardView), Failure> {
    let child = found(me).await?.into_iter().find_map(|child| {
        let held = child.card.filter(|held| held.id == card)?;
        Some((masked_name(&child.name), held))
    });
    child.ok_or_else(|| me.failure(Error::NotFound("card")))
}

fn page(
    me: &Reader,
    status: StatusCode,
    (name, card): (String, CardView),
    blockers: Vec<BlockerText>,
) -> Response {
    html_with(status, &ChildLoss { t: me.text(), page: me.page(), name, card, blockers, key: chance() })
}

pub async fn ask(me: Reader, Path(card): Path<CardId>) -> Answer {
    let child = child(&me, card).await?;
    Ok(page(&me, StatusCode::OK, child, Vec::new()))
}

pub async fn report(me: Reader, Path(card): Path<CardId>, Posted(form): Posted) -> Answer {
    let child = child(&me, card).await?;
    let key = IdempotencyKey::new(form.value("idempotency_key"));
    let check =
        IdentityCheck { who: Presence::Guardian, ..IdentityCheck::of_the_person(CheckMethod::Password) };
    let done = me
        .try_write(key, async move |op| report_loss(op, ReportLoss { card, check: check.clone() }).await)
        .await;
    match done {
        Ok(done) => Ok(Redirect::to(&done_path(done.record, me.text())).into_response()),
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let told = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            Ok(page(&me, StatusCode::CONFLICT, child, told))
        }
        Err(error) => Err(me.failure(error)),
    }
}

impl Children {
    /// Whether its loss may be reported.
    fn works(&self, card: &CardView) -> bool {
        card.state == CardState::Active
    }
}
