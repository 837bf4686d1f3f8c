//! Dependencies point one way, and are configured once.

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::repo::{File, Finding, Repo};

const RULE: &str = "dependencies";

const STORAGE: &[&str] =
    &["sea-orm*", "sqlx*", "rusqlite", "libsqlite3-sys", "tokio-postgres", "yueka-migration"];
const FACES: &[&str] = &[
    "axum*",
    "askama*",
    "clap*",
    "tower*",
    "hyper*",
    "utoipa*",
    "yueka-sip2",
    "yueka-web",
    "yueka-machines",
    "yueka",
];
const OURS: &[&str] = &["yueka*"];

/// A crate, what it must not know, and what it does instead.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    ("documents", OURS, "it is published by itself: move the code, or give it what it needs as an argument"),
    ("sip2", OURS, "it is published by itself: move the code, or give it what it needs as an argument"),
    ("migration", &["yueka-service", "yueka-web", "yueka-machines", "yueka"], "migrations know tables only"),
    ("service", FACES, "the business knows no face: return a typed outcome and let the face present it"),
    ("web", STORAGE, "a face calls an operation of yueka-service and never the database"),
    (
        "web",
        &["yueka-machines", "yueka"],
        "faces do not know each other: what they share belongs in yueka-service",
    ),
    ("machines", STORAGE, "a face calls an operation of yueka-service and never the database"),
    ("ils", STORAGE, "a circulation asks the house, and another system; never the database"),
    ("ils", &["yueka-web", "yueka-machines", "yueka"], "it stands behind the business, and knows no face"),
    (
        "machines",
        &["yueka-web", "yueka"],
        "faces do not know each other: what they share belongs in yueka-service",
    ),
];

pub fn check(repo: &Repo) -> Result<Vec<Finding>> {
    let root: Table = match repo.get("Cargo.toml") {
        Some(file) => file.text.parse().context("Cargo.toml")?,
        None => Table::new(),
    };
    let workspace = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let mut findings = Vec::new();
    for file in repo.under("", "/Cargo.toml") {
        let manifest: Table = file.text.parse().with_context(|| file.path.clone())?;
        if manifest.get("lints").and_then(|lints| lints.get("workspace")) != Some(&Value::Boolean(true)) {
            findings.push(file.finding(
                0,
                RULE,
                "the lints are the workspace's: add [lints] workspace = true",
            ));
        }
        for (name, value) in dependencies(&manifest) {
            check_one(file, name, value, workspace, &mut findings);
        }
    }
    Ok(findings)
}

fn check_one(file: &File, name: &str, value: &Value, workspace: Option<&Value>, findings: &mut Vec<Finding>) {
    let at = file.text.find(&format!("\n{name}")).map_or(0, |at| at + 1);
    let inherited = value.get("workspace") == Some(&Value::Boolean(true));
    if !inherited {
        let message = format!(
            "{name} is configured here: put it in the root's [workspace.dependencies] and say workspace = true"
        );
        findings.push(file.finding(at, RULE, message));
    }
    let source = if inherited { workspace.and_then(|workspace| workspace.get(name)) } else { Some(value) };
    let package = source.and_then(|source| source.get("package")).and_then(Value::as_str).unwrap_or(name);
    let folder = file.path.trim_start_matches("crates/").trim_end_matches("/Cargo.toml");
    for (_, forbidden, instead) in FORBIDDEN.iter().filter(|(owner, ..)| *owner == folder) {
        if forbidden.iter().any(|pattern| matches(pattern, package)) {
            findings.push(file.finding(
                at,
                RULE,
                format!("{folder} must not depend on {package}: {instead}"),
            ));
        }
    }
}

/// All tables of dependencies: for tests, for building, for one target too.
fn dependencies(manifest: &Table) -> Vec<(&str, &Value)> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(targets)
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flat_map(Table::iter)
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

fn matches(pattern: &str, package: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => package.starts_with(start),
        None => package == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[workspace.dependencies]\nmigration = { package = \"yueka-migration\", path = \"x\" }\naxum = \"1\"\n";

    fn found(path: &str, manifest: &str) -> Vec<Finding> {
        check(&Repo::of(&[("Cargo.toml", ROOT), (path, manifest)])).unwrap()
    }

    #[test]
    fn a_face_that_reaches_the_database_is_refused() {
        for bad in [
            "[dependencies]\nmigration.workspace = true\n[lints]\nworkspace = true\n",
            "[dev-dependencies]\nsea-orm.workspace = true\n[lints]\nworkspace = true\n",
            "[target.'cfg(unix)'.dependencies]\nsqlx-core.workspace = true\n[lints]\nworkspace = true\n",
        ] {
            assert_eq!(found("crates/web/Cargo.toml", bad).len(), 1, "{bad}");
            assert_eq!(found("crates/machines/Cargo.toml", bad).len(), 1, "{bad}");
            assert_eq!(found("crates/yueka/Cargo.toml", bad), [], "{bad}");
        }
        let axum = "[dependencies]\naxum.workspace = true\n[lints]\nworkspace = true\n";
        assert_eq!(found("crates/web/Cargo.toml", axum), []);
        assert_eq!(found("crates/service/Cargo.toml", axum).len(), 1);
    }

    #[test]
    fn versions_and_lints_stand_in_the_root() {
        assert_eq!(found("crates/yueka/Cargo.toml", "[dependencies]\nserde = \"1\"\n").len(), 2);
    }
}
