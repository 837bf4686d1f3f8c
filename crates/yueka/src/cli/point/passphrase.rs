//! The passphrase of a laptop: read from a file, or asked at the terminal, where it is not shown.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use service::kernel::SHORTEST_PASSPHRASE;
use service::points::Laptop;

use crate::cli::input;

/// Where the passphrase comes from.
#[derive(Debug, Args)]
pub struct Passphrase {
    /// A file with the passphrase of the laptop, or `-` for standard input; without it, it is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    /// The passphrase.
    pub fn read(&self) -> Result<String> {
        match &self.passphrase_file {
            Some(path) => input::text(path),
            None => ask("Passphrase of this laptop: "),
        }
    }

    /// A new one: long enough, and typed twice.
    pub fn choose(&self) -> Result<String> {
        let chosen = match &self.passphrase_file {
            Some(path) => input::text(path)?,
            None => {
                let chosen = ask("Choose a passphrase for this laptop (four words or more): ")?;
                if ask("Once more: ")? != chosen {
                    bail!("the two are not the same");
                }
                chosen
            }
        };
        if chosen.chars().count() < SHORTEST_PASSPHRASE {
            bail!(
                "the passphrase has fewer than {SHORTEST_PASSPHRASE} characters: it is all that stands between a thief \
                 and the people on this laptop; take four words or more"
            );
        }
        Ok(chosen)
    }

    /// The laptop in this folder, opened.
    pub async fn open(&self, folder: &Path) -> Result<Laptop> {
        exists(folder)?;
        Laptop::open(folder, &self.read()?).await.map_err(|error| told(folder, error))
    }
}

/// Ok when there is a point in this folder.
pub fn exists(folder: &Path) -> Result<()> {
    if folder.join("keys.json").exists() {
        return Ok(());
    }
    bail!("there is no mobile point in {}: `yueka point prepare` makes one", folder.display())
}

/// Why a laptop can't be opened, in words.
pub fn told(folder: &Path, error: service::Error) -> anyhow::Error {
    match error {
        service::Error::SignInRefused => {
            anyhow::anyhow!("the passphrase does not open {}", folder.display())
        }
        service::Error::Busy => {
            anyhow::anyhow!("the desk of {} is served already: stop that first", folder.display())
        }
        other => other.into(),
    }
}

fn ask(question: &str) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for the passphrase at: give --passphrase-file");
    }
    let mut out = std::io::stderr();
    write!(out, "{question}").and_then(|()| out.flush()).context("nothing can be asked here")?;
    let quiet = shown(false);
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    if quiet {
        shown(true);
        writeln!(out).context("nothing can be asked here")?;
    }
    read.context("nothing can be read here")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Whether the terminal shows what is typed; false when it could not be told.
fn shown(shown: bool) -> bool {
    let word = if shown { "echo" } else { "-echo" };
    let told = Command::new("stty").arg(word).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
    told.is_ok_and(|status| status.success())
}
