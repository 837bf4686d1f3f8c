//! `yueka point prepare`

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use delivery::HouseClient;
use serde_json::json;
use service::kernel::local_time;
use service::points::{Laptop, Package};

use super::passphrase::Passphrase;
use super::sync::problem;
use crate::cli::input;

/// A large federation hashes all its holders meanwhile.
const PATIENCE: Duration = Duration::from_secs(900);

/// Prepare this laptop, online, for an event.
#[derive(Debug, Args)]
pub struct Prepare {
    /// The address of the house: https://…
    #[arg(long, value_name = "URL")]
    server: String,
    /// A token with the right manage_points, as `yueka token add` prints it
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file", required_unless_present = "token_file")]
    token: Option<String>,
    /// A file with that token, or `-` for standard input: no process list shows it
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Where the laptop keeps its point: a folder that holds none yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// In words: the event, the place
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The code of the service point that it stands for, of the kind mobile_point
    #[arg(long, value_name = "CODE")]
    service_point: String,
    /// The code of the library of that; left out, that of the token
    #[arg(long, value_name = "CODE")]
    library: Option<String>,
    /// Who works there: a user name; may be given several times
    #[arg(long = "staff", value_name = "USERNAME", required = true)]
    staff: Vec<String>,
    /// How many virtual numbers to take along
    #[arg(long, value_name = "NUMBER", default_value_t = 300)]
    numbers: i64,
    /// How many One-Cards to take along
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    one_cards: i64,
    /// The lowest barcode of those; left out, the lowest in the store
    #[arg(long, value_name = "BARCODE")]
    first_card: Option<String>,
    /// For how many days it opens cards
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    days: i64,
    #[command(flatten)]
    passphrase: Passphrase,
}

impl Prepare {
    pub(super) async fn run(self) -> Result<()> {
        if self.out.join("keys.json").exists() {
            bail!("{} holds a point already: name another folder", self.out.display());
        }
        let passphrase = self.passphrase.choose()?;
        let token = match (&self.token, &self.token_file) {
            (Some(token), _) => token.clone(),
            (None, Some(path)) => input::text(path)?,
            (None, None) => bail!("give --token or --token-file"),
        };
        let client = HouseClient::new(&self.server)?;
        let body = json!({
            "name": self.name, "service_point": self.service_point, "library": self.library,
            "staff": self.staff, "numbers": self.numbers, "one_cards": self.one_cards,
            "first_card": self.first_card, "days": self.days,
        });
        let answered = client.post("/api/v1/points", &token, &body, PATIENCE).await;
        let package = match answered {
            Ok((201, package)) => package,
            Ok((status, said)) => bail!("{} says {}", self.server, problem(status, &said)),
            Err(fault) => bail!("{}: {fault}", self.server),
        };
        let Ok(mut package) = serde_json::from_value::<Package>(package) else {
            bail!("{} is of another release than this program: bring both to the same", self.server)
        };
        package.server = self.server.trim().trim_end_matches('/').to_owned();
        Laptop::create(&self.out, &passphrase, &package).await?;
        let cards: u32 = package.one_cards.iter().map(|range| range.count).sum();
        println!("Prepared: {} ({})", package.name, package.point);
        println!(
            "  {} virtual numbers, {cards} One-Cards, {} of the staff, until {}",
            package.numbers.len(),
            package.staff.len(),
            local_time(package.valid_until)
        );
        for range in &package.one_cards {
            println!("  One-Cards {} to {} ({})", range.first, range.last, range.count);
        }
        println!("Now, without network: yueka point serve {}", self.out.display());
        Ok(())
    }
}
