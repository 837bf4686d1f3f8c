//! The database: an embedded SQLite file or PostgreSQL, behind one face.
//!
//! SQLite knows one writer at a time. Its writers queue here, in order of arrival, for the one connection that writes,
//! instead of polling a lock that some never get; readers have connections of their own and are never in the way (WAL).

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    QueryResult, RuntimeErr, SqlErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    Value,
};

use super::{Error, Result};

/// Which engine keeps the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// An embedded file.
    Sqlite,
    /// A PostgreSQL server, 13 or later.
    Postgres,
}

/// Where the data lies, and how many connections may be held.
#[derive(Clone)]
pub struct DatabaseOptions {
    place: Place,
    connections: u32,
}

#[derive(Clone)]
enum Place {
    File(PathBuf),
    Memory,
    Server(String),
}

impl std::fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of a server may hold a password.
        match &self.place {
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Memory => f.write_str("sqlite in memory"),
            Place::Server(_) => f.write_str("postgres"),
        }
    }
}

impl DatabaseOptions {
    /// `postgres://…` for a server, `sqlite:PATH` or a path for a file.
    #[must_use]
    pub fn from_url(url: &str) -> Self {
        let place = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Place::Server(url.to_owned())
        } else {
            let path = url.strip_prefix("sqlite:").unwrap_or(url);
            Place::File(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
        };
        Self { place, connections: 16 }
    }

    /// An embedded file.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self { place: Place::File(path.to_owned()), connections: 8 }
    }

    /// In memory, for as long as the program runs; nothing of it touches a disk. One connection reads and writes.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { place: Place::Memory, connections: 1 }
    }

    /// How many connections to hold at most.
    #[must_use]
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections.max(1);
        self
    }
}

/// Connections to the database.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    writers: DatabaseConnection,
    readers: DatabaseConnection,
}

/// What an engine says of itself.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Its version, in its own words.
    pub version: String,
    /// The first number of a server's version.
    pub major: Option<i64>,
    /// What a server's clock shows.
    pub now: Option<DateTime<Utc>>,
}

/// How long a caller waits for a connection before being told that the house is full.
const PATIENCE: Duration = Duration::from_secs(30);

impl Database {
    /// Connects. The schema is not touched: see [`Self::migrate`].
    ///
    /// # Errors
    /// When the file or server can't be reached.
    pub async fn connect(options: DatabaseOptions) -> Result<Self> {
        match options.place {
            Place::File(path) => {
                // KiB of pages that a connection may keep. The writer touches indexes of keyed hashes, which lie anywhere.
                let open = |connections: u32, cache: u32| {
                    let path = path.clone();
                    let mut options = embedded(connections);
                    options.map_sqlx_sqlite_opts(move |options| {
                        options
                            .in_memory(false)
                            .shared_cache(false)
                            .filename(&path)
                            .create_if_missing(true)
                            .foreign_keys(true)
                            // Other processes (the command line beside a running server) may hold the lock.
                            .busy_timeout(PATIENCE)
                            .pragma("journal_mode", "WAL")
                            .pragma("synchronous", "FULL")
                            .pragma("temp_store", "MEMORY")
                            .pragma("cache_size", format!("-{cache}"))
                            .statement_cache_capacity(200)
                    });
                    sea_orm::Database::connect(options)
                };
                let writers = open(1, 32_000).await?;
                let readers = open(options.connections, 4_000).await?;
                Ok(Self { engine: Engine::Sqlite, writers, readers })
            }
            Place::Memory => {
                let mut connect = embedded(1);
                connect.map_sqlx_sqlite_opts(|options| {
                    options.foreign_keys(true).pragma("temp_store", "MEMORY").statement_cache_capacity(200)
                });
                let pool = sea_orm::Database::connect(connect).await?;
                Ok(Self { engine: Engine::Sqlite, writers: pool.clone(), readers: pool })
            }
            Place::Server(url) => {
                let mut connect = ConnectOptions::new(url);
                connect
                    .max_connections(options.connections)
                    .acquire_timeout(PATIENCE)
                    .test_before_acquire(false)
                    .test_before_acquire_if_idle_for(Duration::from_secs(10))
                    .sqlx_logging(false);
                let pool = sea_orm::Database::connect(connect).await?;
                Ok(Self { engine: Engine::Postgres, writers: pool.clone(), readers: pool })
            }
        }
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Brings the schema up to this release.
    ///
    /// # Errors
    /// When a migration fails; it is then undone as a whole where the engine can.
    pub async fn migrate(&self) -> Result<()> {
        Migrator::up(&self.writers, None).await?;
        Ok(())
    }

    /// The names of migrations that this release has and the database has not. What a later release brought in is no
    /// matter: schemas expand first, so that the release before runs on them. Nothing is written.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let done = self.migrations_done().await?;
        let ours = Migrator::migrations().into_iter().map(|migration| migration.name().to_owned());
        Ok(ours.filter(|name| !done.contains(name)).collect())
    }

    /// The names of migrations that the database has and this release does not know: a later one was here.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn later_migrations(&self) -> Result<Vec<String>> {
        let ours: Vec<String> =
            Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        Ok(self.migrations_done().await?.into_iter().filter(|name| !ours.contains(name)).collect())
    }

    async fn migrations_done(&self) -> Result<Vec<String>> {
        Ok(migration::done(&self.writers).await?)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<()> {
        self.readers.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// What the engine says of itself.
    ///
    /// # Errors
    /// When it can't be asked.
    pub async fn survey(&self) -> Result<Survey> {
        let (backend, sql) = match self.engine {
            Engine::Sqlite => (DbBackend::Sqlite, "SELECT sqlite_version() AS version"),
            Engine::Postgres => (
                DbBackend::Postgres,
                "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::bigint AS number, \
                 floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now",
            ),
        };
        let row = self.readers.query_one_raw(Statement::from_string(backend, sql)).await?;
        let row = row.ok_or_else(|| Error::internal("the database says nothing of itself"))?;
        let version = row.try_get("", "version")?;
        Ok(match self.engine {
            Engine::Sqlite => Survey { version, major: None, now: None },
            Engine::Postgres => Survey {
                version,
                major: Some(row.try_get::<i64>("", "number")? / 10_000),
                now: DateTime::from_timestamp_millis(row.try_get("", "now")?),
            },
        })
    }

    /// Closes all connections; the embedded file is then whole without its log.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close(self) -> Result<()> {
        self.readers.close().await?;
        self.writers.close().await?;
        Ok(())
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn tamper(&self, sql: &str) -> Result<u64> {
        Ok(self.writers.execute_unprepared(sql).await?.rows_affected())
    }

    /// Rows of one statement that reads, without a transaction around it: a statement sees one moment as it is.
    pub(crate) async fn look(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        let statement = Statement::from_sql_and_values(self.readers.get_database_backend(), sql, values);
        Ok(self.readers.query_all_raw(statement).await?)
    }

    /// The same for one row, which then need not be waited for twice: for the row, and for the end after it.
    pub(crate) async fn look_for_one(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>> {
        let statement = Statement::from_sql_and_values(self.readers.get_database_backend(), sql, values);
        Ok(self.readers.query_one_raw(statement).await?)
    }

    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.engine == Engine::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writers.begin_with_options(options).await?)
    }

    pub(crate) async fn begin_read(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            access_mode: (self.engine == Engine::Postgres).then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        Ok(self.readers.begin_with_options(options).await?)
    }
}

/// SQLite in this process, in memory until it is told its file: connections stay open for as long as the house does.
fn embedded(connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>);
    options
}

/// A small file of its own, beside any house: what a laptop keeps. One connection; what is committed is on the disk.
pub(crate) async fn open_file(path: &Path) -> Result<DatabaseConnection> {
    let path = path.to_owned();
    let mut options = embedded(1);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .in_memory(false)
            .shared_cache(false)
            .filename(&path)
            .create_if_missing(false)
            .busy_timeout(PATIENCE)
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("temp_store", "MEMORY")
    });
    Ok(sea_orm::Database::connect(options).await?)
}

/// Tells races, which are run again, and a full house from real faults.
pub(super) fn classify(error: DbErr) -> Error {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Error::Raced;
    }
    if let DbErr::ConnectionAcquire(_) = error {
        return Error::Busy;
    }
    if let DbErr::Query(RuntimeErr::SqlxError(fault)) | DbErr::Exec(RuntimeErr::SqlxError(fault)) = &error
        && let Some(code) = fault.as_database_error().and_then(|fault| fault.code())
    {
        match code.as_ref() {
            // PostgreSQL: serialization failure, deadlock.
            "40001" | "40P01" => return Error::Raced,
            // SQLite: busy, in its plain and extended forms.
            "5" | "517" | "261" => return Error::Busy,
            _ => {}
        }
    }
    // The text of a constraint fault can hold values of the row; only its kind goes on.
    match error {
        DbErr::Query(RuntimeErr::SqlxError(fault)) | DbErr::Exec(RuntimeErr::SqlxError(fault)) => {
            match fault.as_database_error() {
                Some(fault) => Error::Internal(format!(
                    "database fault {:?}, constraint {:?}, {}",
                    fault.code(),
                    fault.constraint(),
                    without_values(fault.message())
                )),
                None => Error::internal(fault),
            }
        }
        other => Error::internal(other),
    }
}

/// Messages of the engines name columns and types; what stands in quotes or after "Key" may be a value.
fn without_values(message: &str) -> String {
    message.split(['(', '\'']).next().unwrap_or_default().trim().to_owned()
}
