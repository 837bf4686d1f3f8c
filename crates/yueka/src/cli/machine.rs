//! `yueka machine add|list|set|close`

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::kernel::{hash_password, local_time, random_password};
use service::machines::{
    CHARSETS, CHECKS, MachineEntry, MachineSettings, NewMachine, TERMINATORS, add_machine, change_machine,
    close_machine, list_machines,
};

use super::table;
use super::told::told;
use crate::config::{Config, ConfigFile};
use crate::opening;

/// Accounts of SIP2 machines.
#[derive(Debug, Subcommand)]
pub enum Machine {
    /// Add an account for a machine; its password is made and printed, this once
    Add(Box<Add>),
    /// List the accounts
    List(List),
    /// Change an account
    Set(Box<Set>),
    /// Close an account: its messages are not answered any more
    Close(Account),
}

/// How a machine speaks, and what it may.
#[derive(Debug, Args)]
struct Speech {
    /// Where it stands, in words
    #[arg(long)]
    name: Option<String>,
    /// How it speaks: strict, interlib, wenhua, jinpan, or one of the settings' own
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Its charset: utf8, gbk, gb18030, or dialect for that of the dialect
    #[arg(long, value_parser = |word: &str| one_of(word, CHARSETS))]
    charset: Option<String>,
    /// What is done about wrong checksums: strict, lenient, off, or dialect
    #[arg(long, value_parser = |word: &str| one_of(word, CHECKS))]
    checks: Option<String>,
    /// What ends an answer: cr, lf, crlf, or dialect
    #[arg(long, value_parser = |word: &str| one_of(word, TERMINATORS))]
    terminator: Option<String>,
    /// A network it may call from, as 10.3.0.0/16; may be given several times. Without any: from everywhere
    #[arg(long = "from", value_name = "NETWORK")]
    from: Vec<String>,
    /// What it may call its library in AO besides the code; may be given several times
    #[arg(long = "institution", value_name = "CODE")]
    institutions: Vec<String>,
    /// Whether readers are asked for their password there
    #[arg(long, value_name = "BOOL")]
    asks_password: Option<bool>,
    /// Whether cards are opened there
    #[arg(long, value_name = "BOOL")]
    opens_cards: Option<bool>,
    /// Whether it is an entry gate, so that whoever it asks about and may enter is noted as a visit
    #[arg(long, value_name = "BOOL")]
    records_visits: Option<bool>,
    /// Take the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// `yueka machine add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of the library
    #[arg(long, value_name = "CODE")]
    library: String,
    /// The code of its service point, of the kind machine
    #[arg(long, value_name = "CODE")]
    service_point: String,
    /// What it signs in with (CN)
    login: String,
    #[command(flatten)]
    speech: Speech,
}

/// `yueka machine list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

/// `yueka machine set`
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    speech: Speech,
    /// Give it another password, which is made and printed, this once
    #[arg(long)]
    new_password: bool,
    /// Let it call from everywhere
    #[arg(long, conflicts_with = "from")]
    from_anywhere: bool,
}

/// `yueka machine close`
#[derive(Debug, Args)]
pub struct Account {
    #[command(flatten)]
    config: ConfigFile,
    /// What it signs in with
    login: String,
}

fn one_of(word: &str, words: [&'static str; 3]) -> Result<String, String> {
    let known = word == "dialect" || words.contains(&word);
    known.then(|| word.to_owned()).ok_or_else(|| format!("write one of {}, dialect", words.join(", ")))
}

impl Machine {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run().await?,
            Self::List(list) => list.run().await?,
            Self::Set(set) => set.run().await?,
            Self::Close(account) => account.close().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Speech {
    /// Changes settings by what was said.
    fn change(&self, settings: &mut MachineSettings, config: &Config) -> Result<()> {
        let own = |said: &Option<String>, value: &mut Option<String>| {
            if let Some(word) = said {
                *value = Some(word.clone()).filter(|word| word != "dialect");
            }
        };
        own(&self.charset, &mut settings.charset);
        own(&self.checks, &mut settings.checks);
        own(&self.terminator, &mut settings.terminator);
        if let Some(name) = &self.name {
            settings.name.clone_from(name);
        }
        if let Some(dialect) = &self.dialect {
            let known = config.sip2.dialects();
            if !known.contains_key(dialect) {
                let known: Vec<&str> = known.keys().map(String::as_str).collect();
                bail!("there is no dialect {dialect}: there are {}", known.join(", "));
            }
            settings.dialect.clone_from(dialect);
        }
        if !self.from.is_empty() {
            settings.addresses = self.from.join(" ");
        }
        if !self.institutions.is_empty() {
            settings.institutions = self.institutions.join(" ");
        }
        settings.asks_password = self.asks_password.unwrap_or(settings.asks_password);
        settings.opens_cards = self.opens_cards.unwrap_or(settings.opens_cards);
        settings.records_visits = self.records_visits.unwrap_or(settings.records_visits);
        Ok(())
    }

    /// The password from standard input, or a new one where one is wanted; and whether it was made.
    fn password(&self, make: bool) -> Result<Option<(String, bool)>> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("standard input can't be read")?;
            return Ok(Some((line.trim_end_matches(['\r', '\n']).to_owned(), false)));
        }
        Ok(if make { Some((random_password()?, true)) } else { None })
    }
}

fn tell(login: &str, password: &str, made: bool) {
    if made {
        println!("{password}");
        eprintln!("The password of {login}. It is shown this once.");
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let config = self.config.read()?;
        let (service, actor) = opening::as_system(&config).await?;
        let tree = opening::tree(&service).await?;
        let library = opening::library(&tree, &self.library)?;
        let point = opening::service_point(&tree, library, &self.service_point)?;
        let mut settings = MachineSettings::new(&self.login, point, "strict");
        self.speech.change(&mut settings, &config)?;
        let (password, made) = self.speech.password(true)?.context("no password was given")?;
        let new = NewMachine { login: self.login.clone(), password: password.clone(), settings };
        let hash = new.password_hash().await?;
        service.write(actor, async |op| add_machine(op, &new, &hash).await).await.map_err(told)?;
        tell(&self.login, &password, made);
        Ok(())
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let machines = service.read(actor.clone(), list_machines).await.map_err(told)?;
        let rows: Vec<_> = machines
            .iter()
            .map(|machine| {
                let settings = &machine.settings;
                let point = tree.points_under(actor.scope).find(|point| point.id == settings.service_point);
                let library = point.and_then(|point| tree.library(point.library));
                let own = [&settings.charset, &settings.checks, &settings.terminator];
                let own: Vec<&str> = own.into_iter().flatten().map(String::as_str).collect();
                let may = [
                    (settings.opens_cards, "opens cards"),
                    (settings.records_visits, "gate"),
                    (!settings.asks_password, "no password"),
                ];
                let may: Vec<&str> = may.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
                [
                    machine.login.clone(),
                    settings.name.clone(),
                    library.map(|library| library.code.clone()).unwrap_or_default(),
                    point.map(|point| point.code.clone()).unwrap_or_default(),
                    [&[settings.dialect.as_str()][..], &own].concat().join(" "),
                    if settings.addresses.is_empty() {
                        "anywhere".to_owned()
                    } else {
                        settings.addresses.clone()
                    },
                    may.join(", "),
                    machine
                        .closed_at
                        .map_or_else(|| "works".to_owned(), |at| format!("closed {}", local_time(at))),
                    machine.seen_at.map_or_else(|| "never".to_owned(), local_time),
                ]
            })
            .collect();
        table::print(["login", "name", "library", "point", "dialect", "from", "is", "state", "seen"], &rows);
        Ok(())
    }
}

impl Set {
    async fn run(self) -> Result<()> {
        let config = self.account.config.read()?;
        let service = opening::house(&config).await?;
        let machine = self.account.find(&service).await?;
        let mut settings = machine.settings.clone();
        if self.from_anywhere {
            settings.addresses.clear();
        }
        self.speech.change(&mut settings, &config)?;
        let password = match self.speech.password(self.new_password)? {
            Some((password, made)) => Some((hash_password(&password).await?, password, made)),
            None => None,
        };
        let given = password.as_ref().map(|(hash, password, _)| (password.as_str(), hash.as_str()));
        let actor = opening::system(&service).await?;
        service
            .write(actor, async |op| change_machine(op, machine.id, &settings, given).await)
            .await
            .map_err(told)?;
        match &password {
            Some((_, password, true)) => tell(&self.account.login, password, true),
            _ => println!("Changed {}.", self.account.login),
        }
        Ok(())
    }
}

impl Account {
    async fn find(&self, service: &Service) -> Result<MachineEntry> {
        let actor = opening::system(service).await?;
        let machines = service.read(actor, list_machines).await.map_err(told)?;
        let found =
            machines.into_iter().find(|machine| machine.login == self.login && machine.closed_at.is_none());
        found.with_context(|| format!("no machine {} works: `yueka machine list` shows them", self.login))
    }

    async fn close(self) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let id = self.find(&service).await?.id;
        let actor = opening::system(&service).await?;
        service.write(actor, async move |op| close_machine(op, id).await).await.map_err(told)?;
        println!("Closed {}.", self.login);
        Ok(())
    }
}
