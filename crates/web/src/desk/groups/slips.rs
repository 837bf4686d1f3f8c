//! Slips for each reader, to be cut out and given on by the unit, sorted by class: eight on an A4 page.

use askama::Template;
use axum::extract::{Path, Query};
use serde::Deserialize;
use service::groups::{self, Batch, Slip};
use service::kernel::BatchId;

use crate::codes::Bars;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/groups/slips.html")]
struct Slips {
    t: Text,
    page: Page,
    batch: Batch,
    library: String,
    /// The classes with cards, and how many each.
    classes: Vec<(String, u64)>,
    /// What is printed: class by class.
    sheets: Vec<Vec<(Slip, Option<Bars>)>>,
    /// Where the next part of one class begins.
    next: Option<(String, i64)>,
    chosen: bool,
}

/// Which slips.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    class: Option<String>,
    all: Option<String>,
    #[serde(default)]
    after: i64,
}

/// So many slips are on one page of the browser.
const MOST: u64 = 400;

pub async fn show(me: SignedIn, Path(id): Path<BatchId>, Query(wanted): Query<Wanted>) -> Answer {
    let (batch, _) = me.read(async move |op| groups::batch(op, id).await).await?;
    let classes = me.read(async move |op| groups::classes(op, id).await).await?;
    let total: u64 = classes.iter().map(|(_, count)| count).sum();
    let all = wanted.all.is_some() && total <= MOST;
    let chosen: Vec<String> = match &wanted.class {
        Some(class) => vec![class.clone()],
        None if all => classes.iter().map(|(class, _)| class.clone()).collect(),
        None => Vec::new(),
    };
    let mut sheets = Vec::new();
    let mut next = None;
    let after = wanted.after.max(0);
    for class in chosen {
        let of = class.clone();
        let found = me.write(async move |op| groups::slips(op, id, &of, after, MOST).await).await?;
        if u64::try_from(found.len()).is_ok_and(|count| count == MOST) {
            next = found.last().map(|(place, _)| (class, *place));
        }
        sheets.push(
            found
                .into_iter()
                .map(|(_, slip)| {
                    let bars = Bars::of(&slip.number);
                    (slip, bars)
                })
                .collect(),
        );
    }
    let t = me.text();
    Ok(html(&Slips {
        t,
        page: me.page(),
        library: t.library(&me.session().tree, batch.library),
        chosen: wanted.class.is_some() || all,
        batch,
        classes,
        sheets,
        next,
    }))
}
