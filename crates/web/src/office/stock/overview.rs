//! The stock of a library and of those under it at a glance.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use service::stock::{self, Order, OrderState, Stock, StockOf, StockPlace, Transfer, TransferState};

use super::super::Nav;
use super::super::policies::library;
use super::chart::{Bar, SPAN, bars};
use super::{Choice, code, libraries};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/stock/overview.html")]
struct Overview {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<Choice>,
    code: String,
    library: String,
    /// What was just done, in words, or nothing.
    done: String,
    stock: Stock,
    rows: Vec<Row>,
    bars: Vec<Bar>,
    span: f64,
    orders: Vec<(Order, String)>,
    /// With the names of both sides, and whether it comes here.
    transfers: Vec<(Transfer, String, String, bool)>,
}

/// The stock of one library.
struct Row {
    code: String,
    name: String,
    of: StockOf,
    held: i64,
}

impl Row {
    fn at(&self, word: &str) -> i64 {
        word.parse().map(|place: StockPlace| self.of.at(place)).unwrap_or_default()
    }
}

/// Which library, and what was done.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    #[serde(default)]
    done: String,
}

pub async fn show(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    let (stock, orders, transfers) = me
        .read(async move |op| {
            let stock = stock::stock(op, id).await?;
            Ok((stock, stock::orders(op, id).await?, stock::transfers(op, id).await?))
        })
        .await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let under = tree.under(id);
    let rows = stock.libraries.iter().map(|of| Row {
        code: code(tree, of.library),
        name: t.library(tree, of.library),
        held: of.at(StockPlace::Batch) + of.at(StockPlace::Point),
        of: of.clone(),
    });
    let waiting = orders.into_iter().filter(|order| order.state == OrderState::Ordered).collect::<Vec<_>>();
    let on_the_way = transfers.into_iter().filter(|transfer| transfer.state == TransferState::Sent);
    Ok(html(&Overview {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        libraries: libraries(&me),
        code: code(tree, id),
        library: t.library(tree, id),
        done: done(t, &asked.done),
        rows: rows.collect(),
        bars: bars(&stock),
        span: SPAN,
        orders: t.with_library(tree, waiting, |order| order.library),
        transfers: on_the_way
            .map(|transfer| {
                let (from, to) = (t.library(tree, transfer.from), t.library(tree, transfer.to));
                let here = under.contains(&transfer.to);
                (transfer, from, to, here)
            })
            .collect(),
        stock,
    }))
}

/// What was done, for the words that a redirect carries.
// locale-keys: stock-done-*
fn done(t: Text, word: &str) -> String {
    if DONE.contains(&word) { t.t(&format!("stock-done-{word}")) } else { String::new() }
}

/// The words of what can have been done.
pub const DONE: [&str; 6] = ["receive", "send", "allot", "write-off", "take-in", "count"];
