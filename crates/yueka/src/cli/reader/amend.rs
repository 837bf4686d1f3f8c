//! `yueka reader amend`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use service::readers::{self, ANY_VERSION, Changes};

use super::{Desk, Named};
use crate::cli::identity::Identity;
use crate::cli::input;
use crate::cli::told::told;

/// `yueka reader amend`
#[derive(Debug, Args)]
pub struct Amend {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    identity: Identity,
    /// What is to be different, in JSON: name, sex, birth_date, phone, email, address, workplace, language; an empty text takes away
    /// what need not be there; "-" is standard input
    #[arg(long, value_name = "FILE")]
    changes: PathBuf,
    /// What proves a new name or birth date: a JPEG, PNG, WebP or PDF
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// The version that `reader show` told; left out, whatever version there is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    seen: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    name: Option<String>,
    sex: Option<String>,
    birth_date: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
    workplace: Option<String>,
    language: Option<String>,
}

impl Amend {
    pub async fn run(self) -> Result<()> {
        let check = self.identity.read()?;
        let given: Given = input::json(&self.changes)?;
        let evidence = input::file(self.evidence.as_deref())?;
        let Desk { service, actor, reader } = self.named.take().await?;
        let changes = Changes {
            name: given.name,
            sex: given.sex,
            birth_date: given.birth_date,
            phone: given.phone,
            email: given.email,
            address: given.address,
            workplace: given.workplace,
            language: given.language,
        };
        let version = self.seen.unwrap_or(ANY_VERSION);
        let request = readers::Amend { reader, version, changes, evidence, check };
        let amended = service
            .write(actor, async move |op| readers::amend(op, request.clone()).await)
            .await
            .map_err(told)?;
        println!("Changed {}; version {}.", amended.fields.join(", "), amended.reader.version);
        Ok(())
    }
}
