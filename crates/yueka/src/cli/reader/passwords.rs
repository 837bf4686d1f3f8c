//! `yueka reader reset-password|unlock`: no password is ever typed or shown here.

use anyhow::Result;
use clap::Args;
use service::cards::grouped;
use service::cards::password::{self, ResetPassword};

use super::{Desk, Named};
use crate::cli::identity::Identity;
use crate::cli::told::told;

/// `yueka reader reset-password`, `yueka reader unlock`
#[derive(Debug, Args)]
pub struct Asked {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    identity: Identity,
}

impl Asked {
    pub async fn reset(self) -> Result<()> {
        let check = self.identity.read()?;
        let Desk { service, actor, reader } = self.named.take().await?;
        let request = ResetPassword { reader, check };
        let done = service
            .write(actor, async move |op| password::reset_password(op, request.clone()).await)
            .await
            .map_err(told)?;
        println!(
            "{} has its default password again: the last six characters of the number of the {}. Remind them to change it.",
            grouped(&done.card.number),
            done.document.as_str()
        );
        Ok(())
    }

    pub async fn unlock(self) -> Result<()> {
        let check = self.identity.read()?;
        let Desk { service, actor, reader } = self.named.take().await?;
        let request = password::Unlock { reader, check };
        service
            .write(actor, async move |op| password::unlock(op, request.clone()).await)
            .await
            .map_err(told)?;
        println!("The sign-in is open; the password stays.");
        Ok(())
    }
}
