//! Uses of digital resources by month (A.3.2 d, 7), and the platforms that readers are signed on to.

use askama::Template;
use chrono::Months;
use service::kernel::Right;
use service::resources::{PlatformEntry, Use, list_platforms, uses_by_month};

use super::Nav;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

/// Months that are shown.
const MONTHS: Months = Months::new(12);

#[derive(Template)]
#[template(path = "office/resources.html")]
struct ResourcesPage {
    t: Text,
    page: Page,
    nav: Nav,
    /// The latest month first, each line with the name of its library.
    lines: Vec<(Use, String)>,
    /// For who manages them.
    platforms: Option<Vec<PlatformEntry>>,
}

pub async fn show(me: SignedIn) -> Answer {
    let since = me.app().service.clock().today() - MONTHS;
    let uses = me.read(async move |op| uses_by_month(op, since).await).await?;
    let platforms = match me.session().actor.may(Right::ManageTokens) {
        true => Some(me.read(list_platforms).await?),
        false => None,
    };
    let t = me.text();
    let lines = t.with_library(&me.session().tree, uses, |line| line.library);
    Ok(html(&ResourcesPage { t, page: me.page(), nav: Nav::of(&me, "resources"), lines, platforms }))
}
