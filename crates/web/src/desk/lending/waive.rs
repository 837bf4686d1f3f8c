//! Waiving a charge, with a reason (6.3.4).

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::circulation::{self, ChargeView, Waive, fen_of, waive};
use service::kernel::{ChargeId, Error, ReaderId, Right};
use service::readers::ReaderView;

use super::loans::new_form;
use crate::desk::people::{Head, key};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/lending/waive.html")]
struct WaivePage {
    t: Text,
    page: Page,
    reader: ReaderView,
    charge: ChargeView,
    form: Form,
}

async fn page(
    me: &SignedIn,
    (id, charge): (ReaderId, ChargeId),
    mut form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    me.require(Right::WaiveCharges)?;
    let head = Head::of(me, id).await?;
    let owed = me.read(async move |op| circulation::charges(op, id).await).await?;
    let found = owed.unpaid.into_iter().find(|each| each.id == charge);
    let charge = found.ok_or_else(|| me.failure(Error::NotFound("charge")))?;
    if !form.has("amount") {
        form.fill("amount", &head.t.yuan(charge.unpaid));
    }
    let page = WaivePage { t: head.t, page: head.page, reader: head.reader, charge, form };
    Ok(html_with(status, &page))
}

pub async fn show(me: SignedIn, Path(ids): Path<(ReaderId, ChargeId)>) -> Answer {
    page(&me, ids, new_form(), StatusCode::OK).await
}

pub async fn submit(
    me: SignedIn,
    Path((id, charge)): Path<(ReaderId, ChargeId)>,
    Posted(fields): Posted,
) -> Answer {
    let waived = match fen_of(fields.value("amount")) {
        Ok(amount) => {
            let request = Waive { charge, amount: Some(amount), reason: fields.owned("reason") };
            me.try_write(key(&fields), async move |op| waive(op, request.clone()).await).await
        }
        Err(problem) => Err(Error::field("amount", problem)),
    };
    match waived {
        Ok(_) => Ok(Redirect::to(&format!("/desk/readers/{id}/loans?done=waived")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(fields, me.text(), &invalid);
            page(&me, (id, charge), form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(me.failure(error)),
    }
}
