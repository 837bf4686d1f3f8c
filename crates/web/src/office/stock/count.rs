//! Taking stock: beginning, scanning, and booking the differences.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::kernel::{Invalid, StockCountId};
use service::stock::{self, CountState, Differences, Spot, StockCount, told_ranges};

use super::super::Nav;
use super::super::policies::library;
use super::act::ranges;
use super::{Choice, code, libraries, place, places, sent_back, spot_name};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "office/stock/counts.html")]
struct Counts {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<Choice>,
    code: String,
    library: String,
    places: Vec<Choice>,
    /// Each with its place and its state in words.
    counts: Vec<(StockCount, String, String)>,
}

#[derive(Template)]
#[template(path = "office/stock/count.html")]
struct CountPage {
    t: Text,
    page: Page,
    nav: Nav,
    count: StockCount,
    code: String,
    place: String,
    open: bool,
    state: String,
    differences: Differences,
    /// What is missing, found, unknown, on cards, on order: each as text.
    missing: String,
    found: String,
    unknown: String,
    given: String,
    planned: String,
    /// What can't be booked here, and where it is.
    elsewhere: Vec<(String, String)>,
    form: Form,
    refusals: Vec<BlockerText>,
}

/// Which library.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
}

pub async fn list(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    let counts = me.read(async move |op| stock::counts(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let told = counts.into_iter().map(|count| {
        let place = spot_name(t, tree, spot(&count), id);
        let state = state(t, count.state);
        (count, place, state)
    });
    Ok(html(&Counts {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        libraries: libraries(&me),
        code: code(tree, id),
        library: t.library(tree, id),
        places: places(t, tree, id),
        counts: told.collect(),
    }))
}

pub async fn begin(me: SignedIn, Posted(fields): Posted) -> Answer {
    let id = library(&me, fields.value("library"))?;
    let place = place(id, fields.value("stock.at"));
    let count = me.write(async move |op| stock::begin_count(op, id, place).await).await?;
    Ok(Redirect::to(&format!("/office/stock/counts/{}", count.id)).into_response())
}

pub async fn show(me: SignedIn, Path(id): Path<StockCountId>) -> Answer {
    page(&me, id, Form::default(), Vec::new()).await
}

pub async fn submit(me: SignedIn, Path(id): Path<StockCountId>, Posted(fields): Posted) -> Answer {
    let done = match fields.value("do") {
        "drop" => me.try_write(None, async move |op| stock::drop_count(op, id).await).await,
        "book" => {
            let reason = fields.owned("stock.reason");
            me.try_write(None, async move |op| stock::book_count(op, id, &reason).await).await.map(|_| ())
        }
        _ => {
            let mut invalid = Invalid::default();
            let seen = ranges(&fields, "stock.ranges", true, &mut invalid);
            match invalid.into_result() {
                Ok(()) => me
                    .try_write(None, async move |op| stock::count_cards(op, id, &seen).await)
                    .await
                    .map(|_| ()),
                Err(error) => Err(error),
            }
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/office/stock/counts/{id}")).into_response()),
        Err(error) => {
            let (form, told) = sent_back(&me, fields, error)?;
            page(&me, id, form, told).await
        }
    }
}

fn spot(count: &StockCount) -> Spot {
    Spot { library: count.library, place: count.place.kind(), id: count.place.id() }
}

// locale-keys: stock-count-*
fn state(t: Text, state: CountState) -> String {
    t.t(&format!("stock-count-{}", state.as_str()))
}

async fn page(
    me: &SignedIn,
    id: StockCountId,
    form: Form,
    refusals: Vec<BlockerText>,
) -> Result<Response, Failure> {
    let (count, differences) = me.read(async move |op| stock::one_count(op, id).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let status = match (refusals.is_empty(), form.wrong().is_empty()) {
        (false, _) => StatusCode::CONFLICT,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    let elsewhere = differences.elsewhere.iter().map(|(range, place, library)| {
        (range.to_string(), format!("{} · {}", t.library(tree, *library), t.stock_place(*place)))
    });
    let page = CountPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        code: code(tree, count.library),
        place: format!(
            "{} · {}",
            t.library(tree, count.library),
            spot_name(t, tree, spot(&count), count.library)
        ),
        open: count.state == CountState::Open,
        state: state(t, count.state),
        missing: told_ranges(&differences.missing),
        found: told_ranges(&differences.found),
        unknown: told_ranges(&differences.unknown),
        given: told_ranges(&differences.given),
        planned: told_ranges(&differences.planned),
        elsewhere: elsewhere.collect(),
        count,
        differences,
        form,
        refusals,
    };
    Ok(html_with(status, &page))
}
