//! The pages of a released run, as they go to the printer: the very texts that were read back.

use askama::Template;
use axum::extract::Path;
use service::kernel::CardRunId;
use service::stock::{self, Layout, Run};

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/stock/print.html")]
struct Print {
    t: Text,
    page: Page,
    run: Run,
    /// `card` or `a4`.
    paper: &'static str,
    pages: Vec<String>,
}

pub async fn show(me: SignedIn, Path(id): Path<CardRunId>) -> Answer {
    let (run, pages) = me.read(async move |op| stock::run_pages(op, id).await).await?;
    Ok(html(&Print {
        t: me.text(),
        page: me.page(),
        paper: if run.layout == Layout::Card { "card" } else { "a4" },
        run,
        pages: pages.into_iter().map(|page| page.svg).collect(),
    }))
}
