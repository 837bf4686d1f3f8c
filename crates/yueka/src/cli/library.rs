//! `yueka library load|list`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::Value;
use serde::Deserialize;
use service::kernel::{Actor, LibraryId};
use service::libraries::{
    self, LibraryEntry, LibraryKind, LoadProblem, Loaded, PointEntry, Policy, ServicePointKind,
};

use super::table;
use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Libraries and service points.
#[derive(Debug, Subcommand)]
pub enum Library {
    /// Bring in a federation's libraries, service points and policies, or what has changed about them
    Load(Load),
    /// List libraries and service points
    List(List),
}

/// `yueka library load`
#[derive(Debug, Args)]
pub struct Load {
    #[command(flatten)]
    config: ConfigFile,
    /// The list: see docs/libraries.sample.toml
    file: PathBuf,
}

/// `yueka library list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    library: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    under: Option<String>,
    kind: String,
    name: String,
    name_hant: String,
    name_en: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    service_point: Vec<Point>,
    #[serde(default)]
    policy: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    code: String,
    kind: String,
    name: String,
}

impl Library {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Load(load) => load.run().await?,
            Self::List(list) => list.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Load {
    async fn run(self) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let entries = read(&self.file)?;
        let tree = opening::tree(&service).await?;
        let scope = tree.root().map_or(LibraryId(uuid::Uuid::nil()), |root| root.id);
        let loaded = service
            .write(Actor::system(scope), async |op| libraries::load(op, &entries).await)
            .await
            .map_err(told)?;
        match loaded {
            Loaded::Done { added, changed, unchanged } => {
                println!(
                    "Libraries, service points and policies: {added} added, {changed} changed, {unchanged} as before."
                );
                Ok(())
            }
            Loaded::Refused(problems) => {
                let problems: Vec<String> = problems.iter().map(in_words).collect();
                bail!("nothing was loaded. In {}:\n  {}", self.file.display(), problems.join("\n  "))
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<LibraryEntry>> {
    if !path.is_file() {
        bail!("there is no file {}", path.display());
    }
    let sheet: Sheet = Figment::from(Toml::file_exact(path)).extract().map_err(|fault| {
        let place = fault.path.join(".");
        let place = if place.is_empty() { String::new() } else { format!(" at {place} (counted from 0)") };
        anyhow!(
            "{}{place}: {}; docs/libraries.sample.toml shows what belongs there",
            path.display(),
            fault.kind
        )
    })?;
    sheet.library.into_iter().map(entry).collect()
}

fn entry(entry: Entry) -> Result<LibraryEntry> {
    let Some(kind) = LibraryKind::ALL.into_iter().find(|kind| kind.as_str() == entry.kind) else {
        let known = LibraryKind::ALL.map(LibraryKind::as_str).join(", ");
        bail!("library {}: kind is \"{}\", but can be {known}", entry.code, entry.kind);
    };
    let mut points = Vec::new();
    for point in entry.service_point {
        let Some(kind) = ServicePointKind::ALL.into_iter().find(|kind| kind.as_str() == point.kind) else {
            let known = ServicePointKind::ALL.map(ServicePointKind::as_str).join(", ");
            bail!(
                "service point {} of {}: kind is \"{}\", but can be {known}",
                point.code,
                entry.code,
                point.kind
            );
        };
        points.push(PointEntry { code: point.code, kind, name: point.name });
    }
    let mut policies = Vec::new();
    for (name, value) in entry.policy {
        let Some(policy) = Policy::from_word(&name) else {
            let known: Vec<&str> = Policy::ALL.iter().map(|policy| policy.as_str()).collect();
            bail!("library {}: there is no policy {name}, but {}", entry.code, known.join(", "));
        };
        let number = value.to_i128().map(|number| number.to_string());
        let text = number.or_else(|| value.into_string());
        let text = text.with_context(|| format!("library {}: {name} is a number or a text", entry.code))?;
        policies.push((policy, text));
    }
    Ok(LibraryEntry {
        code: entry.code,
        under: entry.under,
        kind,
        names: [entry.name, entry.name_hant, entry.name_en],
        address: entry.address,
        phone: entry.phone,
        hours: entry.hours,
        points,
        policies,
    })
}

fn in_words(problem: &LoadProblem) -> String {
    let of = |library: &str, point: &Option<String>| match point {
        None => format!("library {library}"),
        Some(point) => format!("service point {point} of {library}"),
    };
    match problem {
        LoadProblem::Code(library, point) => {
            format!("{}: a code has 1 to 20 letters, digits and hyphens", of(library, point))
        }
        LoadProblem::Twice(library, point) => format!("{} is there twice", of(library, point)),
        LoadProblem::Name(library, point) => {
            format!("{}: each name has 1 to 60 characters, in all three languages", of(library, point))
        }
        LoadProblem::Policy(library, policy) => {
            format!("library {library}: {} is {}", policy.as_str(), policy.takes())
        }
        LoadProblem::Under(library, under) => {
            format!("library {library}: nobody knows {under}, under which it stands; name that one first")
        }
        LoadProblem::Place(library) => format!(
            "library {library}: the federation stands under nothing, members under the federation, branches under members \
             or branches"
        ),
        LoadProblem::SecondFederation(library) => format!("library {library}: there is a federation already"),
        LoadProblem::Differs(library, point) => format!(
            "{} is known as something else, or under another library: give the new one a code of its own",
            of(library, point)
        ),
    }
}

impl List {
    async fn run(self) -> Result<()> {
        let service = opening::house(&self.config.read()?).await?;
        let tree = opening::tree(&service).await?;
        let mut rows = Vec::new();
        for library in tree.libraries() {
            let under = library.parent.and_then(|parent| tree.library(parent));
            let under = under.map(|above| above.code.clone()).unwrap_or_default();
            rows.push([library.code.clone(), under, library.kind.as_str().to_owned(), library.name.clone()]);
            let own = tree.points_under(library.id).filter(|point| point.library == library.id);
            rows.extend(own.map(|point| {
                let code = format!("  {}", point.code);
                [code, library.code.clone(), point.kind.as_str().to_owned(), point.name.clone()]
            }));
        }
        table::print(["code", "under", "kind", "name"], &rows);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_libraries_can_be_read() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/libraries.sample.toml");
        let entries = read(&sample).unwrap();
        assert!(entries.len() > 2 && entries.iter().any(|entry| !entry.points.is_empty()));
    }
}
