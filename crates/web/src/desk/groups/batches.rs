//! The batches of the caller's libraries, the latest first; what is shown stands in the address.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service::groups::{self, Batch, BatchFilter, BatchState, PAGE, Unit};
use service::kernel::UnitId;

use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/groups/batches.html")]
struct Batches {
    t: Text,
    page: Page,
    batches: Vec<(Batch, String)>,
    units: Vec<Unit>,
    filter: Filter,
    states: Vec<(&'static str, String)>,
    /// Where the next page begins.
    next: Option<String>,
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    before: String,
}

pub async fn show(me: SignedIn, Query(filter): Query<Filter>) -> Answer {
    let wanted = BatchFilter {
        state: filter.state.parse::<BatchState>().ok(),
        unit: filter.unit.parse::<UnitId>().ok(),
        before: filter.before.parse::<DateTime<Utc>>().ok(),
    };
    let wanted = &wanted;
    let (batches, units) =
        me.read(async move |op| Ok((groups::batches(op, wanted).await?, groups::units(op).await?))).await?;
    let t = me.text();
    let full = u64::try_from(batches.len()).is_ok_and(|count| count == PAGE);
    let next = batches
        .last()
        .filter(|_| full)
        .map(|batch| batch.created_at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
    Ok(html(&Batches {
        t,
        page: me.page(),
        batches: t.with_library(&me.session().tree, batches, |batch| batch.library),
        units,
        filter,
        states: BatchState::ALL.iter().map(|state| (state.as_str(), t.batch_state(state))).collect(),
        next,
    }))
}
