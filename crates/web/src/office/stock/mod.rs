//! The stock of cards (5.2.1, 5.2.2): what lies where, what is to be ordered, and the steps that cards take; designs and printing.

pub mod act;
mod chart;
mod count;
mod design;
mod export;
mod ledger;
mod order;
pub mod overview;
mod print;
mod run;
mod transfer;

use axum::Router;
use axum::routing::{get, post};
use service::kernel::{Error, LibraryId};
use service::libraries::Tree;
use service::stock::{Place, Spot, StockPlace};

use crate::App;
use crate::form::{Fields, Form};
use crate::i18n::Text;
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

/// The pages of the stock.
pub fn router() -> Router<App> {
    Router::new()
        .route("/office/stock", get(overview::show))
        .route("/office/stock/act/{act}", get(act::show).post(act::submit))
        .route("/office/stock/find", get(ledger::find))
        .route("/office/stock/ledger", get(ledger::show))
        .route("/office/stock/orders/{id}", get(order::show).post(order::submit))
        .route("/office/stock/orders/{id}/numbers.csv", get(export::csv))
        .route("/office/stock/orders/{id}/numbers.xlsx", get(export::xlsx))
        .route("/office/stock/transfers/{id}", get(transfer::show).post(transfer::submit))
        .route("/office/stock/counts", get(count::list).post(count::begin))
        .route("/office/stock/counts/{id}", get(count::show).post(count::submit))
        .route("/office/stock/designs", get(design::list))
        .route("/office/stock/designs/{id}", get(design::show).post(design::submit))
        .route("/office/stock/runs", get(run::list))
        .route("/office/stock/runs/{id}", get(run::show).post(run::submit))
        .route("/office/stock/runs/{id}/print", get(print::show))
        .route("/office/stock/runs/{id}/check", post(run::check))
}

/// A library to choose from: code and name.
type Choice = (String, String);

/// The libraries whose stock the account may manage.
fn libraries(me: &SignedIn) -> Vec<Choice> {
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    let within = tree.libraries().filter(|library| tree.covers(scope, library.id));
    within.map(|library| (library.code.clone(), t.library_name(library))).collect()
}

fn code(tree: &Tree, id: LibraryId) -> String {
    tree.library(id).map(|library| library.code.clone()).unwrap_or_default()
}

/// A place in words: `库房`, `一楼服务台`, and whose it is where that is another library.
fn spot_name(t: Text, tree: &Tree, spot: Spot, here: LibraryId) -> String {
    let place = match (spot.place, tree.points_under(spot.library).find(|point| point.id.0 == spot.id)) {
        (StockPlace::Desk, Some(point)) => point.name.clone(),
        (place, _) => t.stock_place(place),
    };
    if spot.library == here { place } else { format!("{} · {place}", t.library(tree, spot.library)) }
}

/// The store and the desks of a library, as a form names them: `store`, or the id of a desk.
fn places(t: Text, tree: &Tree, library: LibraryId) -> Vec<Choice> {
    let desks = tree.points_under(library).filter(|point| point.library == library);
    std::iter::once(("store".to_owned(), t.stock_place(StockPlace::Store)))
        .chain(desks.map(|point| (point.id.to_string(), point.name.clone())))
        .collect()
}

/// The place that a form names.
fn place(library: LibraryId, named: &str) -> Place {
    match named.parse() {
        Ok(desk) => Place::Desk(desk),
        Err(_) => Place::Library(library),
    }
}

/// A form as it was sent, with what is wrong with it, and what stands against the step.
fn sent_back(me: &SignedIn, fields: Fields, error: Error) -> Result<(Form, Vec<BlockerText>), Failure> {
    match error {
        Error::Invalid(invalid) => Ok((Form::with(fields, me.text(), &invalid), Vec::new())),
        Error::Refused(blockers) => Ok((Form::new(fields), refusals(me.text(), &blockers))),
        error => Err(me.failure(error)),
    }
}

/// What stands against a step, in words.
fn refusals(t: Text, blockers: &[service::kernel::Blocker]) -> Vec<BlockerText> {
    blockers.iter().map(|blocker| t.blocker(blocker)).collect()
}
