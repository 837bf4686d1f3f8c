//! `[circulation]`: what stands behind the cards.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use figment::value::{Dict, Value};
use ils::{Ils, IlsSettings};
use serde::{Deserialize, Serialize};
use service::circulation::Ledger;
use service::kernel::{self, Clock, NotConfigured, Systems};

use super::problems::{List, Problems};

/// What can stand there.
const WORDS: [&str; 3] = ["none", "ledger", "ils"];

/// The list of tables, and what each may hold.
pub const SYSTEMS: List = ("circulation.ils", one_system);

/// `[circulation]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circulation {
    /// One of [`WORDS`].
    system: String,
    /// `[[circulation.ils]]`
    #[serde(default)]
    ils: Vec<IlsSettings>,
}

impl Default for Circulation {
    fn default() -> Self {
        Self { system: "none".to_owned(), ils: Vec::new() }
    }
}

fn one_system() -> Dict {
    match Value::serialize(IlsSettings::default()) {
        Ok(Value::Dict(_, settings)) => settings,
        _ => Dict::new(),
    }
}

impl Circulation {
    /// Relative paths are those beside the file.
    pub(super) fn resolve(&mut self, folder: &Path) {
        for settings in &mut self.ils {
            for path in [&mut settings.password_file, &mut settings.tls_ca] {
                if !path.as_os_str().is_empty() {
                    *path = folder.join(&path);
                }
            }
        }
    }

    /// What a setting of the right type can still get wrong.
    pub(super) fn judge(&self, problems: &mut Problems<'_>) {
        match (self.system.as_str(), self.ils.is_empty()) {
            ("ils", true) => problems.add(
                "circulation.system",
                "says ils, and there is none: write a table [[circulation.ils]] for each system (docs/ils.md)",
            ),
            ("none", false) => problems.add(
                "circulation.ils",
                "is given, and circulation.system says none: write system = \"ils\" in [circulation], or remove the systems",
            ),
            (word, _) if !WORDS.contains(&word) => {
                problems.add("circulation.system", &format!("is unknown: write one of {}", WORDS.join(", ")));
            }
            _ => {}
        }
        let mut names = HashSet::new();
        for (place, settings) in self.ils.iter().enumerate() {
            let setting = |name: &str| format!("circulation.ils[{place}].{name}");
            if !names.insert(settings.name.trim()) {
                problems.add(&setting("name"), "is the name of a system above too: give it another");
            }
            for problem in Ils::new(settings, Clock::system()).err().into_iter().flatten() {
                problems.add(&setting(problem.setting), &problem.remedy);
            }
        }
    }

    /// The systems elsewhere.
    pub fn systems(&self) -> Vec<Ils> {
        // Settings that can't be used were refused when they were read.
        self.ils.iter().filter_map(|settings| Ils::new(settings, Clock::system()).ok()).collect()
    }

    /// The libraries that each system is for, by their codes.
    pub fn libraries(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.ils.iter().map(|settings| (settings.name.as_str(), settings.libraries.as_slice()))
    }

    /// What the house asks.
    pub fn open(&self) -> Arc<dyn kernel::Circulation> {
        if self.system == "none" {
            return Arc::new(NotConfigured);
        }
        // What answers from the database comes first here.
        let mut all: Vec<Arc<dyn kernel::Circulation>> = Vec::new();
        if self.system == "ledger" {
            all.push(Arc::new(Ledger));
        }
        all.extend(self.systems().into_iter().map(|system| Arc::new(system) as Arc<dyn kernel::Circulation>));
        Arc::new(Systems::new(all))
    }
}
