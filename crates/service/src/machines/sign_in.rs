//! A machine signs in with its login and password, from one of its networks. Tries are counted as those of staff are.
//!
//! It takes the house and not an operation, since hashing takes tens of milliseconds, and a transaction must not wait.

use std::net::IpAddr;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::MachineSettings;
use super::accounts::settings_of;
use super::tables::machine;
use crate::Service;
use crate::kernel::throttle::{Subject, count, count_both, forgive, locked, refuse_while};
use crate::kernel::{
    Actor, Channel, Error, MachineId, Op, PasswordMemory, Remembered, Result, Right, Who, is_in,
    verify_password,
};
use crate::libraries::service_point;

/// A machine whose account works.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The account.
    pub id: MachineId,
    /// Grows with every change of the account.
    pub version: i64,
    /// What it is set to.
    pub settings: MachineSettings,
    /// Who it is to operations.
    pub actor: Actor,
}

/// How a sign-in ended.
#[derive(Clone, Debug)]
pub enum MachineSignIn {
    /// It is let in.
    Welcome(Machine),
    /// It is not. There is such an account, though, it was called from its own networks, and this is how it speaks: so that it can be
    /// told.
    Refused(Option<MachineSettings>),
    /// Too many failed tries; wait this many seconds.
    Wait(i64, Option<MachineSettings>),
}

/// The rights of a machine.
fn rights(settings: &MachineSettings) -> Vec<Right> {
    let mut rights = vec![Right::FindReaders, Right::Lend, Right::TakePayments];
    if settings.opens_cards {
        rights.push(Right::OpenCards);
    }
    if settings.records_visits {
        rights.push(Right::AdmitVisitors);
    }
    rights
}

/// Signs a machine in.
///
/// # Errors
/// When the database can't be asked, or is too busy.
pub async fn sign_in(
    house: &Service,
    memory: &PasswordMemory,
    login: &str,
    password: &str,
    address: IpAddr,
) -> Result<MachineSignIn> {
    let login: String = login.trim().chars().take(40).collect();
    let password: String = password.chars().take(200).collect();
    let account = {
        let login = login.clone();
        house
            .read(Actor::nobody(), async move |op| {
                let found = machine::Entity::find().filter(machine::Column::Login.eq(login));
                Ok(found.filter(machine::Column::ClosedAt.is_null()).one(op.db()).await?)
            })
            .await?
    };
    let settings = account.clone().map(settings_of);
    // Who calls from elsewhere is no machine of ours, whatever it says; it counts against nobody.
    if settings.as_ref().is_some_and(|settings| !is_in(&settings.addresses, address)) {
        return Ok(MachineSignIn::Refused(None));
    }
    // How an account speaks shows that there is one, so only who calls from its own networks is refused in its dialect.
    let settings = settings.filter(|settings| !settings.addresses.is_empty());
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let stamp =
        account.as_ref().map(|account| [&account.id.to_string(), "\0", &account.password_hash].concat());
    let remembered = match &stamp {
        Some(stamp) => memory.recall(stamp.as_bytes(), &password),
        None => Remembered::Nothing,
    };
    let (name, address) = (["machine ", &login].concat(), address.to_string());
    let stamped = [name.as_str(), "\0", hash.as_deref().unwrap_or_default()].concat();
    if remembered == Remembered::Nothing {
        let wait = {
            let (name, stamped, address) = (name.clone(), stamped.clone(), address.clone());
            let counted = async move |op: &Op| match count(op, Subject::AccountAt(&stamped, &address)).await?
            {
                None => count_both(op, Subject::Account(&name), &address).await,
                here => Ok(here),
            };
            house.write(Actor::nobody(), counted).await?
        };
        if let Err(Error::TooManyTries(seconds)) = refuse_while(wait) {
            return Ok(MachineSignIn::Wait(seconds, settings));
        }
        if !verify_password(&password, hash.as_deref()).await? {
            if let Some(stamp) = &stamp {
                memory.doubt(stamp.as_bytes());
            }
            return Ok(MachineSignIn::Refused(settings));
        }
    }
    if remembered != Remembered::Right {
        house
            .write(Actor::nobody(), async move |op| {
                // A lock that others brought about holds on; whose password is remembered is let in all the same.
                if remembered == Remembered::RightAfterWrong {
                    for subject in [Subject::AccountAt(&stamped, &address), Subject::Account(&name)] {
                        if locked(op, subject).await?.is_some() {
                            return Ok(());
                        }
                    }
                }
                forgive(op, Subject::AccountAt(&stamped, &address)).await?;
                forgive(op, Subject::Account(&name)).await?;
                forgive(op, Subject::Address(&address)).await
            })
            .await?;
    }
    let (Some(account), Some(stamp)) = (account, stamp) else { return Ok(MachineSignIn::Refused(None)) };
    memory.remember(stamp.as_bytes(), &password);
    let found = house.read(Actor::nobody(), async move |op| machine(op, account.id).await).await?;
    Ok(found.map_or(MachineSignIn::Refused(settings), MachineSignIn::Welcome))
}

/// A machine, as its account is set now; none when it was closed, or its service point was. Asked at each message.
///
/// # Errors
/// When the database can't be asked.
pub async fn machine(op: &Op, id: MachineId) -> Result<Option<Machine>> {
    let row =
        machine::Entity::find_by_id(id).filter(machine::Column::ClosedAt.is_null()).one(op.db()).await?;
    let Some(row) = row else { return Ok(None) };
    let point = match service_point(op, row.service_point_id).await {
        Ok(point) => point,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let version = row.version;
    let settings = settings_of(row);
    let actor = Actor {
        who: Who::Machine(id),
        library: point.library,
        service_point: Some(point.id),
        scope: point.library,
        rights: rights(&settings),
        channel: Channel::Machine,
    };
    Ok(Some(Machine { id, version, settings, actor }))
}
