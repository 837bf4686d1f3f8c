//! `yueka audit verify|head`

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use service::Service;
use service::cards;
use service::kernel::{Actor, local_time};
use service::records::{self, Chain, ChainReport, Head, Misfit, OutOfTime};

use super::told::told;
use crate::config::ConfigFile;
use crate::opening;

/// Records and the access log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walk both chains, and name the first row that does not fit; exit code 1 when there is one
    Verify(Verify),
    /// Print where both chains end now, for keeping elsewhere and for `verify --expect`
    Head(HeadOf),
}

/// `yueka audit verify`
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    config: ConfigFile,
    /// What `audit head` printed earlier: the chain must still hold it; may be given several times
    #[arg(long = "expect", value_name = "CHAIN:PLACE:SEAL")]
    expected: Vec<Head>,
}

/// `yueka audit head`
#[derive(Debug, Args)]
pub struct HeadOf {
    #[command(flatten)]
    config: ConfigFile,
}

/// How many cards are named.
const NAMED: usize = 20;

impl Audit {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Verify(verify) => verify.run().await,
            Self::Head(head) => head.run().await,
        }
    }
}

impl Verify {
    async fn run(self) -> Result<ExitCode> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let expected = self.expected;
        let walked = {
            let expected = expected.clone();
            service.read(actor.clone(), async move |op| records::verify_against(op, &expected).await)
        };
        let mut sound = true;
        for report in walked.await.map_err(told)? {
            let noted = expected.iter().any(|head| head.chain == report.chain);
            sound &= tell(&service, &report, noted);
        }
        sound &= tell_of_cards(&service, actor).await?;
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Says what a walk found; false when something is wrong.
fn tell(service: &Service, report: &ChainReport, noted: bool) -> bool {
    let (chain, sealed, waiting) = (report.chain.as_str(), report.sealed, report.waiting);
    if let Some(misfit) = &report.misfit {
        println!("{chain}: DOES NOT FIT after {sealed} rows: {}", in_words(report.chain, misfit));
        return false;
    }
    println!("{chain}: {sealed} rows fit, {waiting} not sealed yet");
    if let Some(late) = &report.late {
        println!("{chain}: note: {}", out_of_time(late, "sealed long after the time they bear"));
    }
    let mut sound = true;
    if let Some(overdue) = &report.overdue {
        let what = "NOT SEALED though later ones are: put in later than they say";
        println!("{chain}: {}", out_of_time(overdue, what));
        sound = false;
    }
    if report.kept.is_none() && sealed > 0 && !noted {
        println!(
            "{chain}: THE END IS NOT PROVED: no head is kept at {}; give one that was kept elsewhere by --expect",
            records::heads_file(service.keys()).display()
        );
        sound = false;
    }
    sound
}

fn out_of_time(found: &OutOfTime, what: &str) -> String {
    let OutOfTime { rows, first, at } = found;
    format!("{rows} rows {what}, the first is id {first} of {}", local_time(*at))
}

async fn tell_of_cards(service: &Service, actor: Actor) -> Result<bool> {
    let bare = service.read(actor, cards::without_opening).await.map_err(told)?;
    if bare.is_empty() {
        println!("cards: each has the record of its opening");
        return Ok(true);
    }
    let named: Vec<String> = bare.iter().take(NAMED).map(|card| format!("id {card}")).collect();
    let more = if bare.len() > NAMED { ", …" } else { "" };
    println!("cards: {} WITHOUT THE RECORD OF THEIR OPENING: {}{more}", bare.len(), named.join(", "));
    Ok(false)
}

impl HeadOf {
    async fn run(self) -> Result<ExitCode> {
        let (service, actor) = opening::as_system(&self.config.read()?).await?;
        let ends = service.read(actor, records::ends).await.map_err(told)?;
        if ends.is_empty() {
            bail!("nothing is sealed yet, or the ends of the chains were touched: `yueka audit verify`");
        }
        for end in ends {
            println!("{end}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn in_words(chain: Chain, misfit: &Misfit) -> String {
    match misfit {
        Misfit::Changed { place, row } => {
            format!("row {place} ({} id {row}) was changed after it was sealed", chain.as_str())
        }
        Misfit::Unreadable { place } => format!("row {place} holds what can't be read"),
        Misfit::Missing { place } => format!("row {place} is gone"),
        Misfit::CutOff { place, expected } => {
            format!("it ends with row {place}, and ended with row {expected} when it was last sealed")
        }
        Misfit::SealChanged { place } => format!("the seal kept for row {place} is gone or was changed"),
        Misfit::AnotherHead { place } => {
            format!("row {place} has another seal than the one that was kept outside of the database")
        }
        Misfit::HeadChanged(told) => told.clone(),
    }
}
