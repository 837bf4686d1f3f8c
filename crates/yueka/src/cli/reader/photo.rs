//! `yueka reader photo set|get|remove`

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use service::readers;
use service::records::File;

use super::{Desk, Named};
use crate::cli::identity::Identity;
use crate::cli::input;
use crate::cli::told::told;

/// The reader's photo.
#[derive(Debug, Subcommand)]
pub enum Photo {
    /// Set it; the one before it is not kept
    Set(Set),
    /// Write it to a file; the look is logged
    Get(Path),
    /// Take it away
    Remove(Remove),
}

/// `yueka reader photo set`
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    path: Path,
    #[command(flatten)]
    identity: Identity,
}

/// `yueka reader photo remove`
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    identity: Identity,
}

/// `yueka reader photo get`
#[derive(Debug, Args)]
pub struct Path {
    #[command(flatten)]
    named: Named,
    /// A JPEG, PNG or WebP; "-" is standard input or output
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

impl Photo {
    pub async fn run(self) -> Result<()> {
        match self {
            Self::Set(Set { path, identity }) => {
                let check = identity.read()?;
                let photo = File(input::bytes(&path.file)?);
                let Desk { service, actor, reader } = path.named.take().await?;
                service
                    .write(actor, async move |op| readers::set_photo(op, reader, &photo, &check).await)
                    .await
                    .map_err(told)?;
                println!("The photo is set.");
            }
            Self::Get(path) => {
                let Desk { service, actor, reader } = path.named.take().await?;
                let (_, photo) = service
                    .write(actor, async move |op| readers::photo(op, reader).await)
                    .await
                    .map_err(told)?;
                input::write(&path.file, &photo.0)?;
            }
            Self::Remove(Remove { named, identity }) => {
                let check = identity.read()?;
                let Desk { service, actor, reader } = named.take().await?;
                service
                    .write(actor, async move |op| readers::remove_photo(op, reader, &check).await)
                    .await
                    .map_err(told)?;
                println!("The photo is taken away.");
            }
        }
        Ok(())
    }
}
