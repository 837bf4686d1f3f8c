//! The steps that cards take: one form for each, of the same fields.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use service::kernel::{Error, Invalid, LibraryId, Problem, Right};
use service::stock::{
    self, Allot, Design, Layout, NewOrder, NewRun, Range, Receive, Send, StockOf, StockPlace, Waste, WriteOff,
};

use super::super::Nav;
use super::super::policies::library;
use super::{Choice, code, libraries, place, places, sent_back};
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;
use crate::words::BlockerText;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Order,
    Receive,
    Send,
    Allot,
    WriteOff,
    Print,
}

/// The words of the steps, in addresses and locales.
pub const ACTS: [&str; 6] = ["order", "receive", "send", "allot", "write-off", "print"];

impl Act {
    fn of(word: &str) -> Option<Self> {
        const ALL: [Act; 6] = [Act::Order, Act::Receive, Act::Send, Act::Allot, Act::WriteOff, Act::Print];
        ACTS.iter().position(|act| *act == word).and_then(|place| ALL.get(place)).copied()
    }

    fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Receive => "receive",
            Self::Send => "send",
            Self::Allot => "allot",
            Self::WriteOff => "write-off",
            Self::Print => "print",
        }
    }
}

#[derive(Template)]
#[template(path = "office/stock/act.html")]
struct ActPage {
    t: Text,
    page: Page,
    nav: Nav,
    act: &'static str,
    title: String,
    what: String,
    code: String,
    library: String,
    /// Cards in the store.
    store: i64,
    libraries: Vec<Choice>,
    /// The store and the desks.
    places: Vec<Choice>,
    designs: Vec<Choice>,
    form: Form,
    refusals: Vec<BlockerText>,
}

/// Which library, and what stands in the form at first.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    #[serde(default)]
    count: String,
}

pub async fn show(me: SignedIn, Path(act): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let act = Act::of(&act).ok_or_else(|| me.failure(Error::NotFound("page")))?;
    let id = library(&me, &asked.library)?;
    let mut form = Form::default();
    form.fill("stock.count", &asked.count);
    page(&me, act, id, form, Vec::new()).await
}

pub async fn submit(me: SignedIn, Path(act): Path<String>, Posted(fields): Posted) -> Answer {
    let act = Act::of(&act).ok_or_else(|| me.failure(Error::NotFound("page")))?;
    let id = library(&me, fields.value("library"))?;
    let code = code(&me.session().tree, id);
    let result = render(&me, act, id, &fields).await;
    match result {
        Ok(path) if path.is_empty() => {
            let word = act.word();
            Ok(Redirect::to(&format!("/office/stock?library={code}&done={word}")).into_response())
        }
        Ok(path) => Ok(Redirect::to(&path).into_response()),
        Err(error) => {
            let (form, told) = sent_back(&me, fields, error)?;
            page(&me, act, id, form, told).await
        }
    }
}

/// Does what the form says; where to go then, or nowhere else than to the stock.
async fn render(me: &SignedIn, act: Act, library: LibraryId, fields: &Fields) -> service::Result<String> {
    let mut invalid = Invalid::default();
    let needs_ranges = matches!(act, Act::Receive | Act::Send | Act::WriteOff);
    let ranges = ranges(fields, "stock.ranges", needs_ranges, &mut invalid);
    let count = count(fields, &mut invalid);
    let design = fields.value("stock.design").parse().ok();
    let note = fields.owned("stock.note");
    match act {
        Act::Order => {
            let expected_on = day(fields, "stock.expected_on", &mut invalid);
            invalid.into_result()?;
            let new = NewOrder {
                library,
                design,
                manufacturer: fields.owned("stock.manufacturer"),
                first: fields.owned("stock.first"),
                count,
                expected_on,
                note,
            };
            let order = me.try_write(None, async move |op| stock::order(op, new).await).await?;
            Ok(format!("/office/stock/orders/{}", order.id))
        }
        Act::Receive => {
            let spoiled = self::ranges(fields, "stock.spoiled", false, &mut invalid);
            invalid.into_result()?;
            let request = Receive { library, order: None, design, ranges, spoiled, note };
            me.try_write(None, async move |op| stock::receive(op, request).await).await?;
            Ok(String::new())
        }
        Act::Send => {
            let tree = &me.session().tree;
            let to = tree.libraries().find(|to| to.code == fields.value("stock.to")).map(|to| to.id);
            invalid.into_result()?;
            let to = to.ok_or_else(|| Error::field("stock.to", Problem::Missing))?;
            let request = Send { from: library, to, ranges, note };
            let sent = me.try_write(None, async move |op| stock::send(op, request).await).await?;
            Ok(format!("/office/stock/transfers/{}", sent.id))
        }
        Act::Allot => {
            invalid.into_result()?;
            let [from, to] = ["stock.from", "stock.at"].map(|name| place(library, fields.value(name)));
            let request = Allot { library, from, to, ranges, count };
            me.try_write(None, async move |op| stock::allot(op, request).await).await?;
            Ok(String::new())
        }
        Act::WriteOff => {
            invalid.into_result()?;
            let void = fields.value("stock.waste") == StockPlace::Void.as_str();
            let waste = if void { Waste::Void } else { Waste::Spoiled };
            let request = WriteOff { library, ranges, waste, reason: fields.owned("stock.reason") };
            me.try_write(None, async move |op| stock::write_off(op, request).await).await?;
            Ok(String::new())
        }
        Act::Print => {
            invalid.into_result()?;
            let design = design.ok_or_else(|| Error::field("stock.design", Problem::Missing))?;
            let layout = Layout::ALL.into_iter().find(|one| one.as_str() == fields.value("stock.layout"));
            let layout = layout.unwrap_or(Layout::Sheet);
            let new = NewRun { library, design, layout, first: fields.owned("stock.first"), count };
            let run = me.try_write(None, async move |op| stock::make_run(op, new).await).await?;
            Ok(format!("/office/stock/runs/{}", run.id))
        }
    }
}

/// Ranges as they were typed or scanned.
pub fn ranges(fields: &Fields, name: &'static str, needed: bool, invalid: &mut Invalid) -> Vec<Range> {
    let text = fields.value(name);
    if text.trim().is_empty() && !needed {
        return Vec::new();
    }
    invalid.take(name, stock::read_ranges(text)).unwrap_or_default()
}

fn count(fields: &Fields, invalid: &mut Invalid) -> u32 {
    let text = fields.value("stock.count").trim();
    if text.is_empty() {
        return 0;
    }
    text.parse().unwrap_or_else(|_| {
        invalid.add("stock.count", Problem::Character);
        0
    })
}

fn day(fields: &Fields, name: &'static str, invalid: &mut Invalid) -> Option<NaiveDate> {
    let text = fields.value(name).trim();
    if text.is_empty() {
        return None;
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Problem::Date);
    invalid.take(name, day)
}

// locale-keys: stock-act-*
// locale-keys: stock-what-*
async fn page(
    me: &SignedIn,
    act: Act,
    id: LibraryId,
    form: Form,
    refusals: Vec<BlockerText>,
) -> Result<Response, Failure> {
    me.require(Right::ManageStock)?;
    let (of, designs) = me
        .read(async move |op| {
            let stock = stock::stock(op, id).await?;
            let of = stock.libraries.into_iter().find(|of| of.library == id);
            Ok((of, stock::designs(op, id).await?))
        })
        .await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let status = match (refusals.is_empty(), form.wrong().is_empty()) {
        (false, _) => StatusCode::CONFLICT,
        (true, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::OK,
    };
    let all = || tree.libraries().map(|library| (library.code.clone(), t.library_name(library)));
    let word = act.word();
    let page = ActPage {
        t,
        page: me.page(),
        nav: Nav::of(me, "stock"),
        act: word,
        title: t.t(&format!("stock-act-{word}")),
        what: t.t(&format!("stock-what-{word}")),
        code: code(tree, id),
        library: t.library(tree, id),
        store: of.map(|of: StockOf| of.at(StockPlace::Store)).unwrap_or_default(),
        libraries: match act {
            Act::Send => all().filter(|(own, _)| *own != code(tree, id)).collect(),
            _ => libraries(me),
        },
        places: places(t, tree, id),
        designs: designs.into_iter().map(|design: Design| (design.id.to_string(), design.name)).collect(),
        form,
        refusals,
    };
    Ok(html_with(status, &page))
}
