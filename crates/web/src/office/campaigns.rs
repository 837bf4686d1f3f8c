//! Campaigns (6.5): which there are, setting one up, and what came of each.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::campaigns::{self, Campaign, CampaignForm, CampaignKind};
use service::kernel::{CampaignId, Error, Right};
use service::promotion::{AFTER_DAYS, CampaignResult, campaign_result};

use super::Nav;
use super::chart::Chart;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "office/campaigns.html")]
struct List {
    t: Text,
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
}

/// A campaign in the list.
struct Row {
    campaign: Campaign,
    title: String,
    kind: String,
    library: String,
    state: &'static str,
    word: String,
    visits: u64,
    cards: u64,
}

#[derive(Template)]
#[template(path = "office/campaign.html")]
struct Show {
    t: Text,
    page: Page,
    nav: Nav,
    result: CampaignResult,
    title: String,
    kind: String,
    library: String,
    point: String,
    /// Where the address leads that stands on paper.
    address: String,
    chart: Option<Chart>,
    channels: Vec<(String, u64, u64)>,
    ages: Vec<(String, u64, u64)>,
    libraries: Vec<(String, u64)>,
    after_days: i64,
    saved: bool,
}

#[derive(Template)]
#[template(path = "office/campaign_edit.html")]
struct Edit {
    t: Text,
    page: Page,
    nav: Nav,
    form: Form,
    id: Option<CampaignId>,
    kinds: Vec<(&'static str, String)>,
    libraries: Vec<(String, String)>,
    points: Vec<(String, String)>,
    stale: bool,
}

impl Text {
    /// The title of a campaign.
    pub fn campaign(&self, campaign: &Campaign) -> String {
        let [hans, hant, english] = &campaign.titles;
        self.pick(hans, hant, english).to_owned()
    }

    // locale-keys: campaign-kind-*
    /// What a campaign is.
    pub fn campaign_kind(&self, kind: CampaignKind) -> String {
        self.t(&format!("campaign-kind-{}", kind.as_str()))
    }
}

// locale-keys: campaign-state-*
/// How far a campaign is: a word, and in words.
fn state(t: Text, campaign: &Campaign, today: chrono::NaiveDate) -> (&'static str, String) {
    let word = match campaign {
        campaign if campaign.runs_on(today) => "running",
        campaign if campaign.starts_on > today => "coming",
        _ => "over",
    };
    (word, t.t(&format!("campaign-state-{word}")))
}

pub async fn list(me: SignedIn) -> Answer {
    let t = me.text();
    let today = me.app().service.clock().today();
    let results = me.read(async |op| service::promotion::campaign_results(op, None).await).await?;
    let row = |result: CampaignResult| {
        let (state, word) = state(t, &result.campaign, today);
        Row {
            title: t.campaign(&result.campaign),
            kind: t.campaign_kind(result.campaign.kind),
            library: t.library(&me.session().tree, result.campaign.library),
            state,
            word,
            visits: result.visits,
            cards: result.cards,
            campaign: result.campaign,
        }
    };
    let rows = results.into_iter().map(row).collect();
    Ok(html(&List { t, page: me.page(), nav: Nav::of(&me, "campaigns"), rows }))
}

/// Shares of a whole, in percent.
fn share(part: u64, whole: u64) -> u64 {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or_default()
}

// locale-keys: age-class-*
pub async fn show(me: SignedIn, Path(id): Path<CampaignId>, RawQuery(query): RawQuery) -> Answer {
    let t = me.text();
    let result = me.read(async move |op| campaign_result(op, id).await).await?;
    let (tree, today) = (&me.session().tree, me.app().service.clock().today());
    let point = result.campaign.service_point;
    let point = point.and_then(|id| tree.points_under(result.campaign.library).find(|point| point.id == id));
    let most_channel = result.by_channel.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let most_age = result.by_age.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let show = Show {
        t,
        page: me.page(),
        nav: Nav::of(&me, "campaigns"),
        title: t.campaign(&result.campaign),
        kind: t.campaign_kind(result.campaign.kind),
        library: t.library(tree, result.campaign.library),
        point: point.map(|point| point.name.clone()).unwrap_or_default(),
        address: me.0.visit.address_of(&format!("/c/{}", result.campaign.code)),
        chart: Chart::of(&result, today),
        channels: result
            .by_channel
            .iter()
            .map(|(channel, count)| (t.channel(channel.as_str()), *count, share(*count, most_channel)))
            .collect(),
        ages: result
            .by_age
            .iter()
            .map(|(age, count)| {
                (t.t(&format!("age-class-{}", age.as_str())), *count, share(*count, most_age))
            })
            .collect(),
        libraries: result.by_library.iter().map(|(id, count)| (t.library(tree, *id), *count)).collect(),
        after_days: AFTER_DAYS,
        saved: query.as_deref() == Some("saved"),
        result,
    };
    Ok(html(&show))
}

fn edit(me: &SignedIn, id: Option<CampaignId>, form: Form, stale: bool) -> Response {
    let (t, tree, scope) = (me.text(), &me.session().tree, me.session().actor.scope);
    let status = match (form.wrong().is_empty(), stale) {
        (true, false) => StatusCode::OK,
        (_, true) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Edit {
        t,
        page: me.page(),
        nav: Nav::of(me, "campaigns"),
        id,
        kinds: CampaignKind::ALL.map(|kind| (kind.as_str(), t.campaign_kind(kind))).to_vec(),
        libraries: super::site::libraries(me),
        points: tree
            .points_under(scope)
            .map(|point| {
                (point.id.to_string(), [&t.library(tree, point.library), " · ", &point.name].concat())
            })
            .collect(),
        form,
        stale,
    };
    html_with(status, &page)
}

/// What a form says.
fn form_of(fields: &Fields) -> CampaignForm {
    CampaignForm {
        code: fields.owned("campaign.code"),
        kind: fields.owned("campaign.kind"),
        library: fields.owned("campaign.library"),
        service_point: fields.value("campaign.service_point").parse().ok(),
        titles: ["campaign.title", "campaign.title_hant", "campaign.title_en"].map(|name| fields.owned(name)),
        place: fields.owned("campaign.place"),
        starts_on: fields.owned("campaign.starts_on"),
        ends_on: fields.owned("campaign.ends_on"),
        target: fields.owned("campaign.target"),
        cost: fields.owned("campaign.cost"),
    }
}

fn fields_of(me: &SignedIn, campaign: &Campaign) -> Fields {
    let mut fields = Fields::default();
    let library = me.session().tree.library(campaign.library);
    let [title, title_hant, title_en] = campaign.titles.clone();
    for (name, value) in [
        ("campaign.code", campaign.code.clone()),
        ("campaign.kind", campaign.kind.as_str().to_owned()),
        ("campaign.library", library.map(|library| library.code.clone()).unwrap_or_default()),
        ("campaign.service_point", campaign.service_point.map(|id| id.to_string()).unwrap_or_default()),
        ("campaign.title", title),
        ("campaign.title_hant", title_hant),
        ("campaign.title_en", title_en),
        ("campaign.place", campaign.place.clone()),
        ("campaign.starts_on", campaign.starts_on.to_string()),
        ("campaign.ends_on", campaign.ends_on.map(|day| day.to_string()).unwrap_or_default()),
        ("campaign.target", campaign.target.map(|count| count.to_string()).unwrap_or_default()),
        ("campaign.cost", campaign.cost_fen.map(crate::words::yuan).unwrap_or_default()),
        ("version", campaign.version.to_string()),
    ] {
        fields.set(name, value);
    }
    fields
}

pub async fn blank(me: SignedIn) -> Answer {
    me.require(Right::RunCampaigns)?;
    let mut fields = Fields::default();
    fields.set("campaign.starts_on", me.app().service.clock().today().to_string());
    let library = me.session().tree.library(me.session().actor.library);
    fields.set("campaign.library", library.map(|library| library.code.clone()).unwrap_or_default());
    Ok(edit(&me, None, Form::new(fields), false))
}

pub async fn add(me: SignedIn, Posted(fields): Posted) -> Answer {
    let form = form_of(&fields);
    match me.try_write(None, async move |op| campaigns::add_campaign(op, &form).await).await {
        Ok(id) => Ok(Redirect::to(&format!("/office/campaigns/{id}?saved")).into_response()),
        Err(error) => again(&me, None, fields, error),
    }
}

pub async fn show_edit(me: SignedIn, Path(id): Path<CampaignId>) -> Answer {
    let campaign = me.read(async move |op| campaigns::campaign(op, id).await).await?;
    Ok(edit(&me, Some(id), Form::new(fields_of(&me, &campaign)), false))
}

pub async fn change(me: SignedIn, Path(id): Path<CampaignId>, Posted(fields): Posted) -> Answer {
    let form = form_of(&fields);
    let seen = fields.value("version").parse().unwrap_or_default();
    match me.try_write(None, async move |op| campaigns::change_campaign(op, id, seen, &form).await).await {
        Ok(()) => Ok(Redirect::to(&format!("/office/campaigns/{id}?saved")).into_response()),
        Err(error) => again(&me, Some(id), fields, error),
    }
}

fn again(me: &SignedIn, id: Option<CampaignId>, fields: Fields, error: Error) -> Result<Response, Failure> {
    match error {
        Error::Invalid(invalid) => Ok(edit(me, id, Form::with(fields, me.text(), &invalid), false)),
        Error::Stale => Ok(edit(me, id, Form::new(fields), true)),
        error => Err(me.failure(error)),
    }
}
