//! Sessions of staff: in the database, so that any instance knows them; the browser holds a token, the database its keyed
//! hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::{session, staff};
use crate::kernel::{Actor, Channel, Error, Op, Result, Role, ServicePointId, StaffId, Who, random_bytes};
use crate::libraries::{self, Policy, ServicePoint, Tree, tree};

/// After so many hours one signs in again, however busy the desk was.
pub const SESSION_HOURS: i64 = 12;

/// Somebody signed in at a browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub staff: StaffId,
    /// What they sign in with.
    pub username: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The language they chose, if any.
    pub language: Option<String>,
    /// Whether one-time codes are asked for at sign-in.
    pub uses_codes: bool,
    /// Whether the one-time code is still to come; then nothing else is allowed.
    pub code_pending: bool,
    /// Where they work now; none until they chose.
    pub point: Option<ServicePoint>,
    /// The libraries, for names.
    pub tree: Tree,
    /// Who they are to operations.
    pub actor: Actor,
    /// Whether the session has not been seen for a minute: then [`session`] wants to be called for writing.
    stale: bool,
}

impl Session {
    /// Whether [`session`] should be called again inside a writing operation, to note that the session is in use.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }
}

/// A new random token: 32 bytes as URL-safe text.
pub(super) fn new_token() -> Result<String> {
    let random: [u8; 32] = random_bytes()?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

fn hash_of(op: &Op, token: &str) -> Vec<u8> {
    op.keys().lookup("session", token)
}

pub(super) async fn begin(op: &Op, staff: StaffId, code_pending: bool) -> Result<String> {
    let token = new_token()?;
    let row = session::ActiveModel {
        id: Set(hash_of(op, &token)),
        staff_id: Set(staff),
        service_point_id: Set(None),
        code_pending: Set(code_pending),
        created_at: Set(op.now()),
        seen_at: Set(op.now()),
    };
    session::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(token)
}

/// Who a token belongs to; none when it is unknown, was idle for too long, is too old, or the account was closed.
///
/// # Errors
/// When the database can't be asked.
pub async fn session(op: &Op, token: &str) -> Result<Option<Session>> {
    let Some(row) = session::Entity::find_by_id(hash_of(op, token)).one(op.db()).await? else {
        return Ok(None);
    };
    let Some(account) =
        staff::Entity::find_by_id(row.staff_id).one(op.db()).await?.filter(|account| account.active)
    else {
        return Ok(None);
    };
    let idle_minutes = libraries::policy(op, account.library_id, Policy::StaffIdleMinutes).await?.number();
    let idle = op.now() - row.seen_at;
    if idle > TimeDelta::minutes(idle_minutes) || op.now() - row.created_at > TimeDelta::hours(SESSION_HOURS)
    {
        return Ok(None);
    }
    let role: Role = account.role.parse().map_err(Error::internal)?;
    let tree = tree(op).await?;
    let point = match row.service_point_id {
        Some(id) => match libraries::service_point(op, id).await {
            Ok(point) => Some(point).filter(|point| tree.covers(account.library_id, point.library)),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let actor = Actor {
        who: Who::Staff(account.id),
        library: point.as_ref().map_or(account.library_id, |point| point.library),
        service_point: point.as_ref().map(|point| point.id),
        scope: account.library_id,
        rights: if row.code_pending { Vec::new() } else { role.rights().to_vec() },
        channel: point.as_ref().map_or(Channel::Desk, |point| point.kind.channel()),
    };
    Ok(Some(Session {
        staff: account.id,
        username: account.username,
        name: account.name,
        role,
        language: account.language,
        uses_codes: account.totp_confirmed,
        code_pending: row.code_pending,
        point,
        tree,
        actor,
        stale: idle > TimeDelta::minutes(1),
    }))
}

/// Notes that a session is in use.
///
/// # Errors
/// When the database can't be written.
pub async fn seen(op: &Op, token: &str) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(op.now()))
        .filter(session::Column::Id.eq(hash_of(op, token)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Takes a place at a service point of one's library or of one under it.
///
/// # Errors
/// [`Error::NotFound`] when there is no such point for this account.
pub async fn choose_service_point(op: &Op, token: &str, point: ServicePointId) -> Result<()> {
    let current = session(op, token)
        .await?
        .filter(|session| !session.code_pending)
        .ok_or(Error::NotFound("session"))?;
    let point = libraries::service_point(op, point).await?;
    if !current.tree.covers(current.actor.scope, point.library) {
        return Err(Error::NotFound("service point"));
    }
    session::Entity::update_many()
        .col_expr(session::Column::ServicePointId, Expr::value(point.id.0))
        .filter(session::Column::Id.eq(hash_of(op, token)))
        .exec(op.db())
        .await?;
    Ok(())
}

pub(super) async fn code_was_right(op: &Op, token: &str) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::CodePending, Expr::value(false))
        .filter(session::Column::Id.eq(hash_of(op, token)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database can't be written.
pub async fn sign_out(op: &Op, token: &str) -> Result<()> {
    session::Entity::delete_by_id(hash_of(op, token)).exec(op.db()).await?;
    Ok(())
}

/// Ends all sessions of an account but one.
pub(super) async fn sign_out_elsewhere(op: &Op, staff: StaffId, kept: &str) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::StaffId.eq(staff))
        .filter(session::Column::Id.ne(hash_of(op, kept)))
        .exec(op.db())
        .await?;
    Ok(())
}

pub(super) async fn sign_out_everywhere(op: &Op, staff: StaffId) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::StaffId.eq(staff)).exec(op.db()).await?;
    Ok(())
}

/// Removes sessions that are too old to be used: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_old_sessions(op: &Op) -> Result<()> {
    let too_old = op.now() - TimeDelta::hours(SESSION_HOURS);
    session::Entity::delete_many().filter(session::Column::CreatedAt.lt(too_old)).exec(op.db()).await?;
    Ok(())
}
