//! How identity was checked, as options of a command. Documents stand in a file, never on the command line.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde::Deserialize;
use service::records::{CheckMethod, IdentityCheck, Person};

use super::at::Who;
use super::input;

/// Who stands there, and how that was made sure.
#[derive(Debug, Args)]
pub struct Identity {
    /// Who stands there
    #[arg(long, value_enum, default_value_t = Who::Reader)]
    who: Who,
    /// How that was made sure
    #[arg(long, value_enum, default_value_t = Check::ByEye)]
    check: Check,
    /// The documents that were seen, in JSON: {"document": {"type": …, "number": …}, "agent": {"name": …, "document": …},
    /// "principal": …}; "-" is standard input
    #[arg(long, value_name = "FILE")]
    papers: Option<PathBuf>,
    /// The agent's authorization: a JPEG, PNG, WebP or PDF
    #[arg(long, value_name = "FILE")]
    authorization: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Check {
    ByEye,
    ReaderDevice,
}

/// The documents that were seen.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Papers {
    document: Option<Document>,
    agent: Option<Named>,
    principal: Option<Named>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "type")]
    kind: String,
    number: String,
    #[serde(default)]
    issuing_country: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    document: Document,
}

impl Document {
    fn of(self, name: String) -> Person {
        Person {
            name,
            document_kind: self.kind,
            document_number: self.number,
            issuing_country: self.issuing_country,
        }
    }
}

impl Named {
    fn person(self) -> Person {
        self.document.of(self.name)
    }
}

impl Identity {
    /// The check as operations take it.
    pub fn read(&self) -> Result<IdentityCheck> {
        let papers: Papers = match &self.papers {
            Some(path) => input::json(path)?,
            None => Papers::default(),
        };
        if self.who == Who::Agent && papers.agent.is_none() {
            bail!(
                "an agent's papers are needed: name them with --papers, and the authorization with --authorization"
            );
        }
        let method = match self.check {
            Check::ByEye => CheckMethod::ByEye,
            Check::ReaderDevice => CheckMethod::ReaderDevice,
        };
        Ok(IdentityCheck {
            who: self.who.presence(),
            method,
            document: papers.document.map(|document| document.of(String::new())),
            agent: papers.agent.map(Named::person),
            principal: papers.principal.map(Named::person),
            authorization: input::file(self.authorization.as_deref().map(Path::new))?,
            answers: Vec::new(),
        })
    }
}
