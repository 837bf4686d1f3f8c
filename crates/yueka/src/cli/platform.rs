//! `yueka platform add|list|set|secret|close|key`

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::kernel::{Actor, local_time};
use service::resources::{
    NewPlatform, PlatformEntry, PlatformSettings, Told, add_platform, change_platform, close_platform,
    list_platforms, new_secret, new_signing_key,
};

use super::at::AtLibrary;
use super::table;
use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Platforms of digital resources, which readers are signed on to by their card (docs/e-resources.md).
#[derive(Debug, Subcommand)]
pub enum Platform {
    /// Add a platform; its secret is printed, this once
    Add(Add),
    /// List the platforms
    List(List),
    /// Change a platform: what is not told stays as it is
    Set(Set),
    /// Give a platform another secret, this once; the one before works no more
    Secret(Named),
    /// Close a platform: nobody is signed on to it from now on
    Close(Named),
    /// Make another key, which identities are signed with from now on
    Key(List),
}

/// `yueka platform add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    at: AtLibrary,
    /// What readers know it as
    #[arg(long)]
    title: String,
    #[command(flatten)]
    rest: Rest,
    /// What it calls itself (its `client_id`): small letters, digits and `-`
    name: String,
}

/// What can be told again.
#[derive(Debug, Args)]
pub struct Rest {
    /// Where browsers may be sent back to (a `redirect_uri`), letter by letter; may be given several times
    #[arg(long = "return-to", value_name = "URL")]
    return_to: Vec<String>,
    /// Where readers begin
    #[arg(long, value_name = "URL")]
    home: Option<String>,
    /// What it is told beside the reader's name there: `library`, `adult`, or `nothing`; may be given several times
    #[arg(long = "tells", value_name = "FACT", value_parser = fact)]
    told: Vec<Fact>,
}

/// `yueka platform list`, `key`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

/// `yueka platform set`
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    config: ConfigFile,
    /// What readers know it as
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    rest: Rest,
    /// What it calls itself
    name: String,
}

/// `yueka platform secret`, `close`
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    config: ConfigFile,
    /// What it calls itself
    name: String,
}

/// A fact, or none at all.
type Fact = Option<Told>;

fn fact(word: &str) -> Result<Fact, String> {
    match word {
        "nothing" => Ok(None),
        word => Told::from_word(word).map(Some).ok_or_else(|| {
            format!("a platform can be told {}, or nothing", Told::ALL.map(Told::as_str).join(", "))
        }),
    }
}

impl Platform {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run().await?,
            Self::List(list) => list.run().await?,
            Self::Set(set) => set.run().await?,
            Self::Secret(named) => named.secret().await?,
            Self::Close(named) => named.close().await?,
            Self::Key(list) => list.key().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let (service, actor, _, library) = self.at.open().await?;
        let Rest { return_to, home, told: facts } = self.rest;
        let settings = PlatformSettings {
            title: self.title,
            library,
            home: home.unwrap_or_default(),
            return_to,
            told: facts.into_iter().flatten().collect(),
        };
        let new = NewPlatform { name: self.name, settings };
        let secret =
            service.write(actor, async move |op| add_platform(op, &new).await).await.map_err(told)?;
        println!("{secret}");
        eprintln!("It is shown this once: the secret of the platform (client_secret).");
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let rows: Vec<_> = service
            .read(actor, list_platforms)
            .await
            .map_err(told)?
            .into_iter()
            .map(|platform| {
                let PlatformSettings { title, library, return_to, told, .. } = platform.settings;
                let facts: Vec<&str> = told.into_iter().map(Told::as_str).collect();
                [
                    platform.name,
                    title,
                    tree.library(library).map(|library| library.code.clone()).unwrap_or_default(),
                    return_to.join(" "),
                    facts.join(" "),
                    platform
                        .closed_at
                        .map_or_else(|| "works".to_owned(), |at| format!("closed {}", local_time(at))),
                ]
            })
            .collect();
        table::print(["name", "title", "library", "returns to", "is told", "state"], &rows);
        Ok(())
    }

    async fn key(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let id = new_signing_key(&service, actor).await.map_err(told)?;
        println!("{id} signs from now on; the one before is shown for another day.");
        Ok(())
    }
}

impl Set {
    async fn run(self) -> Result<()> {
        let (service, actor, entry) = found(&self.config, &self.name).await?;
        let Rest { return_to, home, told: facts } = self.rest;
        let before = entry.settings;
        let settings = PlatformSettings {
            title: self.title.unwrap_or(before.title),
            library: before.library,
            home: home.unwrap_or(before.home),
            return_to: if return_to.is_empty() { before.return_to } else { return_to },
            told: if facts.is_empty() { before.told } else { facts.into_iter().flatten().collect() },
        };
        let id = entry.id;
        let changed = service.write(actor, async move |op| change_platform(op, id, &settings).await).await;
        changed.map_err(told)?;
        println!("Changed {}.", self.name);
        Ok(())
    }
}

impl Named {
    async fn secret(self) -> Result<()> {
        let (service, actor, entry) = found(&self.config, &self.name).await?;
        let secret =
            service.write(actor, async move |op| new_secret(op, entry.id).await).await.map_err(told)?;
        println!("{secret}");
        eprintln!("It is shown this once; the one before works no more.");
        Ok(())
    }

    async fn close(self) -> Result<()> {
        let (service, actor, entry) = found(&self.config, &self.name).await?;
        service.write(actor, async move |op| close_platform(op, entry.id).await).await.map_err(told)?;
        println!("Closed {}.", self.name);
        Ok(())
    }
}

/// The platform of this name that is open.
async fn found(config: &ConfigFile, name: &str) -> Result<(Service, Actor, PlatformEntry)> {
    let (service, actor) = opening::as_system(&config.read()?).await?;
    let all = service.read(actor.clone(), list_platforms).await.map_err(told)?;
    let entry = all.into_iter().find(|platform| platform.name == name && platform.closed_at.is_none());
    match entry {
        Some(entry) => Ok((service, actor, entry)),
        None => bail!("no platform {name} is open: `yueka platform list` shows them"),
    }
}
