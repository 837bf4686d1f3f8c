//! A reader reports the loss of the card, which stops working at once (6.3.1, A.4.1).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use service::cards::{CardView, ReportLoss, report_loss};
use service::kernel::{Error, IdempotencyKey};
use service::records::{CheckMethod, IdentityCheck};

use super::session::Reader;
use super::sign_in::visitors_page;
use crate::csrf::chance;
use crate::form::Posted;
use crate::i18n::Text;
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
}

/// What holds now and what to do next, for who was signed out by it: it says nothing of anybody.
pub async fn done(visit: Visit) -> Response {
    let page = visitors_page(&visit).await;
    html(&Done { t: page.t, page })
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
        Ok(_) => {
            // The card does not work any more, here either.
            let jar = jar.remove(cookie(me.app(), READER, ""));
            Ok((jar, Redirect::to("/my/loss/done")).into_response())
        }
        Err(Error::Refused(blockers)) => {
            let t = me.text();
            let told = blockers.iter().map(|blocker| t.blocker(blocker)).collect();
            Ok(page(&me, StatusCode::CONFLICT, told))
        }
        Err(error) => Err(me.failure(error)),
    }
}
