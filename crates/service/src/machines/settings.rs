//! What an account is set to.

use crate::kernel::{Error, Invalid, Op, Problem, Result, ServicePointId, as_kept, clean};
use crate::libraries::{ServicePoint, ServicePointKind, service_point, tree};

/// The words for charsets.
pub const CHARSETS: [&str; 3] = ["utf8", "gbk", "gb18030"];
/// The words for what is done about a wrong checksum.
pub const CHECKS: [&str; 3] = ["strict", "lenient", "off"];
/// The words for what ends a message.
pub const TERMINATORS: [&str; 3] = ["cr", "lf", "crlf"];

/// What an account is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSettings {
    /// Where it stands, in words.
    pub name: String,
    /// Its service point, of the kind `machine`.
    pub service_point: ServicePointId,
    /// The name of its dialect; which there are is for the face to know.
    pub dialect: String,
    /// A word of [`CHARSETS`]; none: as the dialect has it.
    pub charset: Option<String>,
    /// A word of [`CHECKS`]; none: as the dialect has it.
    pub checks: Option<String>,
    /// A word of [`TERMINATORS`]; none: as the dialect has it.
    pub terminator: Option<String>,
    /// The networks it may call from (`10.3.0.0/16`), separated by blanks; empty: any.
    pub addresses: String,
    /// What it may call its library besides the code, separated by blanks.
    pub institutions: String,
    /// Whether readers are asked for their password: without, CQ says yes where none is given.
    pub asks_password: bool,
    /// Whether cards are opened at it (A.2.1 c).
    pub opens_cards: bool,
    /// Whether it is an entry gate: whoever it asks about (23, 63) and may enter, has come (A.3.1).
    pub records_visits: bool,
}

impl MachineSettings {
    /// At a service point, by a dialect, all else as usual.
    #[must_use]
    pub fn new(name: &str, service_point: ServicePointId, dialect: &str) -> Self {
        Self {
            name: name.to_owned(),
            service_point,
            dialect: dialect.to_owned(),
            charset: None,
            checks: None,
            terminator: None,
            addresses: String::new(),
            institutions: String::new(),
            asks_password: true,
            opens_cards: false,
            records_visits: false,
        }
    }

    /// The settings as they are kept. Notes what can't be taken.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the service point is none of the caller's.
    pub(super) async fn checked(&self, op: &Op, invalid: &mut Invalid) -> Result<Self> {
        let mut kept = self.clone();
        kept.name = clean(&self.name);
        match kept.name.chars().count() {
            0 => invalid.add("name", Problem::Missing),
            61.. => invalid.add("name", Problem::TooLong(60)),
            _ => {}
        }
        let point = own_point(op, self.service_point).await?;
        if point.kind != ServicePointKind::Machine {
            invalid.add("service_point", Problem::NotApplicable);
        }
        kept.dialect = self.dialect.trim().to_owned();
        let fits = kept.dialect.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if kept.dialect.is_empty() || kept.dialect.len() > 40 || !fits {
            invalid.add("dialect", Problem::UnknownWord);
        }
        for (field, word, words) in [
            ("charset", &self.charset, CHARSETS),
            ("checks", &self.checks, CHECKS),
            ("terminator", &self.terminator, TERMINATORS),
        ] {
            if word.as_deref().is_some_and(|word| !words.contains(&word)) {
                invalid.add(field, Problem::UnknownWord);
            }
        }
        match as_kept(&self.addresses) {
            Some(networks) => kept.addresses = networks,
            None => invalid.add("addresses", Problem::Character),
        }
        kept.institutions = self.institutions.split_whitespace().collect::<Vec<_>>().join(" ");
        if kept.institutions.len() > 200 {
            invalid.add("institutions", Problem::TooLong(200));
        }
        Ok(kept)
    }
}

/// A service point under the caller's library.
pub(super) async fn own_point(op: &Op, id: ServicePointId) -> Result<ServicePoint> {
    let point = service_point(op, id).await?;
    if !tree(op).await?.covers(op.actor().scope, point.library) {
        return Err(Error::NotFound("service point"));
    }
    Ok(point)
}
