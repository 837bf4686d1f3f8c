//! Where a machine stands, and how it speaks: put together when it signs in, and again when the stamp of what libraries and machines are
//! set to is another.

use std::collections::BTreeMap;

use service::Service;
use service::circulation::{self, Terms};
use service::kernel::{Actor, LibraryId, MachineId, settings_stamp};
use service::libraries::{self, Tree};
use service::machines::{self, Machine};
use sip2::{Charset, Checks, Dialect, Terminator, Wire};

/// Where a machine stands, and how it speaks.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub machine: Machine,
    pub dialect: Dialect,
    pub wire: Wire,
    pub checks: Checks,
    /// The code of its library.
    pub code: String,
    /// The name of its library.
    pub name: String,
    /// By which terms its library lends.
    pub terms: Terms,
    /// The stamp under which all this holds.
    pub settings: i64,
    /// Codes and names of all libraries.
    libraries: BTreeMap<LibraryId, (String, String)>,
    /// What it may call its library.
    institutions: Vec<String>,
}

/// How an account speaks: its dialect, with what it has of its own. An unknown dialect is the strict one.
pub(crate) fn speech(
    dialects: &BTreeMap<String, Dialect>,
    settings: &machines::MachineSettings,
) -> (Dialect, Wire, Checks) {
    let dialect = dialects.get(&settings.dialect).cloned().unwrap_or_default();
    let mut wire = dialect.wire();
    if let Some(charset) = settings.charset.as_deref().and_then(Charset::from_word) {
        wire.charset = charset;
    }
    if let Some(terminator) = settings.terminator.as_deref().and_then(Terminator::from_word) {
        wire.terminator = terminator;
    }
    let checks = settings.checks.as_deref().and_then(Checks::from_word).unwrap_or(dialect.checks);
    (dialect, wire, checks)
}

impl Place {
    /// Of a machine, as its account is set now; none when it was closed.
    pub async fn now(
        house: &Service,
        dialects: &BTreeMap<String, Dialect>,
        id: MachineId,
    ) -> service::Result<Option<Self>> {
        let read = house.read(Actor::nobody(), async move |op| {
            // The stamp first: what is read after it is as new, or newer.
            let settings = settings_stamp(op).await?;
            let Some(machine) = machines::machine(op, id).await? else { return Ok(None) };
            let terms = circulation::terms(op, machine.actor.library).await?;
            Ok(Some((settings, machine, terms, libraries::tree(op).await?)))
        });
        let read = read.await?;
        Ok(read.map(|(settings, machine, terms, tree)| Self::of(settings, machine, terms, dialects, &tree)))
    }

    fn of(
        settings: i64,
        machine: Machine,
        terms: Terms,
        dialects: &BTreeMap<String, Dialect>,
        tree: &Tree,
    ) -> Self {
        let (dialect, wire, checks) = speech(dialects, &machine.settings);
        let here = tree.library(machine.actor.library);
        let mut institutions: Vec<String> =
            tree.upwards(machine.actor.library).map(|library| library.code.clone()).collect();
        institutions.extend(machine.settings.institutions.split_whitespace().map(str::to_owned));
        Self {
            code: here.map(|library| library.code.clone()).unwrap_or_default(),
            name: here.map(|library| library.name.clone()).unwrap_or_default(),
            libraries: tree
                .libraries()
                .map(|library| (library.id, (library.code.clone(), library.name.clone())))
                .collect(),
            dialect,
            wire,
            checks,
            institutions,
            machine,
            terms,
            settings,
        }
    }

    /// Whether it may call its library so. Nothing will do.
    pub fn is_called(&self, institution: &str) -> bool {
        let institution = institution.trim();
        institution.is_empty()
            || self.institutions.iter().any(|known| known.eq_ignore_ascii_case(institution))
    }

    /// The name of a library.
    pub fn library(&self, id: LibraryId) -> &str {
        self.libraries.get(&id).map_or("", |(_, name)| name.as_str())
    }

    /// The library of a code.
    pub fn library_of(&self, code: &str) -> Option<LibraryId> {
        let known = self.libraries.iter().find(|(_, (known, _))| known.eq_ignore_ascii_case(code.trim()));
        known.map(|(id, _)| *id)
    }
}
