//! The office: what is done without a reader in front of one. Requests that wait, records that are one person's.

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use service::kernel::Right;

use crate::App;
use crate::session::SignedIn;

mod brochure;
pub mod campaigns;
mod chart;
pub mod closed_days;
mod hours;
pub mod losses;
mod machine;
mod machines;
pub mod merge;
pub mod merges;
mod news;
mod partners;
pub mod policies;
pub mod request;
pub mod requests;
mod resources;
mod site;
pub mod stock;
mod templates;
pub mod visits;

/// The pages of the office.
pub fn router() -> Router<App> {
    Router::new()
        .route("/office", get(home))
        .route("/office/requests", get(requests::show))
        .route("/office/requests/{id}", get(request::show).post(request::answer))
        .route("/office/losses", get(losses::show))
        .route("/office/merge", get(merge::choose).post(merge::find))
        .route("/office/merge/compare", get(merge::compare).post(merge::submit))
        .route("/office/merges", get(merges::show))
        .route("/office/merges/{id}/undo", get(merges::ask).post(merges::undo))
        .route("/office/policies", get(policies::show).post(policies::submit))
        .route("/office/closed-days", get(closed_days::show).post(closed_days::submit))
        .route("/office/visits", get(visits::show))
        .route("/office/resources", get(resources::show))
        .route("/office/machines", get(machines::show))
        .route("/office/machines/new", get(machine::blank).post(machine::add))
        .route("/office/machines/{id}", get(machine::show).post(machine::submit))
        .route("/office/partners", get(partners::list))
        .route("/office/partners/{name}", get(partners::show))
        .route("/office/partners/{name}/close", post(partners::close))
        .route("/office/campaigns", get(campaigns::list))
        .route("/office/campaigns/new", get(campaigns::blank).post(campaigns::add))
        .route("/office/campaigns/{id}", get(campaigns::show))
        .route("/office/campaigns/{id}/edit", get(campaigns::show_edit).post(campaigns::change))
        .route("/office/campaigns/{id}/brochure", get(brochure::show))
        .route("/office/site", get(site::list).post(site::add))
        .route("/office/site/{library}/{slug}/{language}", get(site::show).post(site::submit))
        .route("/office/site/{library}/{slug}/{language}/preview", get(site::preview))
        .route("/office/news", get(news::list))
        .route("/office/news/new", get(news::blank).post(news::add))
        .route("/office/news/{id}", get(news::show).post(news::change))
        .route("/office/hours", get(hours::show).post(hours::submit))
        .route("/office/templates", get(templates::list))
        .route(
            "/office/templates/{library}/{name}/{medium}/{language}",
            get(templates::show).post(templates::submit),
        )
        .merge(stock::router())
}

/// Where the entry of the head leads: to the first page that one may see.
async fn home(me: SignedIn) -> Redirect {
    let may = |right| me.session().actor.may(right);
    Redirect::to(if may(Right::AmendReaders) || !may(Right::MergeReaders) {
        "/office/requests"
    } else {
        "/office/merge"
    })
}

/// What the pages show on their side: which there are for this account, and which one this is.
#[derive(Clone, Debug)]
pub struct Nav {
    pub requests: bool,
    pub losses: bool,
    pub merge: bool,
    pub templates: bool,
    pub policies: bool,
    pub closed_days: bool,
    pub visits: bool,
    pub resources: bool,
    pub machines: bool,
    pub partners: bool,
    pub stock: bool,
    pub campaigns: bool,
    pub site: bool,
    pub here: &'static str,
}

impl Nav {
    pub fn of(me: &SignedIn, here: &'static str) -> Self {
        let actor = &me.session().actor;
        Self {
            requests: actor.may(Right::AmendReaders),
            losses: actor.may(Right::ReportLoss),
            merge: actor.may(Right::MergeReaders),
            templates: actor.may(Right::EditTemplates),
            policies: actor.may(Right::SetPolicies),
            closed_days: actor.may(Right::ManageItems),
            visits: actor.may(Right::SetPolicies) || actor.may(Right::Audit),
            resources: actor.may(Right::SetPolicies) || actor.may(Right::Audit),
            machines: actor.may(Right::ManageMachines),
            partners: actor.may(Right::ManageTokens),
            stock: actor.may(Right::ManageStock),
            campaigns: actor.may(Right::RunCampaigns),
            site: actor.may(Right::EditSite),
            here,
        }
    }
}
