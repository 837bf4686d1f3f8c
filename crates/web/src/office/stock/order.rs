//! One order: what was ordered, what came; receiving and cancelling.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{Invalid, StockOrderId};
use service::stock::{self, Order, OrderState, Receive};

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
#[template(path = "office/stock/order.html")]
struct OrderPage {
    t: Text,
    page: Page,
    nav: Nav,
    order: Order,
    code: String,
    library: String,
    state: String,
    open: bool,
    form: Form,
    refusals: Vec<BlockerText>,
}

pub async fn show(me: SignedIn, Path(id): Path<StockOrderId>) -> Answer {
    page(&me, id, Form::default(), Vec::new()).await
}

pub async fn submit(me: SignedIn, Path(id): Path<StockOrderId>, Posted(fields): Posted) -> Answer {
    let library = me.read(async move |op| stock::one_order(op, id).await).await?.library;
    let done = if fields.value("do") == "cancel" {
        me.try_write(None, async move |op| stock::cancel_order(op, id).await).await.map(|_| ())
    } else {
        let mut invalid = Invalid::default();
        let came = ranges(&fields, "stock.ranges", true, &mut invalid);
        let spoiled = ranges(&fields, "stock.spoiled", false, &mut invalid);
        match invalid.into_result() {
            Err(error) => Err(error),
            Ok(()) => {
                let note = fields.owned("stock.note");
                let request = Receive { library, order: Some(id), design: None, ranges: came, spoiled, note };
                me.try_write(None, async move |op| stock::receive(op, request).await).await.map(|_| ())
            }
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/office/stock/orders/{id}")).into_response()),
        Err(error) => {
            let (form, told) = sent_back(&me, fields, error)?;
            page(&me, id, form, told).await
        }
    }
}

async fn page(
    me: &SignedIn,
    id: StockOrderId,
    mut form: Form,
    refusals: Vec<BlockerText>,
) -> Result<Response, Failure> {
    let order = me.read(async move |op| stock::one_order(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    if !form.has("stock.ranges") && order.received == 0 {
        form.fill("stock.ranges", &order.range.to_string());
    }
    let status = match (refusals.is_empty(), form.wrong().is_empty()) {
        (false, _) => StatusCode::CONFLICT,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    let page = OrderPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        code: code(tree, order.library),
        library: t.library(tree, order.library),
        state: t.order_state(order.state),
        open: order.state == OrderState::Ordered,
        order,
        form,
        refusals,
    };
    Ok(html_with(status, &page))
}
