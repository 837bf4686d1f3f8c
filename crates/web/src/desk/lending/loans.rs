//! What a reader has, owes and waits for: lend by scanning, renew, pay.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use serde::Deserialize;
use service::cards::{self, CardView};
use service::circulation::{
    self, Charges, Lend, LoanView, Pay, PayMethod, ReservationView, fen_of, lends_itself,
};
use service::kernel::{
    Blocker, Error, IdempotencyKey, Known, LoanElsewhere, LoanId, Problem, ReaderId, Right,
    Told as ToldElsewhere,
};
use service::readers::{self, ReaderView};
use service::records::{Access, Look, log_access};

use crate::csrf::chance;
use crate::desk::people::{blank, key};
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/lending/loans.html")]
struct LoansPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    /// The card that works, if there is one.
    card: Option<CardView>,
    /// Whether this house lends by its own ledger.
    own: bool,
    /// Systems elsewhere by their names, and what is on loan there; none, where one can't say.
    elsewhere: Vec<Elsewhere>,
    loans: Vec<(LoanView, String)>,
    overdue: usize,
    charges: Charges,
    /// What can be paid: yuan, for the field.
    owed: String,
    waits: Vec<(ReservationView, String)>,
    methods: Vec<(&'static str, String)>,
    form: Form,
    key: String,
    /// What was just done.
    done: Option<String>,
    /// What was just refused, and why.
    blockers: Vec<BlockerText>,
    may_lend: bool,
    may_take: bool,
    may_waive: bool,
}

/// What a system elsewhere tells.
struct Elsewhere {
    system: &'static str,
    /// Whether it does not answer.
    silent: bool,
    loans: Vec<LoanElsewhere>,
}

impl Elsewhere {
    fn of(told: ToldElsewhere) -> Self {
        Self {
            system: told.system.as_str(),
            silent: matches!(told.known, Known::Unavailable(_)),
            loans: told.loans.unwrap_or_default(),
        }
    }
}

/// What the page tells of what was just asked.
#[derive(Debug, Default)]
pub struct Told {
    pub done: Option<String>,
    pub blockers: Vec<Blocker>,
    pub form: Form,
    pub status: StatusCode,
}

impl Told {
    pub fn done(text: String) -> Self {
        Self { done: Some(text), ..Self::default() }
    }

    /// What went wrong and belongs on this page; everything else is a page of its own.
    pub fn of(me: &SignedIn, fields: Fields, error: Error) -> Result<Self, Failure> {
        match error {
            Error::Refused(blockers) => {
                Ok(Self { blockers, status: StatusCode::CONFLICT, ..Self::default() })
            }
            Error::Invalid(invalid) => Ok(Self {
                form: Form::with(fields, me.text(), &invalid),
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..Self::default()
            }),
            error => Err(me.failure(error)),
        }
    }
}

/// What was just done elsewhere, by a word in the address.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    done: Option<String>,
}

/// What the address may say.
pub const DONE: [&str; 4] = ["waived", "charged", "reserved", "unreserved"];

// locale-keys: lending-done-*
pub async fn show(me: SignedIn, Path(id): Path<ReaderId>, Query(after): Query<After>) -> Answer {
    let done = after.done.filter(|word| DONE.contains(&word.as_str()));
    let done = done.map(|word| me.text().t(&format!("lending-done-{word}")));
    let told = Told { done, ..Told::default() };
    page(&me, id, told).await
}

pub async fn back(Path(id): Path<ReaderId>) -> Redirect {
    Redirect::to(&format!("/desk/readers/{id}/loans"))
}

/// The page, with what is told on top of it.
pub async fn page(me: &SignedIn, id: ReaderId, told: Told) -> Result<Response, Failure> {
    let (reader, card, own, loans, charges, waits, elsewhere) = me
        .write(async move |op| {
            // First: what a system elsewhere tells is asked for outside of the transaction, which then begins again.
            let elsewhere = cards::loans_elsewhere(op, id).await?;
            let reader = readers::view(op, id).await?;
            let detail = serde_json::json!({ "page": "loans" });
            log_access(op, Access { look: Look::Viewed, reader: Some(id), detail, reason: None }).await?;
            let card = cards::cards_of(op, id).await?.into_iter().find(|card| card.state.is_live());
            let loans = circulation::loans(op, id).await?;
            let charges = circulation::charges(op, id).await?;
            let waits = circulation::reservations(op, id).await?;
            Ok((reader, card, lends_itself(op), loans, charges, waits, elsewhere))
        })
        .await?;
    let (t, tree, actor) = (me.text(), &me.session().tree, &me.session().actor);
    let page = LoansPage {
        t,
        page: me.page(),
        reader,
        card,
        own,
        elsewhere: elsewhere.into_iter().map(Elsewhere::of).collect(),
        overdue: loans.iter().filter(|loan| loan.overdue).count(),
        loans: loans.into_iter().map(|loan| (t.library(tree, loan.library), loan)).map(swap).collect(),
        owed: crate::words::yuan(charges.owed),
        charges,
        waits: waits.into_iter().map(|waits| (t.library(tree, waits.library), waits)).map(swap).collect(),
        methods: [PayMethod::Cash, PayMethod::Wechat, PayMethod::Alipay, PayMethod::BankCard]
            .map(|method| (method.as_str(), t.pay_method(method)))
            .to_vec(),
        form: told.form,
        key: chance(),
        done: told.done,
        blockers: told.blockers.iter().map(|blocker| t.blocker(blocker)).collect(),
        may_lend: actor.may(Right::Lend),
        may_take: actor.may(Right::TakePayments),
        may_waive: actor.may(Right::WaiveCharges),
    };
    Ok(html_with(told.status, &page))
}

fn swap<A, B>((a, b): (A, B)) -> (B, A) {
    (b, a)
}

pub async fn lend(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let (barcode, key) = (fields.owned("item.barcode"), key(&fields));
    let lent = me
        .try_write(key, async move |op| {
            let held = cards::cards_of(op, id).await?;
            // Without a live card it is the last one that says why not.
            let card = held.iter().find(|card| card.state.is_live()).or(held.first());
            let card = card.ok_or(Error::NotFound("card"))?.id;
            circulation::lend(op, Lend { card, barcode: barcode.clone() }).await
        })
        .await;
    let told = match lent {
        Ok(lent) => {
            let words = [("title", lent.loan.item.title.clone()), ("due", lent.loan.due.to_string())];
            Told::done(me.text().a("lending-lent", &words))
        }
        Err(error) => Told::of(&me, fields, error)?,
    };
    page(&me, id, told).await
}

pub async fn renew(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let t = me.text();
    let told = match fields.value("loan").parse::<LoanId>() {
        Ok(loan) => {
            match me.try_write(key(&fields), async move |op| circulation::renew(op, loan).await).await {
                Ok(renewed) => {
                    let loan = renewed.loan;
                    let words = [("title", loan.item.title.clone()), ("due", loan.due.to_string())];
                    Told::done(t.a("lending-renewed", &words))
                }
                Err(error) => Told::of(&me, fields, error)?,
            }
        }
        Err(_) => {
            let all = me.write(async move |op| circulation::renew_all(op, id).await).await?;
            let renewed = all.iter().filter(|(_, blockers)| blockers.is_empty()).count();
            let words = [("count", renewed), ("rest", all.len() - renewed)];
            Told::done(t.a("lending-renewed-all", &words))
        }
    };
    page(&me, id, told).await
}

pub async fn pay(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let t = me.text();
    let key: Option<IdempotencyKey> = key(&fields);
    let amount = match fen_of(fields.value("amount")) {
        Ok(amount) => amount,
        Err(problem) => {
            let told = Told::of(&me, fields, Error::field("amount", problem))?;
            return page(&me, id, told).await;
        }
    };
    let Some(method) = PayMethod::from_word(fields.value("method")) else {
        let told = Told::of(&me, fields, Error::field("method", Problem::UnknownWord))?;
        return page(&me, id, told).await;
    };
    let request = Pay { reader: id, charges: Vec::new(), amount: Some(amount), method };
    let told = match me.try_write(key, async move |op| circulation::pay(op, request.clone()).await).await {
        Ok(paid) => {
            let words = [("yuan", t.yuan(paid.amount)), ("left", t.yuan(paid.left))];
            Told::done(t.a("lending-paid", &words))
        }
        Err(error) => Told::of(&me, fields, error)?,
    };
    page(&me, id, told).await
}

/// A form to fill in, with its key.
pub fn new_form() -> Form {
    Form::new(blank())
}
