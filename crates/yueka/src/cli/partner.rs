//! `yueka partner add|list|set|key|close-key|waiting|close`

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::kernel::{Actor, Invalid, local_time};
use service::partners::{
    NewPartner, PartnerEntry, PartnerKind, PartnerSettings, add_key, add_partner, change_partner, close_key,
    close_partner, events_not_told, list_partners,
};

use super::table;
use crate::config::ConfigFile;
use crate::opening;

/// Accounts of partner platforms, as 粤读通, and of services that ask whether a card works.
#[derive(Debug, Subcommand)]
pub enum Partner {
    /// Add an account; its first key is printed, this once
    Add(Add),
    /// List the accounts, with the names of their keys
    List(List),
    /// Change an account
    Set(Set),
    /// Add a second key, which is printed, this once; close the old one when the partner uses it
    Key(Account),
    /// Close a key: calls signed with it are refused from now on
    CloseKey(CloseKey),
    /// List what a partner was not told yet, and what it refused
    Waiting(Account),
    /// Close an account: its calls are refused, and it is told nothing more
    Close(Account),
}

/// What an account is set to.
#[derive(Debug, Args)]
struct Settings {
    /// A network it may call from, as 203.0.113.0/24; may be given several times. Without any: from everywhere
    #[arg(long = "from", value_name = "NETWORK")]
    from: Vec<String>,
    /// How many calls a minute are let in
    #[arg(long, value_name = "NUMBER")]
    calls_per_minute: Option<i64>,
    /// Where a platform is told of cards: https://…, or http://127.0.0.1:PORT/…
    #[arg(long, value_name = "URL")]
    events: Option<String>,
    /// What readers know a service by
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What a service asks for, in words for readers
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
}

/// `yueka partner add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of the library that issues its cards
    #[arg(long, value_name = "CODE")]
    library: String,
    /// The code of its service point, of the kind online
    #[arg(long, value_name = "CODE")]
    service_point: String,
    /// yuedutong: a platform that opens cards and is told of them; service: one that may ask whether a card works, and nothing else
    #[arg(long, value_name = "KIND", value_parser = kind, default_value = "yuedutong")]
    kind: PartnerKind,
    /// What it calls itself
    name: String,
    #[command(flatten)]
    settings: Settings,
}

fn kind(word: &str) -> Result<PartnerKind, String> {
    word.parse().map_err(|_| format!("one of {}", PartnerKind::ALL.map(PartnerKind::as_str).join(", ")))
}

/// `yueka partner list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

/// `yueka partner set`
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    settings: Settings,
    /// Let it call from everywhere
    #[arg(long, conflicts_with = "from")]
    from_anywhere: bool,
}

/// An account.
#[derive(Debug, Args)]
pub struct Account {
    #[command(flatten)]
    config: ConfigFile,
    /// What it calls itself
    name: String,
}

/// `yueka partner close-key`
#[derive(Debug, Args)]
pub struct CloseKey {
    #[command(flatten)]
    account: Account,
    /// The name of the key
    key: String,
}

/// A refusal in words: what has no place in an account of a partner has its own.
fn told(error: service::Error) -> anyhow::Error {
    let service::Error::Invalid(Invalid(fields)) = &error else { return super::told::told(error) };
    let words: Vec<&str> = fields
        .iter()
        .filter_map(|wrong| match wrong.field {
            "service_point" => Some("the service point is not of the kind online"),
            "events_url" => Some(
                "--events: write https://HOST/PATH, or http://127.0.0.1:PORT/PATH on this computer; \
                     a service is told nothing",
            ),
            "title" => Some("--title: up to 60 characters that readers know it by"),
            "purpose" => {
                Some("--purpose: up to 200 characters, what the service asks for; a platform has none")
            }
            "calls_per_minute" => Some("--calls-per-minute: write a number from 1 to 60000"),
            "addresses" => Some("--from: write networks, as 203.0.113.0/24"),
            "key" => {
                Some("this is the only key, and nothing could be signed without: close the account instead")
            }
            "name" => Some("the name: 2 to 40 of a–z, 0–9 and '-', of no other account"),
            _ => None,
        })
        .collect();
    if words.len() == fields.len() { anyhow!("{}", words.join("; ")) } else { super::told::told(error) }
}

/// Calls a minute, unless it is told.
const CALLS_PER_MINUTE: i64 = 600;

impl Partner {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run().await?,
            Self::List(list) => list.run().await?,
            Self::Set(set) => set.run().await?,
            Self::Key(account) => account.key().await?,
            Self::CloseKey(close) => close.run().await?,
            Self::Waiting(account) => account.waiting().await?,
            Self::Close(account) => account.close().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_key(name: &str, (key, secret): &(String, String)) {
    println!("{key} {secret}");
    eprintln!("This is key {key} of {name}, shown this once. Hand it over on a way that nobody else reads.");
}

impl Add {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let library = opening::library(&tree, &self.library)?;
        let service_point = opening::service_point(&tree, library, &self.service_point)?;
        let settings = PartnerSettings {
            service_point,
            addresses: self.settings.from.join(" "),
            calls_per_minute: self.settings.calls_per_minute.unwrap_or(CALLS_PER_MINUTE),
            events_url: self.settings.events.unwrap_or_default(),
            title: self.settings.title.unwrap_or_default(),
            purpose: self.settings.purpose.unwrap_or_default(),
        };
        let new = NewPartner { kind: self.kind, name: self.name, settings };
        let key = service.write(actor, async |op| add_partner(op, &new).await).await.map_err(told)?;
        print_key(&new.name, &key);
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let partners = service.read(actor.clone(), list_partners).await.map_err(told)?;
        let rows: Vec<_> = partners
            .iter()
            .map(|partner| {
                let point =
                    tree.points_under(actor.scope).find(|point| point.id == partner.settings.service_point);
                let library = point.and_then(|point| tree.library(point.library));
                let keys = partner.keys.iter().filter(|key| key.closed_at.is_none());
                let keys: Vec<&str> = keys.map(|key| key.label.as_str()).collect();
                [
                    partner.name.clone(),
                    partner.kind.as_str().to_owned(),
                    library.map(|library| library.code.clone()).unwrap_or_default(),
                    point.map(|point| point.code.clone()).unwrap_or_default(),
                    partner.settings.addresses.clone(),
                    partner.settings.calls_per_minute.to_string(),
                    partner.settings.events_url.clone(),
                    keys.join(" "),
                    partner
                        .closed_at
                        .map_or_else(|| "open".to_owned(), |at| format!("closed {}", local_time(at))),
                ]
            })
            .collect();
        table::print(
            ["name", "kind", "library", "point", "from", "calls/min", "events", "keys", "state"],
            &rows,
        );
        Ok(())
    }
}

impl Set {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.account.config.read()?).await?;
        let name = self.account.name;
        let partner = entry(&service, &actor, &name).await?;
        let mut settings = partner.settings;
        if !self.settings.from.is_empty() || self.from_anywhere {
            settings.addresses = self.settings.from.join(" ");
        }
        if let Some(calls) = self.settings.calls_per_minute {
            settings.calls_per_minute = calls;
        }
        if let Some(events) = self.settings.events {
            settings.events_url = events;
        }
        if let Some(title) = self.settings.title {
            settings.title = title;
        }
        if let Some(purpose) = self.settings.purpose {
            settings.purpose = purpose;
        }
        service.write(actor, async |op| change_partner(op, &name, &settings).await).await.map_err(told)?;
        println!("Changed {name}.");
        Ok(())
    }
}

async fn entry(service: &Service, actor: &Actor, name: &str) -> Result<PartnerEntry> {
    let partners = service.read(actor.clone(), list_partners).await.map_err(told)?;
    let known = partners.into_iter().find(|partner| partner.name == name && partner.closed_at.is_none());
    known.with_context(|| format!("no partner {name} is open: `yueka partner list` shows them"))
}

impl Account {
    async fn key(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let name = self.name;
        let partner = entry(&service, &actor, &name).await?;
        let keys = partner.keys.iter().filter(|key| key.closed_at.is_none());
        let labels: Vec<&str> = keys.map(|key| key.label.as_str()).collect();
        if labels.len() >= service::partners::MOST_KEYS {
            bail!("{name} has {}: close the one that it no longer uses first", labels.join(" and "));
        }
        let key = service.write(actor, async |op| add_key(op, &name).await).await.map_err(told)?;
        print_key(&name, &key);
        Ok(())
    }

    async fn waiting(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let name = self.name;
        let events = service.read(actor, async |op| events_not_told(op, &name).await).await.map_err(told)?;
        let rows: Vec<_> = events
            .into_iter()
            .map(|event| {
                [
                    event.id.to_string(),
                    event.event,
                    local_time(event.at),
                    event.state,
                    event.tries.to_string(),
                    local_time(event.next_try_at),
                    event.fault.unwrap_or_default(),
                ]
            })
            .collect();
        table::print(["id", "event", "at", "state", "tries", "next", "fault"], &rows);
        Ok(())
    }

    async fn close(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let name = self.name;
        service.write(actor, async |op| close_partner(op, &name).await).await.map_err(told)?;
        println!("Closed {name}.");
        Ok(())
    }
}

impl CloseKey {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.account.config.read()?).await?;
        let (name, key) = (self.account.name, self.key);
        service.write(actor, async |op| close_key(op, &name, &key).await).await.map_err(told)?;
        println!("Closed {key} of {name}.");
        Ok(())
    }
}
