//! Where a command is meant: at a library, or at a service point in the name of an account of staff, so that what is done is checked
//! and recorded as at a desk.

use anyhow::Result;
use clap::{Args, ValueEnum};
use service::Service;
use service::kernel::{Actor, LibraryId};
use service::libraries::Tree;
use service::records::Presence;
use service::staff;

use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Who serves, and where.
#[derive(Debug, Args)]
pub struct At {
    #[command(flatten)]
    config: ConfigFile,
    /// The account of staff in whose name this is done
    #[arg(long, value_name = "USERNAME")]
    staff: String,
    /// The code of the library
    #[arg(long, value_name = "CODE")]
    library: String,
    /// The code of the service point
    #[arg(long, value_name = "CODE", default_value = "D1")]
    service_point: String,
}

/// At which library.
#[derive(Debug, Args)]
pub struct AtLibrary {
    #[command(flatten)]
    config: ConfigFile,
    /// The code of the library
    #[arg(long = "library", value_name = "CODE")]
    pub code: String,
}

/// Who stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Who {
    Reader,
    Guardian,
    Agent,
}

impl Who {
    pub fn presence(self) -> Presence {
        match self {
            Self::Reader => Presence::Reader,
            Self::Guardian => Presence::Guardian,
            Self::Agent => Presence::Agent,
        }
    }
}

impl At {
    /// The house, and the account at its point.
    pub async fn open(&self) -> Result<(Service, Actor)> {
        let service = opening::house(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let library = opening::library(&tree, &self.library)?;
        let point = opening::service_point(&tree, library, &self.service_point)?;
        let (system, username) = (opening::system(&service).await?, self.staff.clone());
        let actor = service
            .read(system, async move |op| staff::stand_in(op, &username, point).await)
            .await
            .map_err(told)?;
        Ok((service, actor))
    }
}

impl AtLibrary {
    /// The house, the program itself in it, and the library among the others.
    pub async fn open(&self) -> Result<(Service, Actor, Tree, LibraryId)> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let library = opening::library(&tree, &self.code)?;
        Ok((service, actor, tree, library))
    }
}
