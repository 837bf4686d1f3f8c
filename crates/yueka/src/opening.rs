//! Opening the house on what the settings name, and refusing what would end badly: with how to mend it.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use delivery::RealNameService;
use service::Service;
use service::kernel::{Actor, Clock, Database, KeyProof, KeyRing, LibraryId, ServicePointId, Survey};
use service::libraries::{self, Tree};

use crate::config::Config;

/// The oldest PostgreSQL.
pub const OLDEST_POSTGRES: i64 = 13;

/// Connects to a database that exists.
pub async fn connect(config: &Config) -> Result<Database> {
    if let Some(path) = config.database.file().filter(|path| !path.exists()) {
        bail!("there is no database at {} yet: `yueka migrate` makes it", path.display());
    }
    connect_or_create(config).await
}

/// Connects; an embedded database is made where there is none.
pub async fn connect_or_create(config: &Config) -> Result<Database> {
    let database = Database::connect(config.database.options()).await.with_context(|| {
        match config.database.file() {
            Some(path) => format!("{} can't be opened: look at database.url, and at who owns the file", path.display()),
            None => "the PostgreSQL server can't be reached: look at database.url (host, port, user, password, database), \
                     and whether the server runs"
                .to_owned(),
        }
    })?;
    old_server(&database.survey().await?)?;
    Ok(database)
}

/// Refuses a server that is too old.
pub fn old_server(survey: &Survey) -> Result<()> {
    if let Some(major) = survey.major.filter(|major| *major < OLDEST_POSTGRES) {
        bail!("PostgreSQL {major} is too old: version {OLDEST_POSTGRES} or later is needed");
    }
    Ok(())
}

/// The house: its schema up to date, its keys those it was written with.
pub async fn house(config: &Config) -> Result<Service> {
    let database = connect(config).await?;
    let pending = database.pending_migrations().await?;
    if !pending.is_empty() {
        bail!(
            "the database is not up to date ({} to come: {}): make a backup, then run `yueka migrate`",
            pending.len(),
            pending.join(", ")
        );
    }
    let keys = keys(config)?;
    let service = Service::new(database, Arc::new(keys), Clock::system());
    let mut service = service.with_circulation(config.circulation.open());
    if let Some(real_name) = RealNameService::new(&config.real_name, Clock::system())? {
        service = service.with_real_name(Arc::new(real_name));
    }
    match service.prove_keys().await? {
        KeyProof::Fits | KeyProof::Unmet => Ok(service),
        KeyProof::Differs => bail!("{}", foreign_keys(config)),
    }
}

/// The key ring, which exists.
pub fn keys(config: &Config) -> Result<KeyRing> {
    let path = &config.keys.file;
    if !path.exists() {
        bail!(
            "there is no key ring at {}: restore it from your backup of keys, or mend keys.file; for a new database \
             `yueka migrate` makes one",
            path.display()
        );
    }
    Ok(KeyRing::open(path)?)
}

/// What to do about keys that belong to another database.
pub fn foreign_keys(config: &Config) -> String {
    format!(
        "the key ring {} is not the one that this database was written with: restore the right one from your backup of \
         keys, or mend keys.file or database.url",
        config.keys.file.display()
    )
}

/// The libraries and points.
pub async fn tree(service: &Service) -> Result<Tree> {
    Ok(service.read(Actor::nobody(), libraries::tree).await?)
}

/// The program itself, in the name of the federation.
pub async fn system(service: &Service) -> Result<Actor> {
    match tree(service).await?.root() {
        Some(root) => Ok(Actor::system(root.id)),
        None => bail!(
            "there are no libraries yet: `yueka library load FILE` brings them in (docs/libraries.sample.toml)"
        ),
    }
}

/// The house, and the program itself in it: for commands of whoever runs it.
pub async fn as_system(config: &Config) -> Result<(Service, Actor)> {
    let service = house(config).await?;
    let actor = system(&service).await?;
    Ok((service, actor))
}

/// The library of a code.
pub fn library(tree: &Tree, code: &str) -> Result<LibraryId> {
    match tree.libraries().find(|library| library.code == code) {
        Some(library) => Ok(library.id),
        None => {
            let known: Vec<&str> = tree.libraries().map(|library| library.code.as_str()).collect();
            bail!("there is no library {code}: there are {}", known.join(", "))
        }
    }
}

/// The service point of a code at a library.
pub fn service_point(tree: &Tree, library: LibraryId, code: &str) -> Result<ServicePointId> {
    let points: Vec<_> = tree.points_under(library).filter(|point| point.library == library).collect();
    match points.iter().find(|point| point.code == code) {
        Some(point) => Ok(point.id),
        None => {
            let known: Vec<&str> = points.iter().map(|point| point.code.as_str()).collect();
            bail!("the library has no service point {code}: it has {}", known.join(", "))
        }
    }
}
