//! Which kiosk calls: a browser that staff have set up once with a token of its own (`yueka token add … --right run_kiosk`).
//!
//! The token by itself opens nothing: the API refuses it. What the kiosk's own pages do with it is bounded, in what they ask (the chip's
//! record, the notice) and in how often. A token that is revoked ends the kiosk at once.

use crate::Service;
use crate::kernel::throttle::{Subject, count, forgive, refuse_while};
use crate::kernel::{Actor, ApiTokenId, Channel, Error, Op, Problem, Result, Right, Who};
use crate::libraries::{ServicePoint, Tree, service_point, tree};
use crate::staff;

/// A kiosk at work.
#[derive(Clone, Debug)]
pub struct Kiosk {
    /// Who it is to operations.
    pub actor: Actor,
    /// Where it stands.
    pub point: ServicePoint,
    /// The libraries, for names.
    pub tree: Tree,
}

/// The kiosk that a token stands for; none when it is unknown, was revoked, or is not for a kiosk.
///
/// # Errors
/// When the database can't be asked.
pub async fn at(op: &Op, token: &str) -> Result<Option<Kiosk>> {
    let Some(actor) = staff::actor_of_token(op, token).await? else { return Ok(None) };
    let Some(point) = actor.service_point else { return Ok(None) };
    if !actor.may(Right::RunKiosk) || actor.channel != Channel::SelfService {
        return Ok(None);
    }
    // Here, and at no other door, who may run a kiosk opens cards; whatever else a token was given it does not have here.
    let actor = Actor { rights: vec![Right::RunKiosk, Right::OpenCards], ..actor };
    Ok(Some(Kiosk { actor, point: service_point(op, point).await?, tree: tree(op).await? }))
}

/// The kiosk that staff set up with this token, typed at a browser of this address.
///
/// # Errors
/// [`Error::Invalid`] at `kiosk_token` when it is none of a kiosk; [`Error::TooManyTries`].
pub async fn set_up(house: &Service, token: &str, address: &str) -> Result<Kiosk> {
    let from = address.to_owned();
    let counted = async move |op: &Op| count(op, Subject::KioskSetUp(&from)).await;
    refuse_while(house.write(Actor::nobody(), counted).await?)?;
    let token: String = token.trim().chars().take(200).collect();
    let found = house.read(Actor::nobody(), async move |op| at(op, &token).await).await?;
    let kiosk = found.ok_or_else(|| Error::field("kiosk_token", Problem::UnknownWord))?;
    let from = address.to_owned();
    house.write(Actor::nobody(), async move |op| forgive(op, Subject::KioskSetUp(&from)).await).await?;
    Ok(kiosk)
}

/// The token that calls.
pub(super) fn token_of(op: &Op) -> Result<ApiTokenId> {
    op.require(Right::RunKiosk)?;
    token_of_actor(op.actor())
}

pub(super) fn token_of_actor(actor: &Actor) -> Result<ApiTokenId> {
    match actor.who {
        Who::Token(token) => Ok(token),
        _ => Err(Error::Forbidden(Right::RunKiosk)),
    }
}
