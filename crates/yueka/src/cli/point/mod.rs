//! `yueka point prepare|serve|sync|list|revoke|late|take-back`: mobile card points (docs/mobile-points.md). The first three are for the
//! laptop, the others for the house.

mod laptop;
mod manage;
mod passphrase;
mod prepare;
mod sync;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// Mobile card points: laptops that open cards where there is no network.
#[derive(Debug, Subcommand)]
pub enum Point {
    /// On the laptop, online: prepare it for an event
    Prepare(prepare::Prepare),
    /// On the laptop, without network: serve its desk
    Serve(laptop::Serve),
    /// On the laptop, online again: hand in what was opened
    Sync(sync::Sync),
    /// List the points of this house
    List(manage::List),
    /// Revoke a point: the laptop is lost or stolen, or nobody knows
    Revoke(manage::Revoke),
    /// Let a revoked point hand in for a day: each of its openings waits to be settled
    Late(manage::OfPoint),
    /// The One-Cards of a point that ended are there: they go back to the store
    TakeBack(manage::OfPoint),
}

impl Point {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Prepare(command) => command.run().await?,
            Self::Serve(command) => command.run().await?,
            Self::Sync(command) => return command.run().await,
            Self::List(command) => command.run().await?,
            Self::Revoke(command) => command.run().await?,
            Self::Late(command) => command.late().await?,
            Self::TakeBack(command) => command.take_back().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
