//! What a reader has out, owes and waits for. Without a circulation behind the cards the page says so, and guesses nothing.

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::cards;
use service::circulation::{self, Charges, LoanView, ReservationView, cancel_reservation, lends_itself};
use service::kernel::{Blocker, Error, IdempotencyKey, Known, LoanElsewhere, LoanId, ReservationId};

use super::session::Reader;
use crate::csrf::chance;
use crate::form::Posted;
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::words::{BlockerText, yuan};

#[derive(Template)]
#[template(path = "portal/loans.html")]
struct Loans {
    t: Text,
    page: Page,
    known: Known,
    charges: String,
    library: String,
    phone: String,
    /// The phone as it is dialled.
    dial: String,
    own: Option<Own>,
    /// Systems elsewhere by their names, and what is on loan there.
    elsewhere: Vec<(&'static str, Vec<LoanElsewhere>)>,
    done: String,
    blockers: Vec<BlockerText>,
    key: String,
}

/// What the built-in ledger knows.
struct Own {
    loans: Vec<(LoanView, String)>,
    owed: Charges,
    waits: Vec<(ReservationView, String)>,
}

async fn page(me: &Reader, done: String, blockers: Vec<Blocker>) -> Result<Response, Failure> {
    let session = me.session();
    let reader = session.reader;
    let (known, own, elsewhere) = me
        .read(async move |op| {
            // First, so that one question answers both.
            let elsewhere = cards::loans_elsewhere(op, reader).await?;
            let known = cards::standing(op, reader).await?;
            if !lends_itself(op) {
                return Ok((known, None, elsewhere));
            }
            let loans = circulation::loans(op, reader).await?;
            let owed = circulation::charges(op, reader).await?;
            let waits = circulation::reservations(op, reader).await?;
            Ok((known, Some((loans, owed, waits)), elsewhere))
        })
        .await?;
    let library = session.tree.library(session.card.issuing_library);
    let charges = match known {
        Known::Standing(standing) => yuan(standing.charges),
        _ => String::new(),
    };
    let phone = library.map(|library| library.phone.clone()).unwrap_or_default();
    let (t, tree) = (me.text(), &session.tree);
    let own = own.map(|(loans, owed, waits)| Own {
        loans: loans
            .into_iter()
            .map(|loan| {
                let library = t.library(tree, loan.library);
                (loan, library)
            })
            .collect(),
        owed,
        waits: waits
            .into_iter()
            .map(|waits| {
                let library = t.library(tree, waits.library);
                (waits, library)
            })
            .collect(),
    });
    let status = if blockers.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = Loans {
        t,
        page: me.page(),
        known,
        charges,
        library: t.library(tree, session.card.issuing_library),
        dial: phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect(),
        phone,
        own,
        elsewhere: elsewhere
            .into_iter()
            .filter_map(|told| Some((told.system.as_str(), told.loans.filter(|loans| !loans.is_empty())?)))
            .collect(),
        done,
        blockers: blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        key: chance(),
    };
    Ok(html_with(status, &page))
}

pub async fn show(me: Reader, RawQuery(query): RawQuery) -> Answer {
    let done = match query.as_deref() {
        Some("reserved") => me.text().t("my-waits-done"),
        _ => String::new(),
    };
    page(&me, done, Vec::new()).await
}

pub async fn back() -> Redirect {
    Redirect::to("/my/loans")
}

pub async fn renew(me: Reader, Posted(form): Posted) -> Answer {
    let (t, reader) = (me.text(), me.session().reader);
    let key = IdempotencyKey::new(form.value("idempotency_key"));
    let done = match form.value("loan").parse::<LoanId>() {
        Ok(loan) => {
            me.try_write(key, async move |op| circulation::renew(op, loan).await).await.map(|renewed| {
                let words = [("title", renewed.loan.item.title), ("due", renewed.loan.due.to_string())];
                t.a("my-loans-renewed", &words)
            })
        }
        Err(_) => {
            me.try_write(None, async move |op| circulation::renew_all(op, reader).await).await.map(|all| {
                let renewed = all.iter().filter(|(_, blockers)| blockers.is_empty()).count();
                t.a("my-loans-renewed-all", &[("count", renewed), ("rest", all.len() - renewed)])
            })
        }
    };
    match done {
        Ok(done) => page(&me, done, Vec::new()).await,
        Err(Error::Refused(blockers)) => page(&me, String::new(), blockers).await,
        Err(error) => Err(me.failure(error)),
    }
}

pub async fn cancel(me: Reader, Posted(form): Posted) -> Answer {
    let Ok(id) = form.value("reservation").parse::<ReservationId>() else {
        return Ok(back().await.into_response());
    };
    match me.try_write(None, async move |op| cancel_reservation(op, id).await).await {
        // What has ended meanwhile is not there any more: that is what was wanted.
        Ok(()) | Err(Error::NotFound(_)) => page(&me, me.text().t("my-waits-cancelled"), Vec::new()).await,
        Err(error) => Err(me.failure(error)),
    }
}
