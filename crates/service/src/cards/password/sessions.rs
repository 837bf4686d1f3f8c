//! Sessions of readers at the portal: in the database, so that any instance knows them; the browser holds a token, the database its
//! keyed hash. A card that stops working ends its sessions at that instant, since each request looks at it.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::cards::tables::{card, reader_code, reader_session};
use crate::cards::{CardState, CardView};
use crate::kernel::{Actor, CardId, Op, ReaderId, Result, random_bytes};
use crate::libraries::{Tree, tree};
use crate::readers;

/// After so many minutes without a request one signs in again: the phone may lie on a table.
const IDLE_MINUTES: i64 = 20;
/// After so many hours one signs in again in any case.
const SESSION_HOURS: i64 = 12;
/// The same at a terminal that others use afterwards (6.1.4.2): whoever walks away leaves it open for no longer.
pub const SHARED_IDLE_MINUTES: i64 = 5;
/// After so many minutes a session at such a terminal ends in any case.
const SHARED_SESSION_MINUTES: i64 = 60;

/// A reader signed in at the portal.
#[derive(Clone, Debug)]
pub struct ReaderSession {
    /// Who.
    pub reader: ReaderId,
    /// Their name.
    pub name: String,
    /// The language of their messages, where they chose one.
    pub language: Option<String>,
    /// The card they signed in with.
    pub card: CardView,
    /// When its password was changed last, where it ever was.
    pub password_changed_at: Option<DateTime<Utc>>,
    /// Whether the default password wants to be changed before anything else (A.2.3).
    pub must_change: bool,
    /// Whether it is at a terminal that others use afterwards.
    pub shared: bool,
    /// What it is known by where something is to end with it.
    pub key: Vec<u8>,
    /// The libraries, for names.
    pub tree: Tree,
    /// Who they are to operations.
    pub actor: Actor,
    /// When they signed in.
    pub since: DateTime<Utc>,
    stale: bool,
}

impl ReaderSession {
    /// Whether [`reader_seen`] should be called, to note that the session is in use.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }
}

/// Hexadecimal digits of so many random bytes.
pub(super) fn chance<const BYTES: usize>() -> Result<String> {
    let random: [u8; BYTES] = random_bytes()?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

pub(super) fn hash_of(op: &Op, token: &str) -> Vec<u8> {
    op.keys().lookup("reader session", token)
}

pub(super) async fn begin(op: &Op, card: &card::Model, must_change: bool, shared: bool) -> Result<String> {
    let token = chance::<32>()?;
    let row = reader_session::ActiveModel {
        id: Set(hash_of(op, &token)),
        reader_id: Set(card.reader_id),
        card_id: Set(card.id),
        must_change: Set(must_change),
        created_at: Set(op.now()),
        seen_at: Set(op.now()),
        shared: Set(shared),
    };
    reader_session::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(token)
}

/// Whose token this is; none when it is unknown, was idle for too long, is too old, or the card does not work any more.
///
/// # Errors
/// When the database can't be asked.
pub async fn reader_session(op: &Op, token: &str) -> Result<Option<ReaderSession>> {
    let Some(row) = reader_session::Entity::find_by_id(hash_of(op, token)).one(op.db()).await? else {
        return Ok(None);
    };
    let idle = op.now() - row.seen_at;
    let (most_idle, longest) = match row.shared {
        true => (TimeDelta::minutes(SHARED_IDLE_MINUTES), TimeDelta::minutes(SHARED_SESSION_MINUTES)),
        false => (TimeDelta::minutes(IDLE_MINUTES), TimeDelta::hours(SESSION_HOURS)),
    };
    if idle > most_idle || op.now() - row.created_at > longest {
        return Ok(None);
    }
    let found = card::Entity::find_by_id(row.card_id).one(op.db()).await?;
    let Some(found) = found.filter(|card| card.state == CardState::Active.as_str()) else { return Ok(None) };
    // A card that was lost in between works again; the terminal that others use is not signed in again with it.
    if row.shared && found.state_since > row.created_at {
        return Ok(None);
    }
    // Records that were made one since: the card has moved, and what the session saw is another's.
    if found.reader_id != row.reader_id {
        return Ok(None);
    }
    let card = CardView::from_row(&found)?;
    let (name, language) = readers::address(op, row.reader_id).await?;
    Ok(Some(ReaderSession {
        reader: row.reader_id,
        name,
        language,
        actor: Actor::reader(row.reader_id, card.issuing_library),
        password_changed_at: found.password_changed_at,
        card,
        must_change: row.must_change,
        shared: row.shared,
        key: row.id,
        tree: tree(op).await?,
        since: row.created_at,
        // The short time is counted from the last request; of the long one a minute does not matter.
        stale: idle > if row.shared { TimeDelta::seconds(5) } else { TimeDelta::minutes(1) },
    }))
}

/// Whether a session at a terminal that others use has not ended: by signing out, with the card, or with its time. That nothing was asked
/// for a while is no end of what it led to.
pub(crate) async fn is_shared_session_open(op: &Op, key: &[u8]) -> Result<bool> {
    let row = reader_session::Entity::find_by_id(key.to_vec()).one(op.db()).await?;
    Ok(row.is_some_and(|row| op.now() - row.created_at <= TimeDelta::minutes(SHARED_SESSION_MINUTES)))
}

/// When the password of a card was changed last; none: never.
pub(crate) async fn changed_at(op: &Op, id: CardId) -> Result<Option<DateTime<Utc>>> {
    let row = card::Entity::find_by_id(id).one(op.db()).await?;
    Ok(row.and_then(|row| row.password_changed_at))
}

/// Notes that a session is in use.
///
/// # Errors
/// When the database can't be written.
pub async fn reader_seen(op: &Op, token: &str) -> Result<()> {
    reader_session::Entity::update_many()
        .col_expr(reader_session::Column::SeenAt, Expr::value(op.now()))
        .filter(reader_session::Column::Id.eq(hash_of(op, token)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database can't be written.
pub async fn reader_sign_out(op: &Op, token: &str) -> Result<()> {
    reader_session::Entity::delete_by_id(hash_of(op, token)).exec(op.db()).await?;
    Ok(())
}

/// Ends all that lets somebody in, or change something, as this reader without a password: sessions, and codes that are on their way.
pub(crate) async fn end_access(op: &Op, reader: ReaderId) -> Result<()> {
    reader_session::Entity::delete_many()
        .filter(reader_session::Column::ReaderId.eq(reader))
        .exec(op.db())
        .await?;
    reader_code::Entity::update_many()
        .col_expr(reader_code::Column::UsedAt, Expr::value(op.now()))
        .filter(reader_code::Column::ReaderId.eq(reader))
        .filter(reader_code::Column::UsedAt.is_null())
        .exec(op.db())
        .await?;
    Ok(())
}

/// Removes sessions that are too old to be used: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_old_sessions(op: &Op) -> Result<()> {
    let too_old = op.now() - TimeDelta::hours(SESSION_HOURS);
    reader_session::Entity::delete_many()
        .filter(reader_session::Column::CreatedAt.lt(too_old))
        .exec(op.db())
        .await?;
    Ok(())
}
