//! `yueka check`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use service::Service;
use service::kernel::{Actor, Clock, Database, Engine, KeyProof, local_time};
use service::records;

use crate::config::{Config, ConfigFile};
use crate::opening;

/// Seconds that two clocks may differ.
const CLOCKS: i64 = 5;
/// MiB that should be free where the data lies.
const FREE: u64 = 1024;

/// Look whether all is well, and say how to mend what is not; exit code 1 when something is wrong.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    config: ConfigFile,
}

/// What was found so far.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn ok(&mut self, what: &str, detail: &str) {
        println!("ok     {what}: {detail}");
    }

    fn wrong(&mut self, what: &str, detail: &str) {
        self.wrong += 1;
        println!("WRONG  {what}: {detail}");
    }

    /// What is no fault, and may be one here.
    fn note(&self, what: &str, detail: &str) {
        println!("note   {what}: {detail}");
    }

    fn tell(&mut self, what: &str, found: Result<String, String>) {
        match found {
            Ok(detail) => self.ok(what, &detail),
            Err(detail) => self.wrong(what, &detail),
        }
    }
}

impl Check {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let mut findings = Findings::default();
        match self.config.read() {
            Ok(config) => {
                findings.ok("configuration", "every setting is known and can be used");
                look(&config, &mut findings).await;
            }
            Err(error) => findings.wrong("configuration", &format!("{error:#}")),
        }
        Ok(match findings.wrong {
            0 => ExitCode::SUCCESS,
            wrong => {
                println!("\n{wrong} to mend.");
                ExitCode::FAILURE
            }
        })
    }
}

async fn look(config: &Config, findings: &mut Findings) {
    let folder = data_folder(config);
    findings.tell("data folder", writable(&folder));
    findings.tell("disk", free_space(&folder).await);
    let keys = opening::keys(config);
    match &keys {
        Ok(_) => {
            findings.ok("key ring", &format!("{} can be read by its owner only", config.keys.file.display()))
        }
        Err(error) => findings.wrong("key ring", &format!("{error:#}")),
    }
    let database = match opening::connect(config).await {
        Ok(database) => database,
        Err(error) => return findings.wrong("database", &format!("{error:#}")),
    };
    findings.tell("database", engine(&database).await);
    let migrated = migrations(&database).await;
    let up_to_date = migrated.is_ok();
    findings.tell("migrations", migrated);
    if let (Ok(keys), true) = (keys, up_to_date) {
        let service = Service::new(database.clone(), Arc::new(keys), Clock::system());
        findings.tell("keys and data", fit(config, &service).await);
        findings.tell("clock", clock(&service).await);
        findings.tell("end of the chains", kept(&service));
        libraries_of_systems(config, &service, findings).await;
    }
    if database.engine() == Engine::Postgres {
        findings.tell("clocks", clocks(&database).await);
    }
    circulation(config, findings).await;
    if config.http.is_in_the_clear() {
        findings.wrong(
            "http",
            "passwords and cookies cross the network in the clear: put a proxy with TLS in front, and set \
             http.secure_cookies = true",
        );
    }
    if config.http.hides_addresses() {
        findings.note(
            "http",
            "behind a proxy all sign-ins seem to come from one address, and tries by all of them are counted together: \
             where a proxy stands in front, have it send X-Forwarded-For and set http.trust_forwarded_for = true",
        );
    }
    if let Err(error) = database.close().await {
        findings.wrong("database", &format!("it did not close: {error}"));
    }
}

/// Whether each circulation system answers, and what it says of itself.
async fn circulation(config: &Config, findings: &mut Findings) {
    let systems = config.circulation.systems();
    for system in &systems {
        let what = format!("circulation, {}", system.name());
        match system.survey().await {
            Ok(survey) if survey.tells_of_readers == Some(false) => findings.wrong(
                &what,
                &format!("{survey}, but it says that it tells nothing of readers (63): have that allowed there (docs/ils.md)"),
            ),
            Ok(survey) => findings.ok(&what, &survey.to_string()),
            Err(fault) => findings.wrong(
                &what,
                &format!("{fault}; until it answers, cards are not cancelled or replaced (docs/ils.md)"),
            ),
        }
    }
}

/// A code that no library has would leave its readers out in silence.
async fn libraries_of_systems(config: &Config, service: &Service, findings: &mut Findings) {
    let Ok(tree) = opening::tree(service).await else { return };
    for (system, codes) in config.circulation.libraries() {
        for code in codes {
            if let Err(error) = opening::library(&tree, code) {
                findings.wrong(&format!("circulation, {system}"), &error.to_string());
            }
        }
    }
}

/// Where the data lies: the embedded database's folder, or on a server's client that of the key ring.
fn data_folder(config: &Config) -> PathBuf {
    let file = config.database.file().unwrap_or_else(|| config.keys.file.clone());
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn writable(folder: &Path) -> Result<String, String> {
    if !folder.is_dir() {
        let shown = folder.display();
        return Err(format!("there is no folder {shown}: make it, or mend database.url and keys.file"));
    }
    let draft = folder.join(format!(".yueka-check-{}", std::process::id()));
    let shown = folder.display();
    std::fs::write(&draft, "")
        .and_then(|()| std::fs::remove_file(&draft))
        .map(|()| format!("{shown} can be written to"))
        .map_err(|fault| {
            format!(
                "{shown} can't be written to ({fault}): run this as the user of the service, or `chown` it"
            )
        })
}

async fn free_space(folder: &Path) -> Result<String, String> {
    let unknown =
        |why: &str| format!("how much is free is not known ({why}): look with `df -h {}`", folder.display());
    let output =
        tokio::process::Command::new("df").args(["-Pk", "--"]).arg(folder).env("LC_ALL", "C").output();
    let output = output.await.map_err(|fault| unknown(&fault.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let free = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    let free = free.ok_or_else(|| unknown("df says nothing"))? / 1024;
    if free < FREE {
        return Err(format!("{free} MiB are free at {}: make room for {FREE} at least", folder.display()));
    }
    Ok(format!("{free} MiB are free at {}", folder.display()))
}

async fn engine(database: &Database) -> Result<String, String> {
    let survey = database.survey().await.map_err(|error| error.to_string())?;
    opening::old_server(&survey).map_err(|error| error.to_string())?;
    Ok(match database.engine() {
        Engine::Sqlite => format!("SQLite {}", survey.version),
        Engine::Postgres => format!("PostgreSQL {}", survey.version),
    })
}

async fn clocks(database: &Database) -> Result<String, String> {
    let clock = Clock::system();
    let before = clock.now();
    let survey = database.survey().await.map_err(|error| error.to_string())?;
    let server = survey.now.ok_or("the server does not tell its time")?;
    // The server read its clock somewhere between the two.
    let middle = before + (clock.now() - before) / 2;
    let apart = (server - middle).num_milliseconds();
    if apart.abs() > CLOCKS * 1000 {
        let way = if apart > 0 { "ahead of" } else { "behind" };
        let seconds = apart.abs() / 1000;
        return Err(format!(
            "the database server is {seconds} s {way} this computer: keep both in time with NTP"
        ));
    }
    Ok(format!("this computer and the database server differ by {} ms", apart.abs()))
}

async fn migrations(database: &Database) -> Result<String, String> {
    let pending = database.pending_migrations().await.map_err(|error| error.to_string())?;
    if !pending.is_empty() {
        return Err(format!("{} to come: make a backup, then run `yueka migrate`", pending.join(", ")));
    }
    let later = database.later_migrations().await.map_err(|error| error.to_string())?;
    Ok(match later.len() {
        0 => "the database is up to date".to_owned(),
        _ => format!("a later release brought the database further ({})", later.join(", ")),
    })
}

/// A clock that goes back makes ages, time-outs and records wrong.
async fn clock(service: &Service) -> Result<String, String> {
    let now = service.clock().now();
    let sealed =
        service.read(Actor::nobody(), records::last_sealed).await.map_err(|error| error.to_string())?;
    let shown = format!("it is {} in Foshan", local_time(now));
    match sealed.filter(|sealed| (*sealed - now).num_seconds() > CLOCKS) {
        None => Ok(shown),
        Some(sealed) => Err(format!(
            "{shown} by this computer, but records were sealed at {}: keep the clock in time with NTP",
            local_time(sealed)
        )),
    }
}

/// Whether the ends of the chains can be kept beside the key ring.
fn kept(service: &Service) -> Result<String, String> {
    let path = records::heads_file(service.keys());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    writable(folder).map(|_| format!("they are kept in {}", path.display()))
}

async fn fit(config: &Config, service: &Service) -> Result<String, String> {
    match service.key_proof().await.map_err(|error| error.to_string())? {
        KeyProof::Fits => Ok("the key ring is the one that this database was written with".to_owned()),
        KeyProof::Unmet => {
            Ok("the database has not met a key ring yet; `yueka serve` introduces this one".to_owned())
        }
        KeyProof::Differs => Err(opening::foreign_keys(config)),
    }
}
