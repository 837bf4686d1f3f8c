//! `yueka staff add|list|close|reopen|reset-password|remove-codes|set-role|move`

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::kernel::{Actor, Role, hash_password, is_good_password, random_password};
use service::libraries::Tree;
use service::staff::{
    NewStaff, StaffEntry, add_staff, list_staff, move_staff, remove_codes, reset_password, set_active,
    set_role,
};

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
    /// Give an account another password, which is made and printed, this once; sign it out everywhere
    ResetPassword(Reset),
    /// Stop asking an account for one-time codes, after its phone was lost; sign it out everywhere
    RemoveCodes(Account),
    /// Give an account another role; sign it out everywhere
    SetRole(SetRole),
    /// Move an account to another library; sign it out everywhere
    Move(Move),
}

/// `yueka staff add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of their library
    #[arg(long, value_name = "CODE")]
    library: String,
    /// One of clerk, group_clerk, finance_clerk, branch_manager, federation_admin, auditor
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

/// `yueka staff reset-password`
#[derive(Debug, Args)]
pub struct Reset {
    #[command(flatten)]
    account: Account,
    /// Take the password from the first line of standard input instead of making one
    #[arg(long)]
    password_stdin: bool,
}

/// `yueka staff set-role`
#[derive(Debug, Args)]
pub struct SetRole {
    #[command(flatten)]
    account: Account,
    /// The role, as `staff add` takes it
    #[arg(long, value_parser = role)]
    role: Role,
}

/// `yueka staff move`
#[derive(Debug, Args)]
pub struct Move {
    #[command(flatten)]
    account: Account,
    /// The code of the library
    #[arg(long, value_name = "CODE")]
    library: String,
}

/// `yueka staff close`, `yueka staff reopen`, `yueka staff remove-codes`
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
            Self::ResetPassword(reset) => reset.run().await?,
            Self::RemoveCodes(account) => account.remove_codes().await?,
            Self::SetRole(set) => set.run().await?,
            Self::Move(to) => to.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let library = opening::library(&opening::tree(&service).await?, &self.library)?;
        let (password, made) = password(self.password_stdin)?;
        let new = NewStaff { username: self.username, name: self.name, library, role: self.role, password };
        let hash = new.password_hash().await?;
        service.write(actor, async |op| add_staff(op, &new, &hash).await).await.map_err(told)?;
        println!("Added {}, {} at {}.", new.username.trim().to_lowercase(), new.role, self.library);
        if made {
            show_once(&new.password);
        }
        Ok(())
    }
}

/// From standard input, or made: then true.
fn password(from_stdin: bool) -> Result<(String, bool)> {
    Ok(if from_stdin { (first_line()?, false) } else { (random_password()?, true) })
}

fn show_once(password: &str) {
    println!("Password: {password}");
    println!(
        "It is shown this once. Ask them to change it: by a click on their name, at the top of each page."
    );
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
    /// The house, and the account that is named.
    async fn open(&self) -> Result<(Service, Actor, StaffEntry)> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let username = self.username.trim().to_lowercase();
        let known = accounts(&service, actor.clone()).await?;
        match known.into_iter().find(|entry| entry.username == username) {
            Some(account) => Ok((service, actor, account)),
            None => bail!("there is no account {username}: `yueka staff list` shows them"),
        }
    }

    async fn set(self, active: bool) -> Result<()> {
        let (service, actor, StaffEntry { id, username, .. }) = self.open().await?;
        service.write(actor, async move |op| set_active(op, id, active).await).await.map_err(told)?;
        let now = if active { "open again" } else { "closed, and signed out everywhere" };
        println!("{username} is {now}.");
        Ok(())
    }

    async fn remove_codes(self) -> Result<()> {
        let (service, actor, StaffEntry { id, username, .. }) = self.open().await?;
        service.write(actor, async move |op| remove_codes(op, id).await).await.map_err(told)?;
        println!("{username} signs in without one-time codes, and is signed out everywhere.");
        Ok(())
    }
}

impl Reset {
    async fn run(self) -> Result<()> {
        let (service, actor, StaffEntry { id, username, .. }) = self.account.open().await?;
        let (password, made) = password(self.password_stdin)?;
        if !is_good_password(&password) {
            bail!("the password is too weak: eight characters or more, with letters and digits");
        }
        let hash = hash_password(&password).await?;
        service.write(actor, async move |op| reset_password(op, id, &hash).await).await.map_err(told)?;
        println!("{username} has another password, and is signed out everywhere.");
        if made {
            show_once(&password);
        }
        Ok(())
    }
}

impl SetRole {
    async fn run(self) -> Result<()> {
        let (service, actor, StaffEntry { id, username, .. }) = self.account.open().await?;
        let role = self.role;
        service.write(actor, async move |op| set_role(op, id, role).await).await.map_err(told)?;
        println!("{username} is {role} now, and is signed out everywhere.");
        Ok(())
    }
}

impl Move {
    async fn run(self) -> Result<()> {
        let (service, actor, StaffEntry { id, username, .. }) = self.account.open().await?;
        let library = opening::library(&opening::tree(&service).await?, &self.library)?;
        service.write(actor, async move |op| move_staff(op, id, library).await).await.map_err(told)?;
        println!("{username} is at {} now, and is signed out everywhere.", self.library);
        Ok(())
    }
}
