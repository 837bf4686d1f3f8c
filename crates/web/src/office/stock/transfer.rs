//! One transfer: what was sent, and taking it in.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{Invalid, TransferId};
use service::stock::{self, Transfer, TransferState};

use super::super::Nav;
use super::act::ranges;
use super::{code, sent_back};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/stock/transfer.html")]
struct TransferPage {
    t: Text,
    page: Page,
    nav: Nav,
    transfer: Transfer,
    from: String,
    to: String,
    code: String,
    sent: bool,
    /// Whether it is taken in here.
    here: bool,
    form: Form,
    refusals: Vec<BlockerText>,
}

pub async fn show(me: SignedIn, Path(id): Path<TransferId>) -> Answer {
    page(&me, id, Form::default(), Vec::new()).await
}

pub async fn submit(me: SignedIn, Path(id): Path<TransferId>, Posted(fields): Posted) -> Answer {
    let mut invalid = Invalid::default();
    let arrived = (fields.value("do") != "all").then(|| ranges(&fields, "stock.ranges", true, &mut invalid));
    let note = fields.owned("stock.note");
    let done = match invalid.into_result() {
        Ok(()) => me.try_write(None, async move |op| stock::take_in(op, id, arrived, &note).await).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(transfer) => {
            let code = code(&me.session().tree, transfer.to);
            Ok(Redirect::to(&format!("/office/stock?library={code}&done=take-in")).into_response())
        }
        Err(error) => {
            let (form, told) = sent_back(&me, fields, error)?;
            page(&me, id, form, told).await
        }
    }
}

async fn page(
    me: &SignedIn,
    id: TransferId,
    form: Form,
    refusals: Vec<BlockerText>,
) -> Result<Response, Failure> {
    let transfer = me.read(async move |op| stock::one_transfer(op, id).await).await?;
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    let status = match (refusals.is_empty(), form.wrong().is_empty()) {
        (false, _) => StatusCode::CONFLICT,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    let here = tree.covers(scope, transfer.to);
    let page = TransferPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        from: t.library(tree, transfer.from),
        to: t.library(tree, transfer.to),
        code: code(tree, if here { transfer.to } else { transfer.from }),
        sent: transfer.state == TransferState::Sent,
        here,
        transfer,
        form,
        refusals,
    };
    Ok(html_with(status, &page))
}
