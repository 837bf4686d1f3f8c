//! `yueka reader note add|list|remove`

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;
use service::kernel::{NoteId, local_time};
use service::readers::{self, NewNote};
use service::records::{Access, Look, log_access};

use super::{Desk, Named};
use crate::cli::told::told;
use crate::cli::{input, table};

/// Notes of staff about a reader; the reader has a right to read them.
#[derive(Debug, Subcommand)]
pub enum Note {
    /// Write a note
    Add(Add),
    /// List the notes in force; the look is logged
    List(Named),
    /// Take a note away
    Remove(Remove),
}

/// `yueka reader note add`
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    named: Named,
    /// A file with what it says, up to 500 characters; "-" is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    text: PathBuf,
    /// Who reads it: federation or library
    #[arg(long, default_value = "federation")]
    visibility: String,
    /// Show it on top when the reader's page is opened
    #[arg(long)]
    alert: bool,
    /// The last day, YYYY-MM-DD
    #[arg(long, default_value = "")]
    until: String,
}

/// `yueka reader note remove`
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    named: Named,
    /// The note, as `yueka reader note list` shows it
    note: NoteId,
}

impl Note {
    pub async fn run(self) -> Result<()> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(named) => list(&named).await,
            Self::Remove(remove) => remove.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let text = input::text(&self.text)?;
        let Desk { service, actor, reader } = self.named.take().await?;
        let note =
            NewNote { reader, text, visibility: self.visibility, alert: self.alert, until: self.until };
        let id = service
            .write(actor, async move |op| readers::add_note(op, note.clone()).await)
            .await
            .map_err(told)?;
        println!("Written: {id}");
        Ok(())
    }
}

async fn list(named: &Named) -> Result<()> {
    let Desk { service, actor, reader } = named.take().await?;
    let notes = service
        .write(actor, async move |op| {
            readers::view(op, reader).await?;
            let detail = json!({ "page": "notes" });
            log_access(op, Access { look: Look::Viewed, reader: Some(reader), detail, reason: None }).await?;
            readers::notes(op, reader).await
        })
        .await
        .map_err(told)?;
    let rows: Vec<[String; 5]> = notes
        .into_iter()
        .map(|note| {
            let until = note.until.map(|day| day.to_string()).unwrap_or_default();
            let kind = if note.alert { "alert" } else { "" };
            [note.id.to_string(), local_time(note.added_at), until, kind.to_owned(), note.text]
        })
        .collect();
    table::print(["note", "since", "until", "", "text"], &rows);
    Ok(())
}

impl Remove {
    async fn run(self) -> Result<()> {
        let Desk { service, actor, reader } = self.named.take().await?;
        let id = self.note;
        service
            .write(actor, async move |op| readers::remove_note(op, reader, id).await)
            .await
            .map_err(told)?;
        println!("Taken away: {id}");
        Ok(())
    }
}
