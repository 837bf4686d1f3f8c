//! `yueka campaign list|add|result`: campaigns and what came of them (6.5).

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use service::campaigns::{CampaignForm, add_campaign, campaign, campaigns};
use service::promotion::{AFTER_DAYS, campaign_result};

use super::at::AtLibrary;
use super::table;
use super::told::told;
use crate::opening;

/// Campaigns: what is done for a while so that people get cards, and what came of it.
#[derive(Debug, Subcommand)]
pub enum Campaign {
    /// List the campaigns of a library, and of those under it
    List(AtLibrary),
    /// Set up a campaign; its address is printed
    Add(Box<Add>),
    /// Show what came of a campaign
    Result(Named),
}

/// `yueka campaign add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    at: AtLibrary,
    /// What it is: `online`, `brochure`, `temporary_point`, `school` or `event`
    #[arg(long)]
    kind: String,
    /// Its title in simplified Chinese, as readers see it
    #[arg(long)]
    title: String,
    /// Its title in traditional Chinese
    #[arg(long, default_value = "")]
    title_hant: String,
    /// Its title in English
    #[arg(long, default_value = "")]
    title_en: String,
    /// Where it is
    #[arg(long, default_value = "")]
    place: String,
    /// Its first day, as 2027-07-01
    #[arg(long, value_name = "DAY")]
    from: String,
    /// Its last day; left out, it has none
    #[arg(long, value_name = "DAY", default_value = "")]
    until: String,
    /// The code of a service point: what is opened there counts without anybody choosing
    #[arg(long, value_name = "CODE")]
    service_point: Option<String>,
    /// How many cards are hoped for
    #[arg(long, default_value = "")]
    target: String,
    /// What it costs, in yuan
    #[arg(long, default_value = "")]
    cost: String,
    /// Its code: 3 to 12 letters or digits; left out, one is made up
    #[arg(value_name = "CODE", default_value = "")]
    campaign: String,
}

/// `yueka campaign result`
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    at: AtLibrary,
    /// Its code
    #[arg(value_name = "CODE")]
    campaign: String,
}

impl Campaign {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::List(at) => list(&at).await?,
            Self::Add(add) => add.run().await?,
            Self::Result(named) => named.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(at: &AtLibrary) -> Result<()> {
    let (service, actor, tree, library) = at.open().await?;
    let found = service.read(actor, campaigns).await.map_err(told)?;
    let rows: Vec<_> = found
        .into_iter()
        .filter(|one| tree.covers(library, one.library))
        .map(|one| {
            let by = tree.library(one.library).map(|library| library.code.clone()).unwrap_or_default();
            let until = one.ends_on.map(|day| day.to_string()).unwrap_or_default();
            let [title, ..] = one.titles;
            [one.code, one.kind.as_str().to_owned(), by, one.starts_on.to_string(), until, title]
        })
        .collect();
    table::print(["code", "kind", "library", "from", "until", "title"], &rows);
    Ok(())
}

impl Add {
    async fn run(self) -> Result<()> {
        let (service, actor, tree, library) = self.at.open().await?;
        let point = match &self.service_point {
            Some(code) => Some(opening::service_point(&tree, library, code)?),
            None => None,
        };
        let form = CampaignForm {
            code: self.campaign,
            kind: self.kind,
            library: self.at.code.clone(),
            service_point: point,
            titles: [self.title, self.title_hant, self.title_en],
            place: self.place,
            starts_on: self.from,
            ends_on: self.until,
            target: self.target,
            cost: self.cost,
        };
        let added = service
            .write(actor, async move |op| {
                let id = add_campaign(op, &form).await?;
                campaign(op, id).await
            })
            .await
            .map_err(told)?;
        println!("{}: its address is /c/{}", added.titles[0], added.code);
        Ok(())
    }
}

impl Named {
    async fn run(&self) -> Result<()> {
        let (service, actor, tree, library) = self.at.open().await?;
        let code = self.campaign.trim().to_uppercase();
        let all = service.read(actor.clone(), campaigns).await.map_err(told)?;
        let found = all.into_iter().find(|one| one.code == code && tree.covers(library, one.library));
        let id = found.context("there is no such campaign")?.id;
        let result =
            service.read(actor, async move |op| campaign_result(op, id).await).await.map_err(told)?;
        let until = result.campaign.ends_on.map(|day| format!(" to {day}")).unwrap_or_default();
        println!("{} · {}{until}", result.campaign.titles[0], result.campaign.starts_on);
        println!("visits of its address: {}", result.visits);
        println!("cards opened: {}", result.cards);
        for (channel, count) in &result.by_channel {
            println!("  {channel}: {count}");
        }
        for (age, count) in result.by_age.iter().filter(|(_, count)| *count > 0) {
            println!("  {}: {count}", age.as_str());
        }
        println!("still held after {AFTER_DAYS} days: {} of {}", result.held, result.ripe);
        if let Some(fen) = result.fen_per_card {
            println!("cost per card: {}.{:02} yuan", fen / 100, fen % 100);
        }
        Ok(())
    }
}
