//! Codes that prove an applicant's phone, by the same rules as those of readers: six digits, ten minutes, five tries, one use. The
//! database holds their keyed hash only.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::tables::application_code;
use crate::kernel::{
    ApplicationId, CODE_MINUTES, CODE_TRIES, CodeId, Error, Op, Problem, Result, six_digits, typed_digits,
};

/// Makes a code for an application, or for nobody: then no code fits. Gives what the page refers to it by, and the code to send.
pub(super) async fn make(op: &Op, application: Option<ApplicationId>) -> Result<(CodeId, String)> {
    let id: CodeId = op.new_id()?;
    let code = six_digits()?;
    let row = application_code::ActiveModel {
        id: Set(id),
        application_id: Set(application),
        code_hash: Set(hash_of(op, id, &code)),
        tries: Set(0),
        created_at: Set(op.now()),
        used_at: Set(None),
    };
    application_code::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok((id, code))
}

/// The latest code of an application.
pub(super) async fn latest(op: &Op, application: ApplicationId) -> Result<Option<CodeId>> {
    use sea_orm::QueryOrder;
    let row = application_code::Entity::find()
        .filter(application_code::Column::ApplicationId.eq(application))
        .order_by_desc(application_code::Column::CreatedAt)
        .order_by_desc(application_code::Column::Id)
        .one(op.db())
        .await?;
    Ok(row.map(|row| row.id))
}

/// Uses a code up; none when it is wrong, used, too old or tried too often. A wrong try counts, so the caller must not fail in the same
/// transaction.
pub(super) async fn use_up(op: &Op, id: CodeId, code: &str) -> Result<Option<ApplicationId>> {
    let counted = application_code::Entity::update_many()
        .col_expr(application_code::Column::Tries, Expr::col(application_code::Column::Tries).add(1))
        .filter(application_code::Column::Id.eq(id))
        .filter(application_code::Column::Tries.lt(CODE_TRIES))
        .filter(application_code::Column::UsedAt.is_null())
        .filter(application_code::Column::CreatedAt.gt(op.now() - TimeDelta::minutes(CODE_MINUTES)))
        .exec(op.db())
        .await?;
    let row = application_code::Entity::find_by_id(id).one(op.db()).await?;
    let hash = hash_of(op, id, &typed_digits(code));
    let Some(row) = row.filter(|row| counted.rows_affected == 1 && row.code_hash == hash) else {
        return Ok(None);
    };
    // With it go the others of the same application.
    let of_application = match row.application_id {
        Some(application) => application_code::Column::ApplicationId.eq(application),
        None => application_code::Column::Id.eq(id),
    };
    application_code::Entity::update_many()
        .col_expr(application_code::Column::UsedAt, Expr::value(op.now()))
        .filter(of_application)
        .filter(application_code::Column::UsedAt.is_null())
        .exec(op.db())
        .await?;
    Ok(row.application_id)
}

/// Removes codes that are too old to be used.
pub(super) async fn forget_old(op: &Op) -> Result<()> {
    application_code::Entity::delete_many()
        .filter(application_code::Column::CreatedAt.lt(op.now() - TimeDelta::days(1)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Removes the codes of applications.
pub(super) async fn forget_of(op: &Op, applications: &[ApplicationId]) -> Result<()> {
    application_code::Entity::delete_many()
        .filter(application_code::Column::ApplicationId.is_in(applications.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

fn hash_of(op: &Op, id: CodeId, code: &str) -> Vec<u8> {
    op.keys().lookup("application code", &format!("{id}\0{code}"))
}

/// What a wrong code is answered with.
pub(super) fn wrong() -> Error {
    Error::field("code", Problem::WrongCode)
}
