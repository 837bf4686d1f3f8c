//! `yueka point list|revoke|late|take-back`

use anyhow::Result;
use clap::Args;
use service::kernel::{PointId, local_time};
use service::points::{LATE_HOURS, PointEntry, end_point, let_in_late, points, take_back_cards};

use crate::cli::table;
use crate::cli::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// List the points of this house.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
}

/// One point.
#[derive(Debug, Args)]
pub struct OfPoint {
    #[command(flatten)]
    config: ConfigFile,
    /// Its id, as `yueka point list` shows it
    id: PointId,
}

/// Revoke a point.
#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    of: OfPoint,
}

fn state(entry: &PointEntry) -> String {
    match (entry.ended_at, entry.revoked) {
        (Some(at), true) => format!("revoked {}", local_time(at)),
        (Some(at), false) => format!("over {}", local_time(at)),
        (None, _) => "out".to_owned(),
    }
}

impl List {
    pub(super) async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let found = service.read(actor, points).await.map_err(told)?;
        let rows: Vec<_> = found
            .iter()
            .map(|entry| {
                [
                    entry.id.to_string(),
                    entry.name.clone(),
                    local_time(entry.prepared_at),
                    local_time(entry.valid_until),
                    format!("{}/{}", entry.numbers.1, entry.numbers.0),
                    entry.synced_at.map(local_time).unwrap_or_default(),
                    entry.outstanding.to_string(),
                    entry.accepted.to_string(),
                    entry.conflicts.to_string(),
                    entry.settled.to_string(),
                    state(entry),
                ]
            })
            .collect();
        table::print(
            [
                "id",
                "name",
                "prepared",
                "until",
                "numbers",
                "synced",
                "waiting",
                "accepted",
                "conflicts",
                "settled",
                "state",
            ],
            &rows,
        );
        Ok(())
    }
}

impl Revoke {
    pub(super) async fn run(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.of.config.read()?).await?;
        let id = self.of.id;
        let ended = service.write(actor, async |op| end_point(op, id).await).await.map_err(told)?;
        println!("Revoked {id}: it hands in nothing any more, and {} numbers are void.", ended.numbers);
        Ok(())
    }
}

impl OfPoint {
    pub(super) async fn late(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let id = self.id;
        service.write(actor, async |op| let_in_late(op, id).await).await.map_err(told)?;
        println!(
            "{id} is over, and may hand in for {LATE_HOURS} hours all the same; each of its openings waits to be settled."
        );
        Ok(())
    }

    pub(super) async fn take_back(self) -> Result<()> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let id = self.id;
        let cards = service.write(actor, async |op| take_back_cards(op, id).await).await.map_err(told)?;
        println!("{cards} One-Cards of {id} are in the store again.");
        Ok(())
    }
}
