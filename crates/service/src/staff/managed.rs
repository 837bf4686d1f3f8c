//! Whose account somebody may manage: that of a library under theirs, who has no right that they have not, and is not themselves.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::tables::staff;
use crate::kernel::{Error, LibraryId, Op, Problem, Result, Right, Role, StaffId, Who};
use crate::libraries::tree;

/// The account, if the caller may manage it.
pub(super) async fn managed(op: &Op, id: StaffId) -> Result<staff::Model> {
    op.require(Right::ManageStaff)?;
    let row = staff::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("account"))?;
    let own = op.actor().who == Who::Staff(id);
    if own || !tree(op).await?.covers(op.actor().scope, row.library_id) {
        return Err(Error::NotFound("account"));
    }
    may_give(op, row.role.parse().map_err(Error::internal)?)?;
    Ok(row)
}

/// Nobody gives rights that they have not themselves, nor touches who has more.
pub(super) fn may_give(op: &Op, role: Role) -> Result<()> {
    let missing = role.rights().iter().find(|right| !op.actor().may(**right));
    missing.map_or(Ok(()), |right| Err(Error::Forbidden(*right)))
}

/// What is wrong with a role at a library: the federation is run from the federation itself.
pub(super) async fn role_fits(op: &Op, role: Role, library: LibraryId) -> Result<Option<Problem>> {
    let root = tree(op).await?.root().map(|root| root.id);
    let fits = role != Role::FederationAdmin || root == Some(library);
    Ok((!fits).then_some(Problem::NotApplicable))
}

/// Changes one thing of an account as it was read.
pub(super) async fn change(
    op: &Op,
    row: &staff::Model,
    column: staff::Column,
    value: sea_orm::Value,
) -> Result<()> {
    let done = staff::Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(staff::Column::Id.eq(row.id))
        .filter(staff::Column::Role.eq(row.role.clone()))
        .filter(staff::Column::LibraryId.eq(row.library_id))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
