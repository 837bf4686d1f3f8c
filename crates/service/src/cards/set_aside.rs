//! Virtual numbers that are handed out where nobody can ask whether they are free (6.5): concrete ones are set aside for a place, so
//! that no two places, and no place and the house, ever give the same. They stay registered for good: one that a lost laptop may have
//! printed on a slip is nobody else's.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::opening::free_virtual_numbers;
use super::tables::set_aside;
use super::view::registered;
use crate::kernel::{Op, Result};

const FREE: &str = "free";
const USED: &str = "used";
const VOID: &str = "void";

/// Sets so many numbers aside for a place, and gives them.
pub(crate) async fn set_numbers_aside(op: &Op, place: Uuid, count: usize) -> Result<Vec<String>> {
    let mut numbers = Vec::with_capacity(count);
    while numbers.len() < count {
        // In portions: a statement takes so many values only.
        let some = free_virtual_numbers(op, (count - numbers.len()).min(200)).await?;
        numbers.extend(some);
        numbers.sort();
        numbers.dedup();
    }
    keep_numbers(op, place, &numbers).await?;
    Ok(numbers)
}

/// Writes numbers down that were set aside elsewhere for this place.
pub(crate) async fn keep_numbers(op: &Op, place: Uuid, numbers: &[String]) -> Result<()> {
    for some in numbers.chunks(200) {
        let rows = some.iter().map(|number| set_aside::ActiveModel {
            number: Set(number.clone()),
            place: Set(place),
            state: Set(FREE.to_owned()),
        });
        set_aside::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// The next number that is left at a place, which is used from now on; none when all are.
pub(crate) async fn next_number(op: &Op, place: Uuid) -> Result<Option<String>> {
    let row = set_aside::Entity::find()
        .filter(set_aside::Column::Place.eq(place))
        .filter(set_aside::Column::State.eq(FREE))
        .order_by_asc(set_aside::Column::Number)
        .limit(1)
        .one(op.db())
        .await?;
    match row {
        Some(row) if use_number(op, place, &row.number).await? => Ok(Some(row.number)),
        _ => Ok(None),
    }
}

/// Uses a number of a place; false when it is not one of those that are left there.
pub(crate) async fn use_number(op: &Op, place: Uuid, number: &str) -> Result<bool> {
    move_number(op, place, number, FREE, USED).await
}

async fn move_number(op: &Op, place: Uuid, number: &str, from: &str, to: &str) -> Result<bool> {
    let done = set_aside::Entity::update_many()
        .col_expr(set_aside::Column::State, Expr::value(to))
        .filter(set_aside::Column::Number.eq(number))
        .filter(set_aside::Column::Place.eq(place))
        .filter(set_aside::Column::State.eq(from))
        .exec(op.db())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives a number back to its place: what it was taken for did not come to be.
pub(crate) async fn release_number(op: &Op, place: Uuid, number: &str) -> Result<bool> {
    move_number(op, place, number, USED, FREE).await
}

/// Whether a card can have this number: it was set aside for this place, and no card has or had it.
pub(crate) async fn can_stand_at(op: &Op, place: Uuid, number: &str) -> Result<bool> {
    let row = set_aside::Entity::find_by_id(number.to_owned()).one(op.db()).await?;
    Ok(row.is_some_and(|row| row.place == place) && registered(op, number).await?.is_none())
}

/// Takes all that is left from a place, and gives how many that were. They are nobody's from now on.
pub(crate) async fn void_numbers(op: &Op, place: Uuid) -> Result<u64> {
    let done = set_aside::Entity::update_many()
        .col_expr(set_aside::Column::State, Expr::value(VOID))
        .filter(set_aside::Column::Place.eq(place))
        .filter(set_aside::Column::State.eq(FREE))
        .exec(op.db())
        .await?;
    Ok(done.rows_affected)
}

/// How many are left at a place.
pub(crate) async fn numbers_left(op: &Op, place: Uuid) -> Result<u64> {
    let left = set_aside::Entity::find()
        .filter(set_aside::Column::Place.eq(place))
        .filter(set_aside::Column::State.eq(FREE));
    Ok(left.count(op.db()).await?)
}

/// Those of these numbers that were set aside for anybody.
pub(super) async fn set_aside_among(op: &Op, numbers: &[String]) -> Result<Vec<String>> {
    let rows =
        set_aside::Entity::find().filter(set_aside::Column::Number.is_in(numbers)).all(op.db()).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}
