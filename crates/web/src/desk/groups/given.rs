//! A list as it was given: the file, and what was said of its sheets and columns. The file itself is kept nowhere: where somebody has to say
//! what its columns hold, the page carries it along.

use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use service::groups;
use service::kernel::{Actor, BatchId};
use service::{Error, Service};
use sheets::{List, Mapping, Options, ReadError, Wanted};

use crate::form::Fields;

/// Files that are read at once: a large one takes memory and a processor for a while.
static READINGS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// A list as it was given.
pub struct Given {
    /// The file.
    pub bytes: Vec<u8>,
    /// What is known or was said of its columns.
    pub mapping: Mapping,
    /// Which of its sheets.
    pub wanted: Wanted,
}

impl Given {
    /// A file, with what is known of the unit's lists.
    pub fn new(bytes: Vec<u8>, mapping: Mapping) -> Self {
        Self { bytes, mapping, wanted: Wanted::First }
    }

    /// The file as a page carries it along.
    pub fn carried(&self) -> String {
        STANDARD.encode(&self.bytes)
    }

    /// What a page brought back: the file, which sheets, what the columns hold. A column that was left as it was found is not said anything
    /// of.
    pub fn from_page(fields: &Fields, known: Mapping) -> Option<Self> {
        let bytes = STANDARD.decode(fields.value("file")).ok().filter(|bytes| !bytes.is_empty())?;
        let mut mapping = known;
        for (name, key) in fields.pairs().filter(|(name, _)| name.starts_with("key.")) {
            let at = name.trim_start_matches("key.");
            let (chosen, found) =
                (fields.value(&format!("column.{at}")), fields.value(&format!("found.{at}")));
            if chosen != found {
                mapping.set(key, chosen.parse().ok());
            }
        }
        let sheets: Vec<String> =
            fields.pairs().filter(|(name, _)| *name == "sheet").map(|(_, sheet)| sheet.to_owned()).collect();
        let wanted = if sheets.is_empty() { Wanted::First } else { Wanted::Named(sheets) };
        Some(Self { bytes, mapping, wanted })
    }

    /// Reads it, beside the threads that answer others.
    pub async fn read(&self) -> Result<List, ReadError> {
        let (bytes, mapping, wanted) = (self.bytes.clone(), self.mapping.clone(), self.wanted.clone());
        let _turn = READINGS.acquire().await.map_err(|_| ReadError::Damaged)?;
        let read = move || sheets::read(&bytes, "", &Options { wanted, mapping, ..Options::default() });
        tokio::task::spawn_blocking(read).await.unwrap_or(Err(ReadError::Damaged))
    }
}

/// Whether somebody has to look at a list before it is checked: at its columns, or at which of its sheets are meant.
pub fn asks(list: &List, wanted: &Wanted) -> bool {
    let more = list.other_sheets.iter().any(|sheet| sheet.is_list && !sheet.hidden);
    list.needs_mapping() || (*wanted == Wanted::First && more)
}

/// How long a page waits for a list to be checked, before it shows how far that is.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(4);

/// Checks a list, and leads to what was found. A large one is checked on, while its page shows how far it is.
pub async fn check(service: &Service, actor: &Actor, id: BatchId, list: List) -> Result<Response, Error> {
    let (house, actor) = (service.clone(), actor.clone());
    let check = tokio::spawn(async move { groups::check_list(&house, &actor, id, &list).await });
    let place = format!("/desk/groups/batches/{id}");
    match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(Ok(()))) => Ok(Redirect::to(&place).into_response()),
        Ok(Ok(Err(error))) => Err(error),
        Ok(Err(_)) => Err(Error::internal("a check was cut off")),
        Err(_) => Ok(Redirect::to(&format!("{place}?checking")).into_response()),
    }
}
