//! `yueka point sync`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use delivery::HouseClient;
use serde_json::{Value, json};
use service::points::{Answer, Laptop, OpeningState};

use super::passphrase::{Passphrase, exists, told};

/// How long the house may take for one opening.
const PATIENCE: Duration = Duration::from_secs(60);
const OPENINGS: &str = "/api/v1/points/openings";
const HANDED_IN: &str = "/api/v1/points/handed-in";

/// Hand in what was opened on this laptop. Again, as often as you like: nothing is opened twice.
#[derive(Debug, Args)]
pub struct Sync {
    /// The folder of the point
    folder: PathBuf,
    /// Another address of the house than the one it was prepared at
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The event is over: what was not used goes back, and the files of the point are removed from this laptop. Only when everything was
    /// answered
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    passphrase: Passphrase,
}

impl Sync {
    pub(super) async fn run(self) -> Result<ExitCode> {
        exists(&self.folder)?;
        // Before the house hears that it is over: a desk that is served could open a card meanwhile, which nobody would ever hand in.
        let held = match self.end {
            true => Some(Laptop::hold(&self.folder).map_err(|error| told(&self.folder, error))?),
            false => None,
        };
        let laptop = self.passphrase.open(&self.folder).await?;
        let server = self.server.clone().unwrap_or_else(|| laptop.package().server.clone());
        let client = HouseClient::new(&server)?;
        let handed = hand_in(&client, &laptop).await;
        let entries = laptop.openings().await?;
        let count = |state| entries.iter().filter(|entry| entry.state() == state).count();
        let waiting = count(None);
        println!("{} openings on this laptop", entries.len());
        println!("  {} accepted", count(Some(OpeningState::Accepted)));
        println!(
            "  {} in conflict: they wait for somebody in the office",
            count(Some(OpeningState::Conflict))
        );
        println!("  {} settled", count(Some(OpeningState::Settled)));
        println!("  {waiting} not handed in yet");
        for entry in entries.iter().filter(|entry| entry.state() == Some(OpeningState::Conflict)) {
            let reasons = entry.answer.as_ref().map(|answer| answer.reasons.join(" ")).unwrap_or_default();
            println!("  conflict {} {reasons}", entry.opening.number);
        }
        if let Err(fault) = handed {
            eprintln!("yueka: {fault:#}");
            return Ok(ExitCode::FAILURE);
        }
        let body = json!({ "outstanding": waiting, "end": self.end && waiting == 0 });
        let secret = laptop.package().secret.clone();
        let said = match client.post(HANDED_IN, &secret, &body, PATIENCE).await {
            Ok((200, said)) => said,
            Ok((401, _)) => return refused(&laptop).await,
            Ok((status, said)) => bail!("{server} says {}", problem(status, &said)),
            Err(fault) => bail!("{server}: {fault}"),
        };
        laptop.set_over(said["over"].as_bool().unwrap_or_default()).await?;
        match held {
            Some(held) if waiting == 0 => {
                laptop.close().await?;
                Laptop::remove(&self.folder, held)
                    .context("the house knows that the point is over, but its files can't be removed")?;
                println!(
                    "The point is over: {} numbers and {} One-Cards went back, its files are removed.",
                    said["numbers"], said["one_cards"]
                );
                Ok(ExitCode::SUCCESS)
            }
            Some(_) => bail!("{waiting} openings are not handed in: the point is not over"),
            None => Ok(ExitCode::SUCCESS),
        }
    }
}

/// The house takes nothing more: the desk of this laptop is to know it, and opens nothing more.
async fn refused<T>(laptop: &Laptop) -> Result<T> {
    laptop.set_over(true).await?;
    bail!(
        "the house takes nothing from this laptop (401): the point was revoked or is over, and its desk opens nothing more; \
         what is on it is kept. Whoever manages points can let it hand in late (`yueka point late`)"
    )
}

/// Hands in one after the other what has no answer that is for good, and keeps each answer before the next. One that is not taken does not
/// keep the others back; who may not hand in, or is not connected, stops.
async fn hand_in(client: &HouseClient, laptop: &Laptop) -> Result<()> {
    let secret = laptop.package().secret.clone();
    let mut not_taken = Vec::new();
    for entry in laptop.openings().await? {
        if matches!(entry.state(), Some(OpeningState::Accepted | OpeningState::Settled)) {
            continue;
        }
        let body = serde_json::to_value(&entry.opening)?;
        let (status, said) = match client.post(OPENINGS, &secret, &body, PATIENCE).await {
            Ok(answered) => answered,
            Err(fault) => bail!("{fault}: run the same command again, nothing is opened twice"),
        };
        match status {
            200 => {
                let answer: Answer =
                    serde_json::from_value(said).context("the house answers in another way")?;
                laptop.answered(&answer).await?;
            }
            401 => return refused(laptop).await,
            403 => bail!("the house takes nothing from this laptop: {}", problem(403, &said)),
            status => {
                not_taken.push(format!("{} was not taken: {}", entry.opening.number, problem(status, &said)));
            }
        }
    }
    if !not_taken.is_empty() {
        bail!("{}", not_taken.join("\n"));
    }
    Ok(())
}

/// What the house says that it can't do.
pub fn problem(status: u16, said: &Value) -> String {
    let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let mut told = format!("{status} {}: {}", word("code"), word("detail"));
    for error in said["errors"].as_array().into_iter().flatten() {
        let field = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        told.push_str(&format!("\n  {}: {}", field("field"), field("message")));
    }
    for blocker in said["blockers"].as_array().into_iter().flatten() {
        told.push_str(&format!("\n  {}", blocker["code"].as_str().unwrap_or_default()));
    }
    told
}
