//! `demo.json`: what scripts and tests want to know of a running demo.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::folder::write_private;

/// What was filled in; the same at every start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Filled {
    /// How many readers there are.
    pub reader_count: u32,
    /// Tokens of the JSON API.
    pub api_tokens: Vec<ApiToken>,
    /// The token that makes a browser a kiosk, at `/kiosk/set-up`.
    #[serde(default)]
    pub kiosk_token: String,
    /// Accounts of staff.
    pub staff: Vec<StaffAccount>,
    /// One reader of each sort.
    pub readers: Vec<DemoReader>,
    /// Accounts of SIP2 machines.
    #[serde(default)]
    pub machines: Vec<Machine>,
}

/// A token and where it acts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiToken {
    /// The secret.
    pub token: String,
    /// The code of the library.
    pub library: String,
    /// The code of the service point.
    pub service_point: String,
}

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaffAccount {
    /// What one signs in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// The role.
    pub role: String,
    /// The code of the library.
    pub library: String,
}

/// A reader to try things with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoReader {
    /// What they are an example of.
    pub sort: String,
    /// The card's number.
    pub number: String,
    /// The kind of document.
    pub document_type: String,
    /// The number of the document, in full: these people cannot exist.
    pub document_number: String,
    /// The country that issued a passport.
    pub issuing_country: Option<String>,
    /// The card's password.
    pub password: String,
    /// The kind of card.
    pub kind: String,
    /// The card's state.
    pub state: String,
    /// The code of the original issuing library.
    pub issuing_library: String,
}

/// A machine's account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// The institution.
    pub institution: String,
    /// How it speaks.
    #[serde(default)]
    pub dialect: String,
}

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Where the pages and the API are.
    pub http: String,
    /// Where SIP2 is; nowhere when its port was taken.
    pub sip: Option<String>,
    /// Where the simulated ID reader is.
    pub id_reader: String,
    /// The page of the simulated SMS gateway; what was sent is at `/messages.json` below it.
    #[serde(default)]
    pub sms: String,
    /// The page of the simulated mail server; what was sent is at `/mails.json` below it.
    #[serde(default)]
    pub mail: String,
    /// The page of the simulated province platform (粤读通).
    #[serde(default)]
    pub yuedutong: String,
    /// The page of the simulated platform of digital resources (A.3.2 d).
    #[serde(default)]
    pub resources: String,
    /// The page of the simulated real-name service.
    #[serde(default)]
    pub real_name: String,
    /// The page of the simulated partner service.
    #[serde(default)]
    pub partner_service: String,
    /// The rest.
    #[serde(flatten)]
    pub filled: Filled,
}

/// Writes one of them.
pub fn write<T: Serialize>(path: &Path, what: &T) -> Result<()> {
    let text = serde_json::to_string_pretty(what).context("the manifest can't be written")?;
    write_private(path, &(text + "\n"))
}

/// Reads what was filled in.
pub fn read(path: &Path) -> Result<Filled> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is not what a demo writes; start over with --fresh", path.display()))
}
