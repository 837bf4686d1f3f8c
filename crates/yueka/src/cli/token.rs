//! `yueka token add|list|revoke`

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use service::kernel::{ApiTokenId, Right, local_time};
use service::staff::{NewToken, issue_token, list_tokens, revoke_token};

use super::table;
use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Tokens of the JSON API.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Issue a token for a service point; it is printed, this once
    Add(Add),
    /// List the tokens; the secrets are not kept
    List(List),
    /// Revoke a token: requests with it are refused from now on
    Revoke(Revoke),
}

/// `yueka token add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of the library
    #[arg(long, value_name = "CODE")]
    library: String,
    /// The code of its service point: what is done with the token is done there
    #[arg(long, value_name = "CODE")]
    service_point: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do, as open_cards or report_loss; may be given several times
    #[arg(long = "right", value_name = "RIGHT", value_parser = right, required = true)]
    rights: Vec<Right>,
}

/// `yueka token list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

/// `yueka token revoke`
#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    config: ConfigFile,
    /// Its id, as `yueka token list` shows it
    id: ApiTokenId,
}

fn right(word: &str) -> Result<Right, String> {
    word.parse().map_err(|_| format!("a token can have {}", Right::ALL.map(Right::as_str).join(", ")))
}

impl Token {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run().await?,
            Self::List(list) => list.run().await?,
            Self::Revoke(revoke) => revoke.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let library = opening::library(&tree, &self.library)?;
        let service_point = opening::service_point(&tree, library, &self.service_point)?;
        let new = NewToken { name: self.name, service_point, rights: self.rights };
        let secret = service.write(actor, async |op| issue_token(op, &new).await).await.map_err(told)?;
        println!("{secret}");
        eprintln!("It is shown this once, and works at {} {}.", self.library, self.service_point);
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let tokens = service.read(actor.clone(), list_tokens).await.map_err(told)?;
        let rows: Vec<_> = tokens
            .iter()
            .map(|token| {
                let point = tree.points_under(actor.scope).find(|point| point.id == token.service_point);
                let library = point.and_then(|point| tree.library(point.library));
                let rights: Vec<&str> = token.rights.iter().map(|right| right.as_str()).collect();
                [
                    token.id.to_string(),
                    token.name.clone(),
                    library.map(|library| library.code.clone()).unwrap_or_default(),
                    point.map(|point| point.code.clone()).unwrap_or_default(),
                    rights.join(" "),
                    local_time(token.since),
                    token
                        .revoked_at
                        .map_or_else(|| "works".to_owned(), |at| format!("revoked {}", local_time(at))),
                ]
            })
            .collect();
        table::print(["id", "name", "library", "point", "rights", "since", "state"], &rows);
        Ok(())
    }
}

impl Revoke {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let id = self.id;
        let revoked = service.write(actor, async move |op| revoke_token(op, id).await).await;
        if let Err(service::Error::NotFound(_)) = revoked {
            bail!("no token {id} works: `yueka token list` shows them");
        }
        revoked.map_err(told)?;
        println!("Revoked {id}.");
        Ok(())
    }
}
