//! What is configured: one table for each system.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `[[circulation.ils]]`. What is left empty is as the dialect has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IlsSettings {
    /// What staff call it: it stands in what they read when it does not answer.
    pub name: String,
    /// Codes of the libraries whose readers it keeps, with all under them; nothing: the whole federation.
    pub libraries: Vec<String>,
    /// Host and port: `ilas.example.org:6001`.
    pub address: String,
    /// Whether TLS is spoken there.
    pub tls: bool,
    /// The name in its certificate; nothing: the host of the address.
    pub tls_name: String,
    /// The certificates that vouch for it, as a PEM file; nothing: those that browsers know.
    pub tls_ca: PathBuf,
    /// The name to log in with (CN); nothing where it asks for none.
    pub username: String,
    /// The password (CO).
    pub password: String,
    /// A file whose first line is the password, instead.
    pub password_file: PathBuf,
    /// Where we say that we are (CP).
    pub location: String,
    /// The institution that is asked (AO).
    pub institution: String,
    /// The terminal password (AC).
    pub terminal_password: String,
    /// Whether it is asked how it is (99) after logging in; some systems do not know that.
    pub ask_status: bool,
    /// How it speaks: `strict`, `interlib`, `wenhua`, `jinpan`.
    pub dialect: String,
    /// `utf8`, `gbk`, `gb18030`.
    pub charset: String,
    /// What ends our messages: `cr`, `lf`, `crlf`.
    pub terminator: String,
    /// What is done about checksums: `strict`, `lenient`, `off` (none are sent either).
    pub checks: String,
    /// What checksums are taken over: `bytes`, `units`, `units-before-sequence`.
    pub sum: String,
    /// The field that says what is owed: `BV`, `CF`, `JF`.
    pub charges: String,
    /// Currencies that amounts may be in; one that is not said is ours.
    pub currencies: Vec<String>,
    /// Whether it answers with the number that it was asked by; false where it answers with one of its own.
    pub same_number: bool,
    /// When a reader whom it does not know (BL N, no name) has nothing out there: when it counts `zeros` for them, on its word alone
    /// (`nothing`), or never (`wait`).
    pub unknown_reader: String,
    /// Whether it is asked for the title of each loan (17).
    pub titles: bool,
    /// Connections at most.
    pub connections: u32,
    /// Milliseconds to wait for a connection.
    pub connect_ms: u32,
    /// Milliseconds to wait for an answer.
    pub answer_ms: u32,
    /// Milliseconds to wait for a free connection.
    pub wait_ms: u32,
    /// Milliseconds for all of it, whatever happens.
    pub patience_ms: u32,
    /// Milliseconds after which an idle connection is used (99) so that it is not forgotten; 0, or without `ask_status`: never.
    pub keep_alive_ms: u32,
    /// Failures in a row after which it is left in peace.
    pub failures: u32,
    /// Milliseconds for which it is left in peace.
    pub pause_ms: u32,
}

impl Default for IlsSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            libraries: Vec::new(),
            address: String::new(),
            tls: false,
            tls_name: String::new(),
            tls_ca: PathBuf::new(),
            username: String::new(),
            password: String::new(),
            password_file: PathBuf::new(),
            location: String::new(),
            institution: String::new(),
            terminal_password: String::new(),
            ask_status: true,
            dialect: "strict".to_owned(),
            charset: String::new(),
            terminator: String::new(),
            checks: String::new(),
            sum: String::new(),
            charges: String::new(),
            currencies: vec!["CNY".to_owned(), "RMB".to_owned()],
            same_number: true,
            unknown_reader: "zeros".to_owned(),
            titles: true,
            connections: 8,
            connect_ms: 2000,
            answer_ms: 3000,
            wait_ms: 2000,
            patience_ms: 5000,
            keep_alive_ms: 60_000,
            failures: 3,
            pause_ms: 15_000,
        }
    }
}

impl fmt::Debug for IlsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, address, dialect, .. } = self;
        write!(f, "IlsSettings {{ name: {name:?}, address: {address:?}, dialect: {dialect:?} }}")
    }
}

/// A setting that can't be used: its name, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Which.
    pub setting: &'static str,
    /// What to write instead.
    pub remedy: String,
}
