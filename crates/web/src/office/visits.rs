//! Visits by day and library (A.3.1): those of one's own libraries, for thirty days back.

use askama::Template;
use chrono::TimeDelta;
use service::visits::{DayOfVisits, by_day};

use super::Nav;
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

/// Days that are shown.
const DAYS: i64 = 30;

#[derive(Template)]
#[template(path = "office/visits.html")]
struct VisitsPage {
    t: Text,
    page: Page,
    nav: Nav,
    /// The latest day first, each line with the name of its library.
    lines: Vec<(DayOfVisits, String)>,
    total: u64,
}

pub async fn show(me: SignedIn) -> Answer {
    let since = me.app().service.clock().today() - TimeDelta::days(DAYS);
    let mut days = me.read(async move |op| by_day(op, since).await).await?;
    days.reverse();
    let t = me.text();
    Ok(html(&VisitsPage {
        t,
        page: me.page(),
        nav: Nav::of(&me, "visits"),
        total: days.iter().map(|day| day.visits).sum(),
        lines: t.with_library(&me.session().tree, days, |day| day.library),
    }))
}
