//! A PostgreSQL of our own: made for one run, on a free port of this machine, gone afterwards.
//!
//! It keeps its promises (`fsync` and all else at their defaults), because tests and benches ask what survives a
//! crash and what a commit costs.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::install::{Installer, Need, is_root};
use crate::place::Place;
use crate::run::{lock, output, quiet};

/// Folders are called this and the process that made them.
const PREFIX: &str = "yueka-pg-";

/// The clusters that run: an interrupt stops them.
static RUNNING: Mutex<Vec<Stop>> = Mutex::new(Vec::new());

/// A server that runs until this is dropped.
pub struct Cluster {
    url: String,
    stop: Stop,
    server: Child,
}

#[derive(Clone, PartialEq)]
struct Stop {
    programs: PathBuf,
    folder: PathBuf,
}

/// `cargo xtask pg`.
pub fn command(place: &Place) -> Result<()> {
    Installer::new(place).bring(&[Need::Postgres])?;
    let mut cluster = Cluster::start(place)?;
    println!("{}\nexport YUEKA_TEST_POSTGRES={0}\nCtrl-C stops and removes it", cluster.url());
    let status = cluster.server.wait()?;
    bail!("PostgreSQL has ended by itself: {status}");
}

impl Cluster {
    pub fn start(place: &Place) -> Result<Self> {
        let programs = programs().context("PostgreSQL's initdb is not installed")?;
        let base = base(place)?;
        sweep(&programs, &base);
        let folder = base.join(format!("{PREFIX}{}", std::process::id()));
        make(&folder)?;
        let stop = Stop { programs, folder };
        lock(&RUNNING).push(stop.clone());
        let started = stop.init().and_then(|()| stop.serve());
        if started.is_err() {
            stop.stop();
        }
        let (server, port) = started?;
        Ok(Self { url: format!("postgres://yueka@127.0.0.1:{port}/postgres"), stop, server })
    }

    /// Of a superuser, who may create databases.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop.stop();
        let _ = self.server.wait();
    }
}

/// Stops every cluster that this process has started.
pub fn stop_all() {
    let running = lock(&RUNNING).clone();
    running.iter().for_each(Stop::stop);
}

impl Stop {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn program(&self, name: &str) -> Command {
        as_server(&self.programs.join(name), &self.folder)
    }

    fn init(&self) -> Result<()> {
        let mut initdb = self.program("initdb");
        initdb.arg("--pgdata").arg(self.data());
        initdb.args(["--username=yueka", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        output(&mut initdb).map(|_| ())
    }

    fn serve(&self) -> Result<(Child, u16)> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = std::fs::File::create(self.log())?;
        let mut postgres = self.program("postgres");
        postgres.arg("-D").arg(self.data()).arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "shared_buffers=256MB",
            "timezone=UTC",
        ] {
            postgres.args(["-c", setting]);
        }
        // A Ctrl-C reaches a whole process group; this one is stopped last, by us.
        postgres.process_group(0).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut server = postgres.spawn().context("starting PostgreSQL")?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            if quiet(self.program("pg_isready").args(["-h", "127.0.0.1", "-p", &port.to_string()])) {
                return Ok((server, port));
            }
            if server.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL does not start:\n{}", std::fs::read_to_string(self.log()).unwrap_or_default())
    }

    fn stop(&self) {
        let mut running = lock(&RUNNING);
        if !running.contains(self) {
            return;
        }
        end(&self.programs, &self.folder);
        running.retain(|other| other != self);
    }
}

/// Stops the server of a folder, if one runs there, and removes the folder.
fn end(programs: &Path, folder: &Path) {
    let data = folder.join("data");
    quiet(
        as_server(&programs.join("pg_ctl"), folder).args(["stop", "-m", "immediate", "-w", "-D"]).arg(data),
    );
    let _ = std::fs::remove_dir_all(folder);
}

/// PostgreSQL refuses to be root.
fn as_server(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}

/// A folder on a real disk that the server's account can reach: a build folder below /root it cannot.
fn base(place: &Place) -> Result<PathBuf> {
    let ours = place.tools().join("pg");
    std::fs::create_dir_all(&ours).with_context(|| format!("making {}", ours.display()))?;
    let reachable = !is_root()
        || quiet(
            Command::new("runuser").args(["-u", "postgres", "--", "test", "-x"]).arg(&ours).current_dir("/"),
        );
    Ok(if reachable { ours } else { PathBuf::from("/var/tmp") })
}

fn make(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    if is_root() {
        output(Command::new("chown").arg("postgres").arg(folder))?;
    }
    Ok(())
}

/// What a run that was killed has left.
fn sweep(programs: &Path, base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(maker) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
        if !Path::new("/proc").join(maker).exists() {
            end(programs, &entry.path());
        }
    }
}

/// The folder of the newest server that is installed; Debian keeps it out of PATH.
pub fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let in_path: Vec<PathBuf> = std::env::split_paths(&in_path).collect();
    found
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(in_path)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// What psql says.
#[cfg(test)]
fn ask(cluster: &Cluster, sql: &str) -> String {
    output(cluster.stop.program("psql").args([cluster.url(), "-Atc", sql])).unwrap().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn process_a_cluster_is_truthful_and_leaves_nothing() {
        if programs().is_none() {
            eprintln!("no PostgreSQL here: `cargo xtask test tests` installs one");
            return;
        }
        let place = Place::find().unwrap();
        let cluster = Cluster::start(&place).unwrap();
        let mut settings = String::new();
        for name in ["fsync", "synchronous_commit", "max_connections", "server_encoding", "listen_addresses"]
        {
            writeln!(settings, "{name} {}", ask(&cluster, &format!("SHOW {name}"))).unwrap();
        }
        assert_eq!(
            settings,
            "fsync on\nsynchronous_commit on\nmax_connections 300\nserver_encoding UTF8\nlisten_addresses 127.0.0.1\n"
        );
        ask(&cluster, "CREATE DATABASE one");
        let folder = cluster.stop.folder.clone();
        assert!(folder.exists());
        drop(cluster);
        assert!(!folder.exists());
    }
}
