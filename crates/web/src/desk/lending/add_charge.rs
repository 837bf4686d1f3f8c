//! Putting a charge on a reader (6.3.4).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::circulation::{self, AddCharge, ChargeKind, LoanView, add_charge, fen_of};
use service::kernel::{Error, FieldError, Invalid, Problem, ReaderId, Right};
use service::readers::ReaderView;

use super::loans::new_form;
use crate::desk::people::{Head, key};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/lending/add_charge.html")]
struct ChargePage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
    kinds: Vec<(&'static str, String)>,
    loans: Vec<LoanView>,
}

async fn page(me: &SignedIn, id: ReaderId, form: Form, status: StatusCode) -> Result<Response, Failure> {
    me.require(Right::TakePayments)?;
    let head = Head::of(me, id).await?;
    let loans = me.read(async move |op| circulation::loans(op, id).await).await?;
    let t = head.t;
    let kinds = [ChargeKind::Lost, ChargeKind::Damaged, ChargeKind::Other]
        .map(|kind| (kind.as_str(), t.charge_kind(kind)));
    let page = ChargePage { t, page: head.page, reader: head.reader, form, kinds: kinds.to_vec(), loans };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    page(&me, id, new_form(), StatusCode::OK).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let (amount, problem) = match fen_of(fields.value("charge.amount")) {
        Ok(amount) => (amount, None),
        Err(problem) => (0, Some(problem)),
    };
    let request = AddCharge {
        reader: id,
        loan: fields.value("charge.loan").parse().ok(),
        kind: fields.owned("charge.kind"),
        amount,
        note: fields.owned("charge.note"),
    };
    let added = me.try_write(key(&fields), async move |op| add_charge(op, request.clone()).await).await;
    match added {
        Ok(_) => Ok(Redirect::to(&format!("/desk/readers/{id}/loans?done=charged")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &said_as_typed(invalid, problem));
            page(&me, id, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}

/// What could not be read as an amount is said of what was typed.
fn said_as_typed(invalid: Invalid, typed: Option<Problem>) -> Invalid {
    let of = |error: FieldError| match (error.field, &typed) {
        ("charge.amount", Some(problem)) => FieldError { field: error.field, problem: problem.clone() },
        _ => error,
    };
    Invalid(invalid.0.into_iter().map(of).collect())
}
