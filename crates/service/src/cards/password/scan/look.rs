//! What the two screens are told of a request.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{ADDRESS, name_key, name_of, of_terminal};
use crate::cards::tables::sign_in_scan;
use crate::kernel::throttle::{Subject, count, forgive, refuse_while};
use crate::kernel::{Error, LibraryId, Op, Result, Right, ScanId, Who};

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for a phone.
    Open,
    /// It was confirmed, and waits to be picked up.
    Confirmed,
    /// Somebody said no.
    Refused,
    /// Its time is over, or it was used.
    Over,
}

impl State {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Over => "over",
        }
    }
}

pub(super) fn state_of(op: &Op, row: &sign_in_scan::Model) -> State {
    match row.state.as_str() {
        "refused" => State::Refused,
        "open" if row.expires_at > op.now() => State::Open,
        "confirmed" if row.expires_at > op.now() => State::Confirmed,
        _ => State::Over,
    }
}

/// What the terminal shows. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Shown {
    /// How it stands.
    pub state: State,
    /// What its code says.
    pub name: String,
    /// The number on both screens.
    pub number: String,
    /// Until when a phone can confirm it.
    pub until: DateTime<Utc>,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({})", self.state.as_str())
    }
}

/// What the terminal whose browser holds this secret shows; none when it asked for nothing lately.
///
/// # Errors
/// When the database can't be asked.
pub async fn shown(op: &Op, secret: &str) -> Result<Option<Shown>> {
    let Some(row) = of_terminal(op, secret).await? else { return Ok(None) };
    Ok(Some(Shown {
        state: state_of(op, &row),
        name: name_of(op, secret),
        until: row.expires_at,
        number: row.check_number,
    }))
}

/// A terminal that asks, as the phone shows it. `Debug` shows no address.
#[derive(Clone)]
pub struct Asking {
    /// The request.
    pub id: ScanId,
    /// The number on both screens.
    pub number: String,
    /// The library whose terminal it is, as its network tells.
    pub library: Option<LibraryId>,
    /// Its network address.
    pub address: String,
    /// What kind of browser it is.
    pub browser: String,
    /// Since when it asks.
    pub since: DateTime<Utc>,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asking({}, {})", self.id, self.browser)
    }
}

/// The terminal whose code says this; none when nothing waits under it. For readers at the portal.
///
/// # Errors
/// [`Error::Forbidden`] for anybody but a reader.
pub async fn asking(op: &Op, name: &str) -> Result<Option<Asking>> {
    reader(op)?;
    let row = sign_in_scan::Entity::find()
        .filter(sign_in_scan::Column::NameKey.eq(name_key(op, name)))
        .one(op.db())
        .await?;
    row.filter(|row| state_of(op, row) == State::Open).map(|row| told(op, row)).transpose()
}

/// The terminal that shows this number, for whom it can't be scanned. Who guesses numbers is stopped after five.
///
/// # Errors
/// [`Error::TooManyTries`]; [`Error::Forbidden`] for anybody but a reader.
pub async fn asking_by_number(op: &Op, number: &str) -> Result<Option<Asking>> {
    let reader = reader(op)?.to_string();
    let number: String = number.chars().filter(char::is_ascii_digit).take(12).collect();
    refuse_while(count(op, Subject::ScanNumbers(&reader)).await?)?;
    let row = sign_in_scan::Entity::find()
        .filter(sign_in_scan::Column::CheckNumber.eq(number))
        .filter(sign_in_scan::Column::State.eq("open"))
        .filter(sign_in_scan::Column::ExpiresAt.gt(op.now()))
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    forgive(op, Subject::ScanNumbers(&reader)).await?;
    told(op, row).map(Some)
}

pub(super) fn reader(op: &Op) -> Result<crate::kernel::ReaderId> {
    match op.actor().who {
        Who::Reader(reader) => Ok(reader),
        _ => Err(Error::Forbidden(Right::FindReaders)),
    }
}

fn told(op: &Op, row: sign_in_scan::Model) -> Result<Asking> {
    Ok(Asking {
        id: row.id,
        address: op.keys().open_sealed(ADDRESS, row.id.0, &row.address)?,
        number: row.check_number,
        library: row.library_id,
        browser: row.browser,
        since: row.created_at,
    })
}
