//! A brochure to print (6.5): a sheet of A4, or one that is folded to A5, with a code that leads to the campaign's address. What it says of
//! cards and loans is what the rules say on the day it is printed.

use askama::Template;
use axum::extract::{Path, Query};
use serde::Deserialize;
use service::campaigns::{self, Campaign};
use service::kernel::{CampaignId, Error};
use service::promotion::{self, LendingRules, Row};

use crate::codes::Squares;
use crate::i18n::{Language, Text};
use crate::page::{Answer, Page, html};
use crate::session::SignedIn;

/// How it is to be printed.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    size: String,
    l: Option<String>,
}

#[derive(Template)]
#[template(path = "print/brochure.html")]
struct Brochure {
    t: Text,
    /// The language of the sheet.
    s: Text,
    page: Page,
    campaign: Campaign,
    fold: bool,
    federation: String,
    library: String,
    address: String,
    phone: String,
    hours: String,
    link: String,
    /// Whether the address in the code was set, and not taken from whoever looks at this page.
    address_set: bool,
    squares: Option<Squares>,
    rows: Vec<Line>,
    rules: LendingRules,
    languages: Vec<(&'static str, &'static str)>,
}

/// What somebody has, and which card they get.
struct Line {
    documents: String,
    adult: String,
    minor: String,
}

// locale-keys: brochure-card-*
pub async fn show(me: SignedIn, Path(id): Path<CampaignId>, Query(asked): Query<Asked>) -> Answer {
    let t = me.text();
    let s = Text { language: asked.l.as_deref().and_then(Language::from_tag).unwrap_or_default() };
    let (campaign, rules, hours) = me
        .read(async move |op| {
            let campaign = campaigns::campaign(op, id).await?;
            let rules = promotion::lending_rules(op, campaign.library).await?;
            let hours = promotion::hours_of(op, campaign.library).await?;
            Ok((campaign, rules, hours))
        })
        .await?;
    let tree = &me.session().tree;
    let library = tree.library(campaign.library).ok_or_else(|| me.failure(Error::NotFound("library")))?;
    let mut path = format!("/c/{}", campaign.code);
    if s.language != Language::Hans {
        path.push_str(&format!("?l={}", s.language.tag()));
    }
    let link = me.0.visit.address_of(&path);
    let week = s.usual_week(&hours.library);
    let comma = s.t("guide-comma");
    let or = s.t("guide-or");
    let cards = |advice: &promotion::Advice| {
        advice.kinds.iter().map(|kind| s.t(&format!("brochure-card-{kind}"))).collect::<Vec<_>>().join(&or)
    };
    let line = |row: Row| Line {
        documents: s.documents(&row.documents).join(&comma),
        adult: cards(&row.adult),
        minor: cards(&row.minor),
    };
    let brochure = Brochure {
        t,
        s,
        page: me.page(),
        fold: asked.size == "a5",
        federation: tree.root().map(|root| s.library_name(root)).unwrap_or_default(),
        library: s.library_name(library),
        address: library.address.clone(),
        phone: library.phone.clone(),
        hours: if week.is_empty() { library.hours.clone() } else { week },
        squares: Squares::of(&link),
        link,
        address_set: me.0.visit.address_is_set(),
        rows: promotion::table_a1().into_iter().map(line).collect(),
        rules,
        languages: Language::ALL.map(|language| (language.tag(), language.own_name())).to_vec(),
        campaign,
    };
    Ok(html(&brochure))
}
