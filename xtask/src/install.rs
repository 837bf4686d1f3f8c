//! Brings what the checks need and the machine lacks: Debian's packages for the machine, the rest under target/tools.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::place::Place;
use crate::{postgres, run};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Need {
    Postgres,
    Chromium,
    Node,
    NodeModules,
    Python,
    Nextest,
    /// A SIP2 client that others wrote.
    Sip2Client,
}

pub struct Installer<'a> {
    place: &'a Place,
}

impl<'a> Installer<'a> {
    pub fn new(place: &'a Place) -> Self {
        Self { place }
    }

    /// Brings what is missing of these, in the order that works.
    pub fn bring(&self, needs: &[Need]) -> Result<()> {
        let mut packages: Vec<&str> = Vec::new();
        for need in needs {
            packages.extend(debian_packages(*need));
        }
        packages.sort_unstable();
        packages.dedup();
        if !packages.is_empty() {
            timed(&format!("Debian packages {}", packages.join(" ")), || debian(&packages))?;
        }
        for need in needs {
            match need {
                Need::NodeModules => self.node_modules()?,
                Need::Python => self.python()?,
                Need::Nextest => nextest(self.place)?,
                Need::Sip2Client => self.sip2_client()?,
                Need::Postgres | Need::Chromium | Need::Node => {}
            }
            if let Some(missing) = debian_packages(*need).first() {
                bail!("{missing} is installed, but what it should bring is not found");
            }
        }
        Ok(())
    }

    /// The interpreter of the Python oracles.
    pub fn python_program(&self) -> PathBuf {
        self.place.tools().join("python/bin/python")
    }

    /// The SIP2 client of Evergreen, as a program of its own: as a library it would change features of ours.
    pub fn sip2_client_program(&self) -> PathBuf {
        self.place.tools().join("sip2/bin/sip2-client-cli")
    }

    fn sip2_client(&self) -> Result<()> {
        if self.sip2_client_program().is_file() {
            return Ok(());
        }
        timed("sip2-client-cli", || {
            let mut install = self.place.cargo();
            install.args(["install", "--quiet", "--locked", "sip2", "--version", "0.3.4", "--root"]);
            run::output(install.arg(self.place.tools().join("sip2"))).map(|_| ())
        })
    }

    fn python(&self) -> Result<()> {
        let folder = self.place.tools().join("python");
        let requirements = self.place.root.join("xtask/requirements.txt");
        up_to_date(&requirements, &folder.join("installed.txt"), "Python oracles", || {
            run::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
            let mut pip = Command::new(self.python_program());
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
            run::output(pip.arg(&requirements))?;
            // What is used without most of what it asks for. Its versions are named in the other file too, so that a change is seen.
            let mut bare = Command::new(self.python_program());
            bare.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
            bare.arg("--requirement").arg(self.place.root.join("xtask/requirements-bare.txt"));
            run::output(&mut bare).map(|_| ())
        })
    }

    fn node_modules(&self) -> Result<()> {
        let folder = self.place.browser();
        let stamp = folder.join("node_modules/.installed-lock.json");
        up_to_date(&folder.join("package-lock.json"), &stamp, "node modules", || {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
            run::output(npm.current_dir(&folder)).map(|_| ())
        })
    }
}

/// Whether we are the administrator.
pub fn is_root() -> bool {
    run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// A node command.
pub fn node() -> Command {
    Command::new("node")
}

/// The browser: `YUEKA_CHROMIUM`, or the first that is installed.
pub fn chromium() -> Result<PathBuf> {
    find_chromium().context("no Chromium is installed")
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("YUEKA_CHROMIUM") {
        return Some(PathBuf::from(chosen));
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| in_path(name))
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The packages that would fill a need which is not met.
fn debian_packages(need: Need) -> Vec<&'static str> {
    let mut packages = Vec::new();
    match need {
        Need::Postgres if postgres::programs().is_none() => packages.push("postgresql"),
        Need::Chromium => {
            if find_chromium().is_none() {
                packages.push("chromium");
            }
            if !Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() {
                packages.push("fonts-noto-cjk");
            }
        }
        Need::Node | Need::NodeModules => {
            if !node_is_new_enough() {
                packages.push("nodejs");
            }
            if !run::answers("npm") {
                packages.push("npm");
            }
        }
        Need::Python if !run::quiet(Command::new("python3").args(["-c", "import ensurepip, venv"])) => {
            packages.extend(["python3", "python3-venv"]);
        }
        Need::Postgres | Need::Python | Need::Nextest | Need::Sip2Client => {}
    }
    packages
}

/// 18 is what Debian 12 has.
fn node_is_new_enough() -> bool {
    let version = run::output(node().arg("--version")).unwrap_or_default();
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    major.parse::<u32>().is_ok_and(|major| major >= 18)
}

fn debian(packages: &[&str]) -> Result<()> {
    let by_hand = || format!("install by hand what gives: {}", packages.join(", "));
    if in_path("apt-get").is_none() {
        bail!("this is no Debian: {}", by_hand());
    }
    let apt = || {
        let mut command = Command::new(if is_root() { "apt-get" } else { "sudo" });
        if !is_root() {
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-o", "Acquire::Retries=3"]);
        command
    };
    run::output(apt().arg("update")).with_context(by_hand)?;
    run::output(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
        .with_context(by_hand)?;
    Ok(())
}

/// nextest, unless it cannot be had: then `cargo test` does.
fn nextest(place: &Place) -> Result<()> {
    if has_nextest(place) {
        return Ok(());
    }
    let built = timed("cargo-nextest", || {
        run::output(place.cargo().args(["install", "--quiet", "--locked", "cargo-nextest"])).map(|_| ())
    });
    if let Err(error) = built {
        println!("  no cargo-nextest, cargo test takes its place: {error:#}");
    }
    Ok(())
}

pub fn has_nextest(place: &Place) -> bool {
    run::quiet(place.cargo().args(["nextest", "--version"]))
}

/// Does the work unless `stamp` says that it was done for this very `source`.
fn up_to_date(source: &Path, stamp: &Path, what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = std::fs::read(source).with_context(|| format!("reading {}", source.display()))?;
    if std::fs::read(stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    timed(what, || {
        work()?;
        std::fs::write(stamp, &wanted).with_context(|| format!("writing {}", stamp.display()))
    })
}

fn timed(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let begun = Instant::now();
    work().with_context(|| format!("installing {what}"))?;
    println!("  installed {what} ({:.1} s)", begun.elapsed().as_secs_f64());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_again_when_its_source_changes() {
        let folder = std::env::temp_dir().join(format!("yueka-install-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (source, stamp) = (folder.join("source"), folder.join("stamp"));
        let mut times = 0;
        for text in ["one", "one", "two", "two"] {
            std::fs::write(&source, text).unwrap();
            up_to_date(&source, &stamp, "nothing", || {
                times += 1;
                Ok(())
            })
            .unwrap();
        }
        std::fs::write(&source, "three").unwrap();
        up_to_date(&source, &stamp, "nothing", || bail!("no")).unwrap_err();
        assert_eq!(std::fs::read_to_string(&stamp).unwrap(), "two");
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(times, 2);
    }
}
