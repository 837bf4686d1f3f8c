//! Who a token is about, at this moment: nobody any more once the card is lost or cancelled, or the reader has taken back what they
//! allowed.

use chrono::{DateTime, Utc};
use sea_orm::EntityTrait;

use super::exchange::token_key;
use super::tables::{platform, token};
use super::{Told, allow, platforms};
use crate::cards::{self, password};
use crate::kernel::{Error, Op, PlatformId, ReaderId, Result};
use crate::libraries::tree;
use crate::readers;

/// From this age on a reader is told to be an adult (Table A1).
const ADULT: i32 = 16;

/// What a platform is told of a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The name that the reader goes by at this platform, and nowhere else.
    pub pseudonym: String,
    /// The code of the library that issued the card, where that is told.
    pub library: Option<String>,
    /// Whether they are 16 or older, where that is told.
    pub adult: Option<bool>,
}

/// Who the token is about; none when it does not work, or no longer.
///
/// # Errors
/// When the database can't be asked.
pub async fn claims(op: &Op, text: &str) -> Result<Option<Claims>> {
    let Some((row, platform)) = working(op, text).await? else { return Ok(None) };
    let told = still_told(&row, &platform);
    let reader = readers::current(op, row.reader_id).await?;
    of_reader(op, row.platform_id, reader, &told, Some(row.issued_at)).await
}

/// The same for the platform itself, which shows its name and secret, and until when the token works at most; none for another's token
/// too.
///
/// # Errors
/// [`Error::NotFound`] when there is no such platform, or the secret is another.
pub async fn introspect(
    op: &Op,
    name: &str,
    secret: &str,
    text: &str,
) -> Result<Option<(Claims, DateTime<Utc>)>> {
    let platform = platforms::authenticated(op, name, secret).await?;
    let platform = platform.ok_or(Error::NotFound("platform"))?;
    let found = working(op, text).await?.filter(|(_, of)| of.id == platform.id);
    let Some((row, _)) = found else { return Ok(None) };
    let reader = readers::current(op, row.reader_id).await?;
    let told = still_told(&row, &platform);
    let claims = of_reader(op, platform.id, reader, &told, Some(row.issued_at)).await?;
    Ok(claims.map(|claims| (claims, row.ends_at)))
}

/// The token, if its time is not over and its platform is open.
async fn working(op: &Op, text: &str) -> Result<Option<(token::Model, platform::Model)>> {
    let row = token::Entity::find_by_id(token_key(op, text)).one(op.db()).await?;
    let row = row.filter(|row| row.ended_at.is_none() && row.ends_at > op.now());
    let Some(row) = row else { return Ok(None) };
    // What began at a terminal that others use ends with the session there.
    if let Some(session) = &row.shared_session
        && !password::is_shared_session_open(op, session).await?
    {
        return Ok(None);
    }
    let platform = platform::Entity::find_by_id(row.platform_id).one(op.db()).await?;
    Ok(platform.filter(|platform| platform.closed_at.is_none()).map(|platform| (row, platform)))
}

/// What was asked for then, and may be told now.
fn still_told(row: &token::Model, platform: &platform::Model) -> Vec<Told> {
    let may = Told::of(&platform.told);
    Told::of(&row.told).into_iter().filter(|told| may.contains(told)).collect()
}

/// What is told of a reader whose card works and who allows it. Another password since then ends it, as it ends sessions.
pub(super) async fn of_reader(
    op: &Op,
    platform: PlatformId,
    reader: ReaderId,
    told: &[Told],
    since: Option<DateTime<Utc>>,
) -> Result<Option<Claims>> {
    let Some(allowed) = allow::now(op, platform, reader).await? else { return Ok(None) };
    let may = Told::of(&allowed.told);
    let told = |fact: Told| told.contains(&fact) && may.contains(&fact);
    let card = match cards::card_in_use(op, reader).await {
        Ok(card) => card,
        Err(Error::Refused(_) | Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(since) = since
        && password::changed_at(op, card.id).await?.is_some_and(|changed| changed > since)
    {
        return Ok(None);
    }
    let library = match told(Told::Library) {
        true => tree(op).await?.library(card.issuing_library).map(|library| library.code.clone()),
        false => None,
    };
    let adult = match told(Told::Adult) {
        true => Some(readers::holder(op, reader).await?.age >= ADULT),
        false => None,
    };
    Ok(Some(Claims { pseudonym: allowed.pseudonym, library, adult }))
}
