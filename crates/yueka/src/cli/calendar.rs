//! `yueka calendar list|close|open`: days on which a library is closed beside its weekly ones (6.3.4).

use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use service::circulation::{closed_days, open_again, set_closed_day};

use super::at::AtLibrary;
use super::table;
use super::told::told;

/// Days on which libraries are closed: nothing is due on them, and nothing is charged for them.
#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// Show the closed days of a library from today on, those of what it stands under included
    List(AtLibrary),
    /// Close a library, and everything under it, on a day or from one to another
    Close(Close),
    /// Take closed days back
    Open(Days),
}

/// `yueka calendar open`
#[derive(Debug, Args)]
pub struct Days {
    #[command(flatten)]
    at: AtLibrary,
    /// The day, as 2027-02-06
    #[arg(value_name = "DAY")]
    day: NaiveDate,
    /// The last day, where there are several
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
}

/// `yueka calendar close`
#[derive(Debug, Args)]
pub struct Close {
    #[command(flatten)]
    days: Days,
    /// Why, for display
    #[arg(long, default_value = "")]
    note: String,
}

/// More days than anybody closes for at once: most likely a year was mistyped.
const MOST: usize = 120;

impl Calendar {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::List(at) => list(&at).await?,
            Self::Close(close) => close.days.set(Some(close.note)).await?,
            Self::Open(days) => days.set(None).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(at: &AtLibrary) -> Result<()> {
    let (service, actor, tree, library) = at.open().await?;
    let today = service.clock().today();
    let days = service.read(actor, async move |op| closed_days(op, library, today).await).await;
    let rows: Vec<_> = days
        .map_err(told)?
        .into_iter()
        .map(|day| {
            let by = tree.library(day.library).map(|library| library.code.clone());
            [day.day.to_string(), day.note, by.unwrap_or_default()]
        })
        .collect();
    table::print(["day", "note", "set by"], &rows);
    Ok(())
}

impl Days {
    /// Closes, with a note, or opens again: all of the days, or none.
    async fn set(self, note: Option<String>) -> Result<()> {
        let last = self.until.unwrap_or(self.day);
        let days: Vec<NaiveDate> =
            self.day.iter_days().take_while(|day| *day <= last).take(MOST + 1).collect();
        if days.is_empty() || days.len() > MOST {
            bail!(
                "from {} to {last}: write a last day that comes after the first, within {MOST} days",
                self.day
            );
        }
        let (service, actor, _, library) = self.at.open().await?;
        let (count, closes) = (days.len(), note.is_some());
        let set = service
            .write(actor, async move |op| {
                for day in &days {
                    match &note {
                        Some(note) => set_closed_day(op, library, *day, note).await?,
                        None => open_again(op, library, *day).await?,
                    }
                }
                Ok(())
            })
            .await;
        set.map_err(told)?;
        let what = if closes { "closed" } else { "open again" };
        println!("{}: {what} on {count} {}.", self.at.code, if count == 1 { "day" } else { "days" });
        Ok(())
    }
}
