//! Help, on F1.

use askama::Template;
use axum::response::Response;

use crate::i18n::Text;
use crate::page::{Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/help.html")]
struct Help {
    t: Text,
    page: Page,
}

pub async fn show(me: SignedIn) -> Response {
    html(&Help { t: me.text(), page: me.page() })
}
