//! The way to 粤读通 (4.1.1, 6.1.4.1) and what it can do (6.1.4.2): a page for readers, and a slip that the desk prints.

use askama::Template;
use axum::response::Response;

use crate::codes::Squares;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::public::{Written, written};
use crate::session::{SignedIn, Visit};

/// Where the page lies.
pub const PATH: &str = "/yuedutong";

#[derive(Template)]
#[template(path = "portal/yuedutong.html")]
struct Guide {
    t: Text,
    page: Page,
    here: &'static str,
    /// What staff wrote besides.
    written: Option<Written>,
}

#[derive(Template)]
#[template(path = "print/yuedutong.html")]
struct Slip {
    t: Text,
    page: Page,
    library: String,
    /// Where the page for readers lies, for who types it.
    address: String,
    /// The same for who scans it.
    squares: Option<Squares>,
}

/// The page for readers.
pub async fn show(visit: Visit) -> Answer {
    let page = visitors_page(&visit).await;
    let written = written(&visit, page.t, None, "yuedutong").await?;
    Ok(html(&Guide { t: page.t, page, here: "yuedutong", written }))
}

/// The slip for a reader at the desk.
pub async fn slip(me: SignedIn, visit: Visit) -> Response {
    let page = me.page();
    let library = page.me.as_ref().map(|me| me.library.clone()).unwrap_or_default();
    let address = visit.address_of(PATH);
    html(&Slip { t: me.text(), page, library, squares: Squares::of(&address), address })
}
