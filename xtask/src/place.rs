//! Where things are.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// The repository and its build folder.
pub struct Place {
    pub root: PathBuf,
    pub target: PathBuf,
}

impl Place {
    pub fn find() -> Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = root.parent().context("xtask is in the repository")?.to_owned();
        let metadata = run::output(
            Command::new(cargo()).args(["metadata", "--no-deps", "--format-version=1"]).current_dir(&root),
        )?;
        let (_, rest) = metadata
            .split_once(r#""target_directory":""#)
            .context("cargo metadata names no target directory")?;
        let (target, _) = rest.split_once('"').context("cargo metadata ends early")?;
        Ok(Self { root, target: PathBuf::from(target) })
    }

    /// What was installed for this project alone.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder of the browser tests.
    pub fn browser(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// The program as `cargo build` leaves it.
    pub fn binary(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("yueka")
    }

    /// A cargo command in the repository.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root);
        command
    }
}

fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
