//! Acting as an account without its password: for the command line on the server itself, whose operator holds the keys anyway. What
//! is done so stands in the records under the account's name and the point's.

use super::sign_in::by_username;
use crate::kernel::{Actor, Error, Op, Result, Right, Role, ServicePointId, Who};
use crate::libraries::{service_point, tree};

/// The actor of an account at a service point of its library or of one under it.
///
/// # Errors
/// [`Right::ManageStaff`] is needed; [`Error::NotFound`] for an account that is unknown or closed, or a point out of its reach.
pub async fn stand_in(op: &Op, username: &str, point: ServicePointId) -> Result<Actor> {
    op.require(Right::ManageStaff)?;
    let account = by_username(op, username).await?.filter(|account| account.active);
    let account = account.ok_or(Error::NotFound("account"))?;
    let point = service_point(op, point).await?;
    if !tree(op).await?.covers(account.library_id, point.library) {
        return Err(Error::NotFound("service point of this account"));
    }
    let role: Role = account.role.parse().map_err(Error::internal)?;
    Ok(Actor {
        who: Who::Staff(account.id),
        library: point.library,
        service_point: Some(point.id),
        scope: account.library_id,
        rights: role.rights().to_vec(),
        channel: point.kind.channel(),
    })
}
