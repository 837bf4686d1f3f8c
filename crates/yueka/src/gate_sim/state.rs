//! What a gate keeps on its disk: keys, list, and visits to deliver. Files are written whole beside their place and then renamed.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use ecard::{Kept, PublicKey};
use serde_json::Value;

/// The folder of a gate.
pub struct State(PathBuf);

impl State {
    pub fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        Ok(Self(folder))
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }

    fn replace(&self, name: &str, content: &[u8]) -> Result<()> {
        let draft = self.0.join([name, ".draft"].concat());
        let mut file = fs::File::create(&draft)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(draft, self.0.join(name))?;
        Ok(())
    }

    pub fn audience(&self) -> String {
        self.text("audience")
    }

    /// The `ETag` of the list.
    pub fn tag(&self) -> String {
        self.text("list.tag")
    }

    pub fn list(&self) -> Option<Vec<u8>> {
        fs::read(self.0.join("list")).ok()
    }

    pub fn keys(&self) -> Vec<PublicKey> {
        let keys: Value = serde_json::from_str(&self.text("keys.json")).unwrap_or_default();
        let keys = keys["keys"].as_array().cloned().unwrap_or_default();
        keys.iter().filter_map(|key| key["public_key"].as_str()?.parse().ok()).collect()
    }

    /// Keeps what the server gave. The tag comes last: without it the list is fetched again.
    pub fn write(&self, audience: &str, keys: &Value, tag: &str, list: &[u8]) -> Result<()> {
        self.replace("list.tag", b"")?;
        self.replace("audience", audience.as_bytes())?;
        self.replace("keys.json", keys.to_string().as_bytes())?;
        self.replace("list", list)?;
        self.replace("list.tag", tag.as_bytes())
    }

    /// Keeps a visit, on the disk when this returns.
    pub fn keep(&self, visit: &Kept) -> Result<()> {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(self.0.join("visits"))?;
        file.write_all(format!("{}\n", serde_json::to_string(visit)?).as_bytes())?;
        file.sync_all()?;
        Ok(())
    }

    /// The visits to deliver, oldest first. A line that was cut off by a power cut is none: the gate had not opened yet.
    pub fn kept(&self) -> Result<Vec<Kept>> {
        Ok(self.text("visits").lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Forgets visits that were delivered.
    pub fn forget(&self, ids: &[String]) -> Result<()> {
        let left = self.kept()?.into_iter().filter(|visit| !ids.contains(&visit.id));
        let lines: Result<Vec<String>, _> = left.map(|visit| serde_json::to_string(&visit)).collect();
        let text: String = lines?.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        self.replace("visits", text.as_bytes())
    }
}
