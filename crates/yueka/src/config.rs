//! The settings: `yueka.toml`, and the environment (`YUEKA_HTTP__LISTEN` for `[http] listen`) above it.

mod circulation;
mod problems;
mod sip2;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use delivery::{Delivery, MailSettings, RealNameService, RealNameSettings, SmsSettings};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use service::kernel::{Clock, DatabaseOptions};
use web::WebOptions;

pub use self::circulation::Circulation;
use self::problems::Problems;
pub use self::sip2::Sip2;

/// What each command that uses the house is told.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration: see docs/operations.md
    #[arg(long, value_name = "FILE", env = "YUEKA_CONFIG", default_value = "yueka.toml")]
    config: PathBuf,
}

impl ConfigFile {
    /// Reads the settings.
    pub fn read(&self) -> Result<Config> {
        Config::read(&self.config)
    }
}

/// All settings; what is not set is as in `docs/yueka.sample.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Pages and API.
    pub http: Http,
    /// Where the data lies.
    pub database: Database,
    /// The key ring.
    pub keys: Keys,
    /// What lends behind the cards.
    pub circulation: Circulation,
    /// The bridge to the ID reader of each desk.
    pub id_reader: IdReader,
    /// Self-service machines.
    pub sip2: Sip2,
    /// The mail server that readers are written to through.
    pub mail: MailSettings,
    /// The SMS gateway.
    pub sms: SmsSettings,
    /// The service that tells whether names and documents belong together.
    pub real_name: RealNameSettings,
    /// What the program tells of its work.
    pub log: Log,
}

/// `[http]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    listen: String,
    public_url: String,
    map_url: String,
    secure_cookies: bool,
    trust_forwarded_for: bool,
}

/// `[database]`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    url: String,
    connections: u32,
}

/// `[keys]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The file; readable by its owner only.
    pub file: PathBuf,
}

/// `[id_reader]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdReader {
    url: String,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// How much: one of [`LEVELS`].
    pub level: String,
    /// How: one of [`FORMATS`].
    pub format: String,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: String::new(),
            map_url: String::new(),
            secure_cookies: true,
            trust_forwarded_for: false,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:yueka.db".to_owned(), connections: 16 }
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self { file: PathBuf::from("keys.json") }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: "text".to_owned() }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address may hold a password.
        write!(f, "Database {{ connections: {} }}", self.connections)
    }
}

/// How much can be logged.
pub const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
/// How lines of the log can look.
pub const FORMATS: [&str; 2] = ["text", "json"];
/// Connections that make sense.
const CONNECTIONS: std::ops::RangeInclusive<u32> = 1..=500;

const PREFIX: &str = "YUEKA_";

impl Config {
    /// Reads a file, and the environment above it.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.is_file() {
            bail!(
                "there is no configuration at {}: copy docs/yueka.sample.toml there, or name another file by --config",
                path.display()
            );
        }
        if let Err(fault) = std::fs::File::open(path) {
            bail!("{} can't be read ({fault}): run this as the user of the service", path.display());
        }
        let given = Figment::from(Toml::file_exact(path)).merge(environment());
        let mut problems = Problems::new(&given, path)?;
        let defaults = Figment::from(Serialized::defaults(Self::default()));
        problems.compare_with(&defaults, &[circulation::SYSTEMS])?;
        problems.single_underscores(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()));
        problems.end()?;
        let mut config: Self = defaults.merge(&given).extract()?;
        // A password may lie in a file beside this one, and is looked at.
        config.circulation.resolve(path.parent().unwrap_or(Path::new("")));
        config.judge(&mut problems);
        problems.end()?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    /// What a setting of the right type can still get wrong.
    fn judge(&self, problems: &mut Problems<'_>) {
        if self.http.address().is_none() {
            problems
                .add("http.listen", "is no address: write an IP address and a port, as in 127.0.0.1:8080");
        }
        let url = &self.http.public_url;
        if !url.is_empty() && !is_web_address(url) {
            problems.add(
                "http.public_url",
                "is no web address: write https://card.example.org, or nothing where browsers know it",
            );
        }
        let url = &self.http.map_url;
        let shows_it = is_web_address(url) && url.contains("{address}");
        if !url.is_empty() && !shows_it {
            problems.add(
                "http.map_url",
                "shows no address: write https://map.example.org/search?q={address}, or nothing for the phone's own map",
            );
        }
        let url = &self.database.url;
        let known = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        if url.is_empty() || (url.contains("://") && !known && !url.starts_with("sqlite:")) {
            problems.add(
                "database.url",
                "is neither SQLite nor PostgreSQL: write sqlite:PATH, or postgres://USER:PASSWORD@HOST/DATABASE",
            );
        }
        if !CONNECTIONS.contains(&self.database.connections) {
            let range = format!("is out of range: write {} to {}", CONNECTIONS.start(), CONNECTIONS.end());
            problems.add("database.connections", &range);
        }
        if self.keys.file.as_os_str().is_empty() {
            problems.add("keys.file", "is empty: name the key ring's file");
        }
        let url = &self.id_reader.url;
        if !url.is_empty() && !is_web_address(url) {
            problems.add(
                "id_reader.url",
                "is no web address: write http://127.0.0.1:8091, or nothing where desks have no ID reader",
            );
        }
        self.sip2.judge(problems);
        if let Err(error) = Delivery::new(&self.mail, &self.sms) {
            problems.add(error.setting, error.remedy);
        }
        if let Err(error) = RealNameService::new(&self.real_name, Clock::system()) {
            problems.add(error.setting, error.remedy);
        }
        self.circulation.judge(problems);
        for (setting, value, words) in
            [("log.level", &self.log.level, &LEVELS[..]), ("log.format", &self.log.format, &FORMATS[..])]
        {
            if !words.contains(&value.as_str()) {
                problems.add(setting, &format!("is unknown: write one of {}", words.join(", ")));
            }
        }
    }

    /// Relative paths are those beside the file.
    fn resolve(&mut self, folder: &Path) {
        self.keys.file = folder.join(&self.keys.file);
        self.sip2.resolve(folder);
        if let Some(path) = self.database.file() {
            self.database.url = format!("sqlite:{}", folder.join(path).display());
        }
    }

    /// How the pages are served.
    pub fn web(&self) -> WebOptions {
        WebOptions {
            id_reader_url: Some(self.id_reader.url.clone()).filter(|url| !url.is_empty()),
            secure_cookies: self.http.secure_cookies,
            trust_forwarded_for: self.http.trust_forwarded_for,
            public_url: Some(self.http.public_url.clone()).filter(|url| !url.is_empty()),
            map_url: Some(self.http.map_url.clone()).filter(|url| !url.is_empty()),
            dialects: self.sip2.dialects().into_keys().collect(),
        }
    }
}

impl Http {
    /// Where to serve.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }

    /// Whether all clients seem to come from this computer: a proxy in front is not believed.
    pub fn hides_addresses(&self) -> bool {
        !self.trust_forwarded_for && self.address().is_some_and(|address| address.ip().is_loopback())
    }

    /// Whether passwords and cookies would cross the network in the clear.
    pub fn is_in_the_clear(&self) -> bool {
        !self.secure_cookies && self.address().is_some_and(|address| !address.ip().is_loopback())
    }
}

impl Database {
    /// The embedded file; none on a server.
    pub fn file(&self) -> Option<PathBuf> {
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            return None;
        }
        let path = self.url.strip_prefix("sqlite:").unwrap_or(&self.url);
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }

    /// For connecting.
    pub fn options(&self) -> DatabaseOptions {
        DatabaseOptions::from_url(&self.url).connections(self.connections)
    }
}

/// Only names with a section are settings: `YUEKA_CONFIG` and those of the tests are not.
fn environment() -> Env {
    Env::prefixed(PREFIX).filter(|name| name.as_str().contains("__")).split("__")
}

fn is_web_address(url: &str) -> bool {
    let host = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../docs/yueka.sample.toml");

    fn read(text: &str) -> Result<Config> {
        let name = format!("yueka-config-{}-{:x}", std::process::id(), text.as_ptr().addr());
        let path = std::env::temp_dir().join(name).with_extension("toml");
        std::fs::write(&path, text).unwrap();
        let read = Config::read(&path);
        std::fs::remove_file(&path).unwrap();
        read
    }

    fn refused(text: &str) -> String {
        format!("{:#}", read(text).unwrap_err())
    }

    #[test]
    fn the_sample_sets_everything_to_its_default() {
        let mut defaults = Config::default();
        defaults.resolve(&std::env::temp_dir());
        assert!(read(SAMPLE).unwrap() == defaults);
        assert!(read("").unwrap() == defaults);
        let every: Config = Figment::from(Toml::string(SAMPLE)).extract().unwrap();
        assert!(every == Config::default(), "the sample leaves something out");
    }

    #[test]
    fn a_2_1_c_the_dialect_that_the_page_of_machines_shows_is_read() {
        let page = include_str!("../../../docs/sip2.md");
        let begin = page.find("[[sip2.dialects]]").unwrap();
        let (table, _) = page[begin..].split_once("```").unwrap();
        let dialects = read(table).unwrap().sip2.dialects();
        let shown = &dialects["our-gates"];
        assert_eq!((shown.charset, shown.due), (::sip2::Charset::Gb18030, ::sip2::Due::Digits));
        assert_eq!(shown.shapes[0].rename.len(), 1);
        // What it does not say is as in the protocol.
        assert!(!shown.all_lists && shown.joined.is_none());
    }

    #[test]
    fn a_bad_setting_is_named_with_its_file_and_what_to_do() {
        for (text, named, remedy) in [
            ("[http]\nlisten = \"8080\"", "http.listen", "127.0.0.1:8080"),
            ("[http]\nlisten = 8080", "http.listen", "text"),
            ("[http]\nsecure_cookie = true", "http.secure_cookie", "secure_cookies"),
            ("[http]\nsecure_cookies = \"yes\"", "http.secure_cookies", "true or false"),
            ("[https]\nlisten = \"a\"", "https", "http"),
            ("http = 1", "http", "[http]"),
            ("[http]\npublic_url = \"card.example.org\"", "http.public_url", "https://"),
            ("[http]\nmap_url = \"https://map.example.org\"", "http.map_url", "{address}"),
            ("[database]\nurl = \"mysql://a\"", "database.url", "sqlite:PATH"),
            ("[database]\nconnections = 0", "database.connections", "1 to 500"),
            ("[database]\nconnections = -1", "database.connections", "1 to 500"),
            ("[keys]\nfile = \"\"", "keys.file", "key ring"),
            ("[id_reader]\nurl = \"127.0.0.1\"", "id_reader.url", "http://"),
            ("[sip2]\nlisten = \"6001\"", "sip2.listen", "10.0.0.5:6001"),
            ("[sip2]\ntls_listen = \"127.0.0.1:6002\"", "sip2.certificate", "PEM"),
            ("[sip2]\nidle_minutes = 0", "sip2.idle_minutes", "1 to"),
            ("[[sip2.dialects]]\nname = \"strict\"", "sip2.dialects", "not strict"),
            ("[mail]\nserver = \"mail.example.org\"", "mail.server", "smtps://"),
            ("[mail]\nserver = \"smtps://mail.example.org\"\nfrom = \"nobody\"", "mail.from", "@"),
            ("[sms]\ngateway = \"sms.example.org\"", "sms.gateway", "https://"),
            ("[real_name]\nservice = \"names.example.org\"", "real_name.service", "https://"),
            ("[real_name]\nservice = \"https://names.example.org\"", "real_name.secret", "YUEKA_"),
            (
                "[real_name]\nservice = \"https://names.example.org\"\nsecret = \"s\"\nseconds = 90",
                "real_name.seconds",
                "1 to 30",
            ),
            ("[circulation]\nsystem = \"ilas\"", "circulation.system", "none, ledger, ils"),
            ("[circulation]\nsystem = \"ils\"", "circulation.system", "[[circulation.ils]]"),
            (
                "[[circulation.ils]]\nname = \"ILAS\"\naddress = \"a:1\"",
                "circulation.ils",
                "system = \"ils\"",
            ),
            ("[circulation]\nils = \"ilas:6001\"", "circulation.ils", "[[circulation.ils]]"),
            (
                "[circulation]\nsystem = \"ils\"\n[[circulation.ils]]\nname = \"ILAS\"\nadress = \"a:1\"",
                "circulation.ils[0].adress",
                "address",
            ),
            (
                "[circulation]\nsystem = \"ils\"\n[[circulation.ils]]\nname = \"ILAS\"\naddress = \"ilas\"",
                "circulation.ils[0].address",
                "ilas.example.org:6001",
            ),
            (
                "[circulation]\nsystem = \"ils\"\n[[circulation.ils]]\nname = \"ILAS\"\naddress = \"a:1\"\ntls = 1",
                "circulation.ils[0].tls",
                "true or false",
            ),
            (
                "[circulation]\nsystem = \"ils\"\n[[circulation.ils]]\nname = \"A\"\naddress = \"a:1\"\n[[circulation.ils]]\nname = \"A\"\naddress = \"b:1\"",
                "circulation.ils[1].name",
                "another",
            ),
            ("[log]\nlevel = \"loud\"", "log.level", "error, warn"),
            ("[log]\nformat = \"xml\"", "log.format", "text, json"),
        ] {
            let told = refused(text);
            assert!(told.contains(&format!("{named} ")) && told.contains(remedy), "{text}: {told}");
            assert!(told.contains("yueka-config-"), "where it came from: {told}");
        }
        let all = refused("[http]\nlisten = \"x\"\n[log]\nlevel = \"y\"\nformat = \"z\"");
        assert!(["http.listen", "log.level", "log.format"].iter().all(|name| all.contains(name)), "{all}");
        assert!(refused("[http\n").contains("no TOML"));
    }

    #[test]
    fn a_secret_is_not_told() {
        let told = refused("[database]\nurl = \"mysql://u:geheim@h/d\"");
        assert!(!told.contains("geheim"), "{told}");
        let config = read("[database]\nurl = \"postgres://u:geheim@h/d\"").unwrap();
        assert!(!format!("{config:?}").contains("geheim"));
        assert_eq!(config.database.file(), None);
    }

    #[test]
    fn paths_lie_beside_the_file_unless_they_are_absolute() {
        let config = read("[database]\nurl = \"data/y.db\"\n[keys]\nfile = \"/etc/k.json\"").unwrap();
        assert_eq!(config.database.file(), Some(std::env::temp_dir().join("data/y.db")));
        assert_eq!(config.keys.file, Path::new("/etc/k.json"));
    }
}
