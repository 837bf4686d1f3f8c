//! `[sip2]`

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use machines::{Dialect, Limits, Options, Tls};
use serde::{Deserialize, Serialize};

use super::problems::Problems;

/// `[sip2]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sip2 {
    /// Where machines are served in the clear; nothing: nowhere.
    listen: String,
    /// Where they are served with TLS; nothing: nowhere.
    tls_listen: String,
    certificate: PathBuf,
    key: PathBuf,
    connections: u32,
    connections_per_address: u32,
    idle_minutes: u32,
    dialects: Vec<Dialect>,
}

impl Default for Sip2 {
    fn default() -> Self {
        Self {
            listen: String::new(),
            tls_listen: String::new(),
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            connections: 4096,
            connections_per_address: 256,
            idle_minutes: 15,
            dialects: Vec::new(),
        }
    }
}

impl Sip2 {
    /// Where to serve, in the clear and with TLS.
    pub fn addresses(&self) -> [Option<SocketAddr>; 2] {
        [self.listen.parse().ok(), self.tls_listen.parse().ok()]
    }

    /// Certificate and key.
    pub fn tls(&self) -> Result<Tls, machines::TlsError> {
        Tls::from_files(&self.certificate, &self.key)
    }

    /// The dialects that accounts can name.
    pub fn dialects(&self) -> BTreeMap<String, Dialect> {
        Dialect::table(self.dialects.iter().cloned())
    }

    /// How machines are served.
    pub fn options(&self) -> Options {
        let usual = Limits::default();
        let count = |given: u32, usual: usize| usize::try_from(given).unwrap_or(usual);
        let limits = Limits {
            connections: count(self.connections, usual.connections),
            per_address: count(self.connections_per_address, usual.per_address),
            idle: Duration::from_secs(u64::from(self.idle_minutes) * 60),
            ..usual
        };
        Options { dialects: self.dialects(), limits }
    }

    pub(super) fn judge(&self, problems: &mut Problems<'_>) {
        for (setting, address) in [("sip2.listen", &self.listen), ("sip2.tls_listen", &self.tls_listen)] {
            if !address.is_empty() && address.parse::<SocketAddr>().is_err() {
                problems.add(setting, "is no address: write an IP address and a port, as in 10.0.0.5:6001");
            }
        }
        let files = [("sip2.certificate", &self.certificate), ("sip2.key", &self.key)];
        for (setting, file) in files {
            if !self.tls_listen.is_empty() && file.as_os_str().is_empty() {
                problems.add(setting, "is empty: name the PEM file, or leave sip2.tls_listen empty");
            }
        }
        for (setting, number) in [
            ("sip2.connections", self.connections),
            ("sip2.connections_per_address", self.connections_per_address),
            ("sip2.idle_minutes", self.idle_minutes),
        ] {
            if !(1..=100_000).contains(&number) {
                problems.add(setting, "is out of range: write 1 to 100000");
            }
        }
        if self
            .dialects
            .iter()
            .any(|dialect| dialect.name.is_empty() || dialect.name == Dialect::strict().name)
        {
            problems
                .add("sip2.dialects", "need a name each, and not strict: that is the protocol as written");
        }
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        for file in [&mut self.certificate, &mut self.key] {
            if !file.as_os_str().is_empty() {
                *file = folder.join(&*file);
            }
        }
    }
}
