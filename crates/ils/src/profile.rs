//! The settings of a system, made ready for use.

use std::path::Path;
use std::time::Duration;

use service::kernel::SystemName;
use sip2::{Charset, Checks, Code, Dialect, Rules, Sum, Terminator, Wire, field};

use crate::settings::{IlsSettings, SettingsProblem};
use crate::tls::Tls;

/// How one system is spoken to. No `Debug`: it holds a password.
pub(crate) struct Profile {
    pub name: SystemName,
    pub libraries: Vec<String>,
    pub host: String,
    pub port: u16,
    pub tls: Option<Tls>,
    pub login: Option<Login>,
    pub institution: String,
    pub terminal_password: String,
    pub ask_status: bool,
    pub print_width: &'static str,
    pub wire: Wire,
    pub rules: Rules,
    pub checks: Checks,
    /// By which character it joins the values of a field that it sends once.
    pub joined: Option<char>,
    pub owed: Code,
    pub currencies: Vec<String>,
    pub same_number: bool,
    pub unknown: Unknown,
    pub titles: bool,
    pub places: usize,
    pub connect: Duration,
    pub answer: Duration,
    pub wait: Duration,
    pub patience: Duration,
    pub keep_alive: Option<Duration>,
    pub failures: u32,
    pub pause: Duration,
}

/// When a reader whom the system does not know has nothing out there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// When it counts zeros for them: blanks say that it can't tell.
    Zeros,
    /// On its word that it does not know them.
    Nothing,
    /// Never.
    Wait,
}

pub(crate) struct Login {
    pub username: String,
    pub password: String,
    pub location: String,
}

/// Longest that anything may be waited for.
const LONGEST_MS: u32 = 600_000;

impl Profile {
    /// Reads the settings; all that can't be used, at once.
    pub fn new(settings: &IlsSettings) -> Result<Self, Vec<SettingsProblem>> {
        let mut problems = Vec::new();
        let mut add = |setting, remedy: String| problems.push(SettingsProblem { setting, remedy });
        if settings.name.trim().is_empty() {
            add("name", "is empty: write what staff call the system".to_owned());
        }
        let address = host_and_port(&settings.address);
        if address.is_none() {
            add("address", "is no address: write host and port, as in ilas.example.org:6001".to_owned());
        }
        let dialect = Dialect::named(&settings.dialect).unwrap_or_else(|| {
            add("dialect", format!("is unknown: write one of {}", Dialect::NAMES.join(", ")));
            Dialect::strict()
        });
        let mut word = |setting, value: &str, words: &[&str]| {
            let known = value.is_empty() || words.contains(&value);
            if !known {
                add(
                    setting,
                    format!("is unknown: write one of {}, or nothing for the dialect's", words.join(", ")),
                );
            }
        };
        word(
            "charset",
            &settings.charset.to_ascii_lowercase().replace('-', ""),
            &Charset::ALL.map(Charset::as_str),
        );
        word("terminator", &settings.terminator, &Terminator::ALL.map(Terminator::as_str));
        word("checks", &settings.checks, &Checks::ALL.map(Checks::as_str));
        word("sum", &settings.sum, &Sum::ALL.map(Sum::as_str));
        let unknown = match settings.unknown_reader.as_str() {
            "nothing" => Unknown::Nothing,
            "wait" => Unknown::Wait,
            word => {
                if word != "zeros" {
                    add("unknown_reader", "is unknown: write zeros, nothing or wait".to_owned());
                }
                Unknown::Zeros
            }
        };
        let owed = match settings.charges.as_str() {
            // Those clients have what is owed in CF; BV is money on the card there.
            "" if dialect.extensions => field::HOLD_QUEUE_LENGTH,
            "" => field::FEE_AMOUNT,
            code => code.parse().unwrap_or_else(|_| {
                add("charges", "is no field: write two letters, as in BV or CF".to_owned());
                field::FEE_AMOUNT
            }),
        };
        for (setting, value, range) in [
            ("connections", settings.connections, 1..=200),
            ("failures", settings.failures, 1..=1000),
            ("connect_ms", settings.connect_ms, 1..=LONGEST_MS),
            ("answer_ms", settings.answer_ms, 1..=LONGEST_MS),
            ("wait_ms", settings.wait_ms, 1..=LONGEST_MS),
            ("patience_ms", settings.patience_ms, 1..=LONGEST_MS),
            ("keep_alive_ms", settings.keep_alive_ms, 0..=LONGEST_MS),
            ("pause_ms", settings.pause_ms, 0..=LONGEST_MS),
        ] {
            if !range.contains(&value) {
                add(setting, format!("is out of range: write {} to {}", range.start(), range.end()));
            }
        }
        let password = password(settings).unwrap_or_else(|remedy| {
            add("password_file", remedy);
            String::new()
        });
        let (host, port) = address.unwrap_or_default();
        let tls = settings.tls.then(|| Tls::new(&host, &settings.tls_name, &settings.tls_ca));
        let tls = match tls.transpose() {
            Ok(tls) => tls,
            Err((setting, remedy)) => {
                add(setting, remedy);
                None
            }
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let millis = |value: u32| Duration::from_millis(value.into());
        let username = settings.username.clone();
        Ok(Self {
            name: SystemName::configured(settings.name.trim()),
            libraries: settings.libraries.clone(),
            host,
            port,
            tls,
            login: (!username.is_empty()).then(|| Login {
                username,
                password,
                location: settings.location.clone(),
            }),
            institution: settings.institution.clone(),
            terminal_password: settings.terminal_password.clone(),
            ask_status: settings.ask_status,
            print_width: if dialect.extensions { "052" } else { "030" },
            wire: Wire {
                charset: Charset::from_word(&settings.charset).unwrap_or(dialect.charset),
                sum: Sum::from_word(&settings.sum).unwrap_or(dialect.sum),
                terminator: Terminator::from_word(&settings.terminator).unwrap_or(dialect.terminator),
                joined: None,
            },
            rules: dialect.rules(),
            checks: Checks::from_word(&settings.checks).unwrap_or(dialect.checks),
            joined: dialect.joined,
            owed,
            currencies: settings.currencies.clone(),
            same_number: settings.same_number,
            unknown,
            titles: settings.titles,
            places: usize::try_from(settings.connections).unwrap_or(1),
            connect: millis(settings.connect_ms),
            answer: millis(settings.answer_ms),
            wait: millis(settings.wait_ms),
            patience: millis(settings.patience_ms),
            keep_alive: (settings.keep_alive_ms > 0 && settings.ask_status)
                .then(|| millis(settings.keep_alive_ms)),
            failures: settings.failures,
            pause: millis(settings.pause_ms),
        })
    }

    /// Whether checksums and sequence numbers are in use.
    pub fn sums(&self) -> bool {
        self.checks != Checks::Off
    }
}

fn host_and_port(address: &str) -> Option<(String, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = port.parse().ok().filter(|port| *port != 0)?;
    let fits = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c == '/');
    fits.then(|| (host.to_owned(), port))
}

fn password(settings: &IlsSettings) -> Result<String, String> {
    let file: &Path = &settings.password_file;
    if file.as_os_str().is_empty() {
        return Ok(settings.password.clone());
    }
    let text = std::fs::read_to_string(file)
        .map_err(|fault| format!("can't be read ({fault}): name a file that the service's user may read"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> IlsSettings {
        IlsSettings { name: "ILAS".to_owned(), address: "ilas:6001".to_owned(), ..IlsSettings::default() }
    }

    #[test]
    fn each_setting_that_cannot_be_used_is_named_at_once() {
        let bad = IlsSettings {
            name: String::new(),
            address: "http://ilas/".to_owned(),
            dialect: "ilas".to_owned(),
            charset: "big5".to_owned(),
            checks: "maybe".to_owned(),
            charges: "B".to_owned(),
            unknown_reader: "guess".to_owned(),
            connections: 0,
            password_file: "/nowhere/password".into(),
            ..IlsSettings::default()
        };
        let named: Vec<&str> =
            Profile::new(&bad).err().unwrap().iter().map(|problem| problem.setting).collect();
        let all = [
            "name",
            "address",
            "dialect",
            "charset",
            "checks",
            "unknown_reader",
            "charges",
            "connections",
            "password_file",
        ];
        assert_eq!(named, all);
    }

    #[test]
    fn a_dialect_says_what_the_settings_leave_open() {
        let strict = Profile::new(&settings()).ok().unwrap();
        assert_eq!((strict.owed, strict.checks), (field::FEE_AMOUNT, Checks::Strict));
        let interlib = IlsSettings { dialect: "interlib".to_owned(), ..settings() };
        let profile = Profile::new(&interlib).ok().unwrap();
        assert_eq!((profile.owed, profile.wire.charset), (field::HOLD_QUEUE_LENGTH, Charset::Gbk));
        let own = IlsSettings { charset: "UTF-8".to_owned(), charges: "JF".to_owned(), ..interlib };
        let profile = Profile::new(&own).ok().unwrap();
        assert_eq!((profile.owed, profile.wire.charset), (field::CHARGES, Charset::Utf8));
        assert_eq!(host_and_port("[::1]:6001"), Some(("::1".to_owned(), 6001)));
    }

    #[test]
    fn c_5_1_3_a_password_is_in_no_log() {
        let secret = IlsSettings { password: "geheim".to_owned(), ..settings() };
        assert!(!format!("{secret:?}").contains("geheim"));
    }
}
