//! `yueka reader export`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use service::people;

use super::{Desk, Named};
use crate::cli::input;
use crate::cli::told::told;

/// `yueka reader export`
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    named: Named,
    /// Why, in 2 characters or more; the reader sees it
    #[arg(long)]
    reason: String,
    /// A new file, readable by its owner only; "-" is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Export {
    pub async fn run(self) -> Result<()> {
        let Desk { service, actor, reader } = self.named.take().await?;
        let reason = self.reason;
        let all = service
            .write(actor, async move |op| people::data_export(op, reader, &reason).await)
            .await
            .map_err(told)?;
        let mut text = serde_json::to_string_pretty(&all)?;
        text.push('\n');
        input::write(&self.out, text.as_bytes())
    }
}
