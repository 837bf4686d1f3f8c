//! `yueka audit verify`

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use service::records::{Chain, Misfit, verify};

use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Records and the access log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walk both chains, and name the first row that does not fit; exit code 1 when there is one
    Verify(Verify),
}

/// `yueka audit verify`
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    config: ConfigFile,
}

impl Audit {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let Self::Verify(Verify { config }) = self;
        let service = opening::house(&config.read()?).await?;
        let actor = opening::system(&service).await?;
        let mut code = ExitCode::SUCCESS;
        for report in service.read(actor, verify).await.map_err(told)? {
            let (chain, sealed, waiting) = (report.chain.as_str(), report.sealed, report.waiting);
            match report.misfit {
                None => println!("{chain}: {sealed} rows fit, {waiting} not sealed yet"),
                Some(misfit) => {
                    println!(
                        "{chain}: DOES NOT FIT after {sealed} rows: {}",
                        in_words(report.chain, &misfit)
                    );
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }
}

fn in_words(chain: Chain, misfit: &Misfit) -> String {
    match misfit {
        Misfit::Changed { place, row } => {
            format!("row {place} ({} id {row}) was changed after it was sealed", chain.as_str())
        }
        Misfit::Missing { place } => format!("row {place} is gone"),
        Misfit::CutOff { place, expected } => {
            format!("it ends with row {place}, and ended with row {expected} when it was last sealed")
        }
        Misfit::SealChanged { place } => format!("the seal kept for row {place} is gone or was changed"),
    }
}
