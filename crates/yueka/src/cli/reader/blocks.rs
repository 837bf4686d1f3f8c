//! `yueka reader block|unblock`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use service::kernel::BlockId;
use service::readers::{self, NewBlock};

use super::{Desk, Named};
use crate::cli::input;
use crate::cli::told::told;

/// `yueka reader block`
#[derive(Debug, Args)]
pub struct Block {
    #[command(flatten)]
    named: Named,
    /// conduct, unpaid, address, verification or other
    #[arg(long)]
    reason: String,
    /// A file with more about it, which "other" needs; "-" is standard input
    #[arg(long, value_name = "FILE")]
    note: Option<PathBuf>,
    /// The last day, YYYY-MM-DD; left out, until it is lifted
    #[arg(long, default_value = "")]
    until: String,
}

/// `yueka reader unblock`
#[derive(Debug, Args)]
pub struct Unblock {
    #[command(flatten)]
    named: Named,
    /// The block, as `yueka reader show` shows it
    block: BlockId,
}

impl Block {
    pub async fn run(self) -> Result<()> {
        let note = self.note.as_deref().map(input::text).transpose()?.unwrap_or_default();
        let Desk { service, actor, reader } = self.named.take().await?;
        let block = NewBlock { reader, reason: self.reason, note, until: self.until };
        let id = service
            .write(actor, async move |op| readers::block(op, block.clone()).await)
            .await
            .map_err(told)?;
        println!("Blocked: {id}");
        Ok(())
    }
}

impl Unblock {
    pub async fn run(self) -> Result<()> {
        let Desk { service, actor, reader } = self.named.take().await?;
        let id = self.block;
        service.write(actor, async move |op| readers::unblock(op, reader, id).await).await.map_err(told)?;
        println!("Lifted: {id}");
        Ok(())
    }
}
