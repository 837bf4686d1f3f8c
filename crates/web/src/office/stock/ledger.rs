//! The ledger of a library, and where one card is.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use service::Error;
use service::kernel::LibraryId;
use service::libraries::Tree;
use service::stock::{self, Entry};

use super::super::Nav;
use super::super::policies::library;
use super::{Choice, code, libraries, spot_name};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

/// Rows on a page.
const ROWS: u64 = 100;

/// A row in words.
struct Row {
    at: String,
    kind: String,
    cards: String,
    count: i64,
    from: String,
    to: String,
    change: i64,
    reason: String,
}

impl Row {
    fn of(t: Text, tree: &Tree, here: LibraryId, entry: &Entry) -> Self {
        let (first, last) = &entry.cards;
        Self {
            at: t.time(entry.at),
            kind: t.movement(entry.kind),
            cards: if first == last { first.clone() } else { format!("{first}–{last}") },
            count: entry.count,
            from: entry.from.map(|from| spot_name(t, tree, from, here)).unwrap_or_default(),
            to: spot_name(t, tree, entry.to, here),
            change: entry.change_for(here),
            reason: entry.reason.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "office/stock/ledger.html")]
struct Ledger {
    t: Text,
    page: Page,
    nav: Nav,
    libraries: Vec<Choice>,
    code: String,
    library: String,
    rows: Vec<Row>,
    /// Where the next page begins, or nothing.
    next: String,
}

#[derive(Template)]
#[template(path = "office/stock/find.html")]
struct Find {
    t: Text,
    page: Page,
    nav: Nav,
    barcode: String,
    /// Where it is; none where no stock knows it.
    place: Option<String>,
    rows: Vec<Row>,
}

/// Which library, and from where on.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    library: String,
    #[serde(default)]
    before: String,
}

/// Which card.
#[derive(Deserialize)]
pub struct Barcode {
    #[serde(default)]
    barcode: String,
}

pub async fn show(me: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let id = library(&me, &asked.library)?;
    let before = asked.before.parse().ok();
    let entries = me.read(async move |op| stock::ledger(op, id, before, ROWS).await).await?;
    let (t, tree) = (me.text(), &me.session().tree);
    let full = entries.len() as u64 == ROWS;
    Ok(html(&Ledger {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        libraries: libraries(&me),
        code: code(tree, id),
        library: t.library(tree, id),
        next: entries.last().filter(|_| full).map(|entry| entry.id.to_string()).unwrap_or_default(),
        rows: entries.iter().map(|entry| Row::of(t, tree, id, entry)).collect(),
    }))
}

pub async fn find(me: SignedIn, Query(asked): Query<Barcode>) -> Answer {
    let barcode = asked.barcode.clone();
    let actor = me.session().actor.clone();
    let card = me.app().service.read(actor, async move |op| stock::find_card(op, &barcode).await).await;
    let card = match card {
        Ok(card) => Some(card),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(me.failure(error)),
    };
    let (t, tree) = (me.text(), &me.session().tree);
    let nowhere = LibraryId(uuid::Uuid::nil());
    Ok(html(&Find {
        t,
        page: me.page(),
        nav: Nav::of(&me, "stock"),
        place: card.as_ref().map(|card| spot_name(t, tree, card.spot, nowhere)),
        rows: card.iter().flat_map(|card| &card.way).map(|entry| Row::of(t, tree, nowhere, entry)).collect(),
        barcode: card.map_or(asked.barcode, |card| card.barcode),
    }))
}
