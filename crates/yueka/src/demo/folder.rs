//! The demo's folder: made by the demo, known by its marker; nothing else is ever removed.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// By this file the demo knows its own folder. It is locked while a demo runs there.
const MARKER: &str = ".yueka-demo";
const MARKER_TEXT: &str = "A folder of `yueka demo`; `yueka demo --fresh` empties it.\n";
/// All that the demo makes.
const OWN_FILES: [&str; 8] = [
    "yueka.db",
    "yueka.db-wal",
    "yueka.db-shm",
    "yueka.db-journal",
    "keys.json",
    "keys.heads.json",
    "filled.json",
    "demo.json",
];

/// A folder that this demo holds.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _held: File,
}

impl Folder {
    /// Takes a folder: a new or empty one, or one that a demo made. `fresh` empties it first.
    pub fn take(path: &Path, fresh: bool) -> Result<Self> {
        let shown = path.display();
        let marker = path.join(MARKER);
        if !marker.exists() {
            let empty = match fs::read_dir(path) {
                Ok(mut entries) => entries.next().is_none(),
                Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => true,
                Err(fault) => return Err(fault).with_context(|| format!("{shown} can't be looked into")),
            };
            if !empty {
                bail!("{shown} is not empty and no demo made it: name another folder with --data");
            }
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .with_context(|| format!("{shown} can't be made; name another folder with --data"))?;
            fs::write(&marker, MARKER_TEXT).with_context(|| format!("{shown} can't be written to"))?;
        }
        let held = File::open(&marker).with_context(|| format!("{} can't be read", marker.display()))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("a demo is running in {shown}: stop it, or name another folder with --data");
            }
            Err(TryLockError::Error(fault)) => {
                return Err(fault).with_context(|| format!("{shown} can't be locked"));
            }
        }
        let folder = Self { path: path.to_owned(), _held: held };
        if fresh || !folder.is_filled() {
            folder.empty()?;
        }
        folder.forget_run()?;
        Ok(folder)
    }

    /// Removes what is true only while a demo runs.
    pub fn forget_run(&self) -> Result<()> {
        remove(&self.demo_json())
    }

    fn empty(&self) -> Result<()> {
        // The mark of completeness goes first: whatever happens next, no half folder is taken for a whole one.
        remove(&self.filled_json())?;
        for name in OWN_FILES {
            remove(&self.path.join(name))?;
        }
        Ok(())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.path.join("yueka.db")
    }

    /// The key ring.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys.json")
    }

    /// What scripts read.
    pub fn demo_json(&self) -> PathBuf {
        self.path.join("demo.json")
    }

    /// What was filled in: written last, so that it says that nothing is missing.
    pub fn filled_json(&self) -> PathBuf {
        self.path.join("filled.json")
    }

    /// Whether all of the data is there.
    pub fn is_filled(&self) -> bool {
        self.filled_json().exists()
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
            Err(fault).with_context(|| format!("{} can't be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all, readable by its owner only: it holds passwords.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let draft = path.with_extension("draft");
    let write = || -> std::io::Result<()> {
        remove_draft(&draft)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    write().with_context(|| format!("{} can't be written", path.display()))
}

fn remove_draft(draft: &Path) -> std::io::Result<()> {
    match fs::remove_file(draft) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => Err(fault),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn somewhere(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yueka-folder-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn a_folder_that_no_demo_made_is_left_alone() {
        let path = somewhere("foreign");
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("thesis.txt"), "years of work").unwrap();
        for fresh in [false, true] {
            let refused = Folder::take(&path, fresh).unwrap_err().to_string();
            assert!(refused.contains("--data"), "{refused}");
        }
        assert!(path.join("thesis.txt").exists());
        fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn a_fresh_start_empties_its_own_folder_of_its_own_files_only() {
        let path = somewhere("own");
        let folder = Folder::take(&path, true).unwrap();
        assert!(Folder::take(&path, false).is_err(), "somebody is in it");
        fs::write(folder.database(), "data").unwrap();
        write_private(&folder.filled_json(), "{}").unwrap();
        assert_eq!(fs::metadata(folder.filled_json()).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(path.join("notes.txt"), "mine").unwrap();
        drop(folder);
        assert!(Folder::take(&path, false).unwrap().database().exists());
        let folder = Folder::take(&path, true).unwrap();
        assert!(!folder.database().exists() && !folder.is_filled());
        assert!(path.join("notes.txt").exists());
        drop(folder);
        fs::remove_dir_all(&path).unwrap();
    }

    #[test]
    fn what_a_killed_first_run_left_is_begun_anew() {
        let path = somewhere("killed");
        let folder = Folder::take(&path, false).unwrap();
        fs::write(folder.database(), "half").unwrap();
        drop(folder);
        assert!(!Folder::take(&path, false).unwrap().database().exists());
        fs::remove_dir_all(&path).unwrap();
    }
}
