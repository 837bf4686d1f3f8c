//! `yueka reader …`: the services of a desk for one reader, named by the number of their card or the id of their record.
//!
//! They are rendered in the name of an account of staff, at one of its service points, and checked and recorded as at the desk. What is
//! personal is read from files or standard input and written to files; on the command line history and process lists would keep it.

mod amend;
mod blocks;
mod change_many;
mod export;
mod merge;
mod notes;
mod passwords;
mod photo;
mod requests;
mod show;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use service::Service;
use service::cards;
use service::kernel::{Actor, ReaderId};

use super::at::At;
use super::told::told;

/// One reader.
#[derive(Debug, Subcommand)]
pub enum Reader {
    /// Show a reader, masked: data, cards, guardian, blocks; the look is logged
    Show(Named),
    /// Change what is known of a reader (4.2.1)
    Amend(amend::Amend),
    /// Reset the password of their card to the default (4.2.3)
    ResetPassword(passwords::Asked),
    /// Open a sign-in that was locked after failed tries (4.2.3)
    Unlock(passwords::Asked),
    /// Make two records of one person one (6.1.3.2)
    Merge(merge::Merge),
    /// Undo a merge within 30 days
    UndoMerge(merge::Undo),
    /// List the latest merges
    Merges(merge::List),
    /// Notes of staff about a reader
    #[command(subcommand)]
    Note(notes::Note),
    /// Block a reader: they can't borrow or enter (A.3.1)
    Block(blocks::Block),
    /// Lift a block
    Unblock(blocks::Unblock),
    /// The reader's photo
    #[command(subcommand)]
    Photo(photo::Photo),
    /// Write down all that is held about a reader (5.3); the look is logged with the reason
    Export(export::Export),
    /// What readers ask for (4.2.1)
    #[command(subcommand)]
    Requests(requests::Requests),
    /// Change many readers at once, from a list or a search; looked at first, and undone as a whole (4.2.1)
    #[command(subcommand)]
    ChangeMany(change_many::ChangeMany),
}

/// Which reader, and who serves where.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    at: At,
    /// The number of their card, or the id of their record
    reader: String,
}

/// A reader found, and the hands to serve them with.
struct Desk {
    service: Service,
    actor: Actor,
    reader: ReaderId,
}

impl Named {
    async fn take(&self) -> Result<Desk> {
        let (service, actor) = self.at.open().await?;
        let reader = named(&service, &actor, &self.reader).await?;
        Ok(Desk { service, actor, reader })
    }
}

/// The reader of a card's number or a record's id.
async fn named(service: &Service, actor: &Actor, name: &str) -> Result<ReaderId> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let number = name.to_owned();
    let found = service
        .read(actor.clone(), async move |op| {
            let card = cards::by_number(op, &number).await?;
            cards::card(op, card).await
        })
        .await;
    Ok(found.map_err(told)?.reader)
}

impl Reader {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Show(named) => show::run(&named).await?,
            Self::Amend(asked) => asked.run().await?,
            Self::ResetPassword(asked) => asked.reset().await?,
            Self::Unlock(asked) => asked.unlock().await?,
            Self::Merge(asked) => asked.run().await?,
            Self::UndoMerge(asked) => asked.run().await?,
            Self::Merges(list) => list.run().await?,
            Self::Note(note) => note.run().await?,
            Self::Block(asked) => asked.run().await?,
            Self::Unblock(asked) => asked.run().await?,
            Self::Photo(photo) => photo.run().await?,
            Self::Export(asked) => asked.run().await?,
            Self::Requests(requests) => requests.run().await?,
            Self::ChangeMany(change) => change.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
