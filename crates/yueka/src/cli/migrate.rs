//! `yueka migrate`

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use service::Service;
use service::kernel::{Clock, KeyProof, KeyRing};

use crate::config::ConfigFile;
use crate::opening;

/// Make the database, or bring it up to this release.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    config: ConfigFile,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let config = self.config.read()?;
        if let Some(path) = config.database.file() {
            make_private(&path)?;
        }
        let database = opening::connect_or_create(&config).await?;
        let pending = database.pending_migrations().await?;
        let later = database.later_migrations().await?;
        match (pending.as_slice(), later.as_slice()) {
            ([], []) => println!("The database is up to date."),
            ([], later) => println!(
                "Nothing to do: a later release brought this database further ({}).",
                later.join(", ")
            ),
            (_, []) => {
                database.migrate().await.context(
                    "the schema can't be brought up to date; nothing is served until it is. Look at the rights of the \
                     database's user, or restore your backup",
                )?;
                println!("Done: {}.", pending.join(", "));
            }
            (_, later) => bail!(
                "the database has migrations that this release does not know ({}): run a release that does",
                later.join(", ")
            ),
        }
        let path = &config.keys.file;
        let met = database.has_met_keys().await?;
        let new = !met && !path.exists();
        let keys = if new { KeyRing::open_or_create(path)? } else { opening::keys(&config)? };
        let service = Service::new(database, Arc::new(keys), Clock::system());
        if service.prove_keys().await? == KeyProof::Differs {
            bail!("{}", opening::foreign_keys(&config));
        }
        if new {
            println!(
                "A new key ring: {}. Copy it to a safe place now, apart from backups of the database: what is sealed with it \
                 can't be read without it.",
                path.display()
            );
        }
        service.database().clone().close().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// An embedded database is its owner's alone; its log and its index follow the file.
fn make_private(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(fault) if fault.kind() != std::io::ErrorKind::AlreadyExists => Err(fault).with_context(|| {
            format!("{} can't be made: mend database.url, or make its folder", path.display())
        }),
        _ => Ok(()),
    }
}
