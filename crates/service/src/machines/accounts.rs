//! Accounts of machines: added, changed and closed by who manages the access of programs. Passwords are never shown again.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::settings::{MachineSettings, own_point};
use super::tables::{machine, sighting};
use crate::kernel::{Error, Invalid, MachineId, Op, Problem, Result, Right, ServiceName, hash_password};
use crate::libraries::tree;
use crate::records;

/// An account to add. `Debug` shows no password.
#[derive(Clone)]
pub struct NewMachine {
    /// What it signs in with: 2 to 40 of letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// Its password, of 8 characters at least.
    pub password: String,
    /// The rest.
    pub settings: MachineSettings,
}

impl std::fmt::Debug for NewMachine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewMachine({})", self.login)
    }
}

/// An account, for the list.
#[derive(Clone, Debug)]
pub struct MachineEntry {
    /// The account.
    pub id: MachineId,
    /// What it signs in with.
    pub login: String,
    /// What it is set to.
    pub settings: MachineSettings,
    /// Since when it exists.
    pub since: DateTime<Utc>,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it last said something, within five minutes; none: never.
    pub seen_at: Option<DateTime<Utc>>,
}

/// The shortest password of a machine.
const SHORTEST: usize = 8;

impl NewMachine {
    /// The hash of the password.
    ///
    /// # Errors
    /// When the work could not be done.
    pub async fn password_hash(&self) -> Result<String> {
        hash_password(&self.password).await
    }
}

/// Adds an account. Takes the hashed password, since hashing has no place inside a transaction.
///
/// # Errors
/// [`Right::ManageMachines`] is needed, for a service point under the caller's library; [`Error::Invalid`] names what can't be taken.
pub async fn add_machine(op: &Op, new: &NewMachine, password_hash: &str) -> Result<MachineId> {
    op.intend(ServiceName::AddMachine, None);
    op.require(Right::ManageMachines)?;
    let mut invalid = Invalid::default();
    let settings = new.settings.checked(op, &mut invalid).await?;
    let login = new.login.trim().to_owned();
    let fits = login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    match login.len() {
        0 => invalid.add("login", Problem::Missing),
        1 => invalid.add("login", Problem::TooShort(2)),
        41.. => invalid.add("login", Problem::TooLong(40)),
        _ if !fits => invalid.add("login", Problem::Character),
        _ => {}
    }
    check_password(&new.password, &mut invalid);
    let taken = machine::Entity::find().filter(machine::Column::Login.eq(login.clone())).one(op.db()).await?;
    if taken.is_some() {
        invalid.add("login", Problem::Taken);
    }
    invalid.into_result()?;
    let id: MachineId = op.new_id()?;
    let row = machine::ActiveModel {
        id: Set(id),
        login: Set(login),
        name: Set(settings.name),
        service_point_id: Set(settings.service_point),
        password_hash: Set(password_hash.to_owned()),
        dialect: Set(settings.dialect.clone()),
        charset: Set(settings.charset),
        checks: Set(settings.checks),
        terminator: Set(settings.terminator),
        addresses: Set(settings.addresses),
        institutions: Set(settings.institutions),
        asks_password: Set(settings.asks_password),
        opens_cards: Set(settings.opens_cards),
        records_visits: Set(settings.records_visits),
        version: Set(1),
        created_at: Set(op.now()),
        closed_at: Set(None),
    };
    machine::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({
        "machine": id, "service_point": settings.service_point, "dialect": settings.dialect,
        "asks_password": settings.asks_password, "opens_cards": settings.opens_cards, "records_visits": settings.records_visits,
    });
    records::keep_act(op, ServiceName::AddMachine, detail).await?;
    Ok(id)
}

/// What is wrong with a password that people choose for a machine. Those of their makers are often short; these are not.
fn check_password(password: &str, invalid: &mut Invalid) {
    match password.chars().count() {
        0..SHORTEST => invalid.add("password", Problem::TooShort(SHORTEST)),
        129.. => invalid.add("password", Problem::TooLong(128)),
        _ if password.contains('|') || password.chars().any(char::is_control) => {
            invalid.add("password", Problem::Character);
        }
        _ => {}
    }
}

/// Changes an account. With another password, given with its hash, the old one ends.
///
/// # Errors
/// [`Right::ManageMachines`] is needed, for service points under the caller's library; [`Error::NotFound`] when no such account works.
pub async fn change_machine(
    op: &Op,
    id: MachineId,
    settings: &MachineSettings,
    password: Option<(&str, &str)>,
) -> Result<()> {
    op.intend(ServiceName::ChangeMachine, None);
    let row = managed(op, id).await?;
    let mut invalid = Invalid::default();
    let settings = settings.checked(op, &mut invalid).await?;
    if let Some((password, _)) = password {
        check_password(password, &mut invalid);
    }
    invalid.into_result()?;
    let mut set = machine::ActiveModel {
        name: Set(settings.name),
        service_point_id: Set(settings.service_point),
        dialect: Set(settings.dialect.clone()),
        charset: Set(settings.charset),
        checks: Set(settings.checks),
        terminator: Set(settings.terminator),
        addresses: Set(settings.addresses),
        institutions: Set(settings.institutions),
        asks_password: Set(settings.asks_password),
        opens_cards: Set(settings.opens_cards),
        records_visits: Set(settings.records_visits),
        ..Default::default()
    };
    if let Some((_, hash)) = password {
        set.password_hash = Set(hash.to_owned());
    }
    write(op, &row, set).await?;
    let detail = json!({
        "machine": id, "service_point": settings.service_point, "dialect": settings.dialect,
        "asks_password": settings.asks_password, "opens_cards": settings.opens_cards, "records_visits": settings.records_visits, "password": password.is_some(),
    });
    records::keep_act(op, ServiceName::ChangeMachine, detail).await.map(|_| ())
}

/// Closes an account: its next message is not answered any more, on any instance.
///
/// # Errors
/// As [`change_machine`].
pub async fn close_machine(op: &Op, id: MachineId) -> Result<()> {
    op.intend(ServiceName::CloseMachine, None);
    let row = managed(op, id).await?;
    write(op, &row, machine::ActiveModel { closed_at: Set(Some(op.now())), ..Default::default() }).await?;
    records::keep_act(op, ServiceName::CloseMachine, json!({ "machine": id })).await.map(|_| ())
}

/// The accounts of service points under the caller's library, by login.
///
/// # Errors
/// [`Right::ManageMachines`] is needed.
pub async fn list_machines(op: &Op) -> Result<Vec<MachineEntry>> {
    op.require(Right::ManageMachines)?;
    let tree = tree(op).await?;
    let points: Vec<uuid::Uuid> = tree.points_under(op.actor().scope).map(|point| point.id.0).collect();
    let rows = machine::Entity::find()
        .filter(machine::Column::ServicePointId.is_in(points))
        .order_by_asc(machine::Column::Login)
        .all(op.db())
        .await?;
    let seen = sighting::Entity::find()
        .filter(sighting::Column::MachineId.is_in(rows.iter().map(|row| row.id)))
        .all(op.db())
        .await?;
    let seen: HashMap<MachineId, DateTime<Utc>> =
        seen.into_iter().map(|seen| (seen.machine_id, seen.seen_at)).collect();
    let entry = |row: machine::Model| MachineEntry {
        id: row.id,
        login: row.login.clone(),
        since: row.created_at,
        closed_at: row.closed_at,
        seen_at: seen.get(&row.id).copied(),
        settings: settings_of(row),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Between two notes that a machine was seen.
const SEEN: TimeDelta = TimeDelta::minutes(5);

/// Notes that a machine says something, unless that was noted just now. Nobody else is told, and nothing is done: there is no record.
///
/// # Errors
/// When the database can't be asked.
pub async fn note_seen(op: &Op, id: MachineId) -> Result<()> {
    let now = sighting::ActiveModel { machine_id: Set(id), seen_at: Set(op.now()) };
    let newest = OnConflict::column(sighting::Column::MachineId)
        .update_column(sighting::Column::SeenAt)
        .action_and_where(Expr::col((sighting::Entity, sighting::Column::SeenAt)).lt(op.now() - SEEN))
        .to_owned();
    sighting::Entity::insert(now).on_conflict(newest).exec_without_returning(op.db()).await?;
    Ok(())
}

pub(super) fn settings_of(row: machine::Model) -> MachineSettings {
    MachineSettings {
        name: row.name,
        service_point: row.service_point_id,
        dialect: row.dialect,
        charset: row.charset,
        checks: row.checks,
        terminator: row.terminator,
        addresses: row.addresses,
        institutions: row.institutions,
        asks_password: row.asks_password,
        opens_cards: row.opens_cards,
        records_visits: row.records_visits,
    }
}

/// An account that works, if the caller may manage it.
async fn managed(op: &Op, id: MachineId) -> Result<machine::Model> {
    op.require(Right::ManageMachines)?;
    let row = machine::Entity::find_by_id(id)
        .filter(machine::Column::ClosedAt.is_null())
        .one(op.db())
        .await?
        .ok_or(Error::NotFound("machine"))?;
    own_point(op, row.service_point_id).await.map_err(|_| Error::NotFound("machine"))?;
    Ok(row)
}

/// Changes an account that is still as it was read.
async fn write(op: &Op, row: &machine::Model, set: machine::ActiveModel) -> Result<()> {
    let done = machine::Entity::update_many()
        .set(set)
        .col_expr(machine::Column::Version, Expr::col(machine::Column::Version).add(1))
        .filter(machine::Column::Id.eq(row.id))
        .filter(machine::Column::Version.eq(row.version))
        .filter(machine::Column::ClosedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
