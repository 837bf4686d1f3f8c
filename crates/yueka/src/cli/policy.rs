//! `yueka policy list|set|clear`

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use service::Error;
use service::kernel::{Invalid, local_time};
use service::libraries::{self, Policy as Which, PolicySetting};

use super::at::AtLibrary;
use super::table;
use super::told::told;

/// What libraries set for themselves.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Show what is in force at a library, and whose setting that is
    List(AtLibrary),
    /// Set something for a library and everything under it
    Set(Set),
    /// Give something back to whom the library stands under; in the end the standard's default holds
    Clear(Clear),
}

/// `yueka policy set`
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    at: AtLibrary,
    /// What to set, as `policy list` names it
    #[arg(value_parser = policy)]
    policy: Which,
    /// The value
    #[arg(allow_hyphen_values = true)]
    value: String,
}

/// `yueka policy clear`
#[derive(Debug, Args)]
pub struct Clear {
    #[command(flatten)]
    at: AtLibrary,
    /// What to give back, as `policy list` names it
    #[arg(value_parser = policy)]
    policy: Which,
}

fn policy(word: &str) -> Result<Which, String> {
    Which::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = Which::ALL.iter().map(|policy| policy.as_str()).collect();
        format!("there are {}", known.join(", "))
    })
}

impl Policy {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::List(at) => list(&at).await?,
            Self::Set(to) => set(&to.at, to.policy, Some(to.value)).await?,
            Self::Clear(clear) => set(&clear.at, clear.policy, None).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(at: &AtLibrary) -> Result<()> {
    let (service, actor, tree, library) = at.open().await?;
    let settings = service.read(actor, async move |op| libraries::policies(op, library).await).await?;
    let row = |setting: &PolicySetting| {
        let by = setting.set_by.and_then(|id| tree.library(id));
        [
            setting.policy.as_str().to_owned(),
            setting.value.to_string(),
            by.map_or_else(|| "the standard".to_owned(), |library| library.code.clone()),
            setting.set_at.map(local_time).unwrap_or_default(),
            setting.policy.clause().to_owned(),
        ]
    };
    let rows: Vec<_> = settings.iter().map(row).collect();
    table::print(["policy", "value", "set by", "since", "clause"], &rows);
    Ok(())
}

async fn set(at: &AtLibrary, policy: Which, value: Option<String>) -> Result<()> {
    let (service, actor, _, library) = at.open().await?;
    let set = service
        .write(actor, async move |op| {
            libraries::set_policy(op, library, policy, value.as_deref()).await?;
            libraries::policy(op, library, policy).await
        })
        .await;
    let value = set.map_err(|error| match error {
        Error::Invalid(Invalid(_)) => {
            anyhow!("{policy} can't have this value: {}", policy.takes(), policy = policy.as_str())
        }
        other => told(other),
    })?;
    if value.to_string().is_empty() {
        println!("{} at {}: empty.", policy.as_str(), at.code);
    } else {
        println!("{} at {}: {value}.", policy.as_str(), at.code);
    }
    Ok(())
}
