//! `yueka staff add|list|close|reopen`

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::kernel::{Actor, Role, random_password};
use service::libraries::Tree;
use service::staff::{NewStaff, StaffEntry, add_staff, list_staff, set_active};

use super::table;
use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Accounts of staff.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// Add an account; its password is made and printed, this once
    Add(Add),
    /// List the accounts
    List(List),
    /// Close an account, and sign it out everywhere
    Close(Account),
    /// Open a closed account again
    Reopen(Account),
}

/// `yueka staff add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of their library
    #[arg(long, value_name = "CODE")]
    library: String,
    /// clerk, `group_clerk`, `finance_clerk`, `branch_manager`, `federation_admin` or auditor
    #[arg(long, value_parser = role)]
    role: Role,
    /// What they sign in with
    #[arg(long, value_name = "NAME")]
    username: String,
    /// Their name, as colleagues and readers see it
    #[arg(long)]
    name: String,
    /// Take the password from the first line of standard input instead of making one
    #[arg(long)]
    password_stdin: bool,
}

/// `yueka staff list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
    /// Only those of this library and everything under it
    #[arg(long, value_name = "CODE")]
    library: Option<String>,
}

/// `yueka staff close`, `yueka staff reopen`
#[derive(Debug, Args)]
pub struct Account {
    #[command(flatten)]
    config: ConfigFile,
    /// What they sign in with
    username: String,
}

fn role(word: &str) -> Result<Role, String> {
    word.parse().map_err(|_| format!("the roles are {}", Role::ALL.map(Role::as_str).join(", ")))
}

impl Staff {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run().await?,
            Self::List(list) => list.run().await?,
            Self::Close(account) => account.set(false).await?,
            Self::Reopen(account) => account.set(true).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let actor = opening::system(&service).await?;
        let library = opening::library(&opening::tree(&service).await?, &self.library)?;
        let (password, made) = match self.password_stdin {
            true => (first_line()?, false),
            false => (random_password()?, true),
        };
        let new = NewStaff { username: self.username, name: self.name, library, role: self.role, password };
        let hash = new.password_hash().await?;
        service.write(actor, async |op| add_staff(op, &new, &hash).await).await.map_err(told)?;
        println!("Added {}, {} at {}.", new.username.trim().to_lowercase(), new.role, self.library);
        if made {
            println!("Password: {}", new.password);
            println!("It is shown this once. Ask them to change it under their name, top right.");
        }
        Ok(())
    }
}

fn first_line() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("standard input can't be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("standard input holds no password: give it as its first line, or leave --password-stdin out");
    }
    Ok(password.to_owned())
}

impl List {
    async fn run(self) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let mut actor = opening::system(&service).await?;
        let tree = opening::tree(&service).await?;
        if let Some(code) = self.library {
            actor = Actor::system(opening::library(&tree, &code)?);
        }
        let rows: Vec<_> = accounts(&service, actor).await?.iter().map(|entry| row(&tree, entry)).collect();
        table::print(["username", "name", "role", "library", "codes", "state"], &rows);
        Ok(())
    }
}

async fn accounts(service: &Service, actor: Actor) -> Result<Vec<StaffEntry>> {
    service.read(actor, list_staff).await.map_err(told)
}

fn row(tree: &Tree, entry: &StaffEntry) -> [String; 6] {
    let library = tree.library(entry.library).map(|library| library.code.clone());
    [
        entry.username.clone(),
        entry.name.clone(),
        entry.role.to_string(),
        library.unwrap_or_default(),
        if entry.uses_codes { "yes" } else { "no" }.to_owned(),
        if entry.active { "open" } else { "closed" }.to_owned(),
    ]
}

impl Account {
    async fn set(self, active: bool) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let actor = opening::system(&service).await?;
        let username = self.username.trim().to_lowercase();
        let known = accounts(&service, actor.clone()).await?;
        let Some(account) = known.iter().find(|entry| entry.username == username) else {
            bail!("there is no account {username}: `yueka staff list` shows them");
        };
        let id = account.id;
        service.write(actor, async move |op| set_active(op, id, active).await).await.map_err(told)?;
        println!(
            "{username} is {}.",
            if active { "open again" } else { "closed, and signed out everywhere" }
        );
        Ok(())
    }
}
