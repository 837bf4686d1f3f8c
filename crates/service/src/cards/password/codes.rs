//! Codes sent to a phone or mailbox: six digits, ten minutes, five tries, one use. The database holds their keyed hash only.

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use crate::cards::tables::reader_code;
use crate::kernel::{CodeId, Error, Op, ReaderId, Result, random_bytes};

/// How many minutes a code holds.
pub const CODE_MINUTES: i64 = 10;
/// Tries that a code bears.
const TRIES: i64 = 5;

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    ResetPassword,
    ChangePhone,
    ChangeEmail,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ChangePhone => "change_phone",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// Makes a code for a reader, or for nobody: then no code fits. Gives what the page refers to it by, and the code to send.
pub(super) async fn make(
    op: &Op,
    reader: Option<ReaderId>,
    purpose: Purpose,
    target: Option<&str>,
) -> Result<(CodeId, String)> {
    let id: CodeId = op.new_id()?;
    let code = six_digits()?;
    let row = reader_code::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        purpose: Set(purpose.as_str().to_owned()),
        code_hash: Set(hash_of(op, id, &code)),
        target: Set(target.map(|target| op.keys().close("reader_codes.target", id.0, target)).transpose()?),
        tries: Set(0),
        created_at: Set(op.now()),
        used_at: Set(None),
    };
    reader_code::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok((id, code))
}

/// A code that was right.
pub(super) struct Right {
    pub reader: ReaderId,
    /// The phone or mailbox that it was sent to, where that is what it proves.
    pub target: Option<String>,
}

/// Tries a code; none when it is wrong, used, too old or tried too often. A wrong try counts, so the caller must not fail in the same
/// transaction.
pub(super) async fn try_code(op: &Op, id: CodeId, purpose: Purpose, code: &str) -> Result<Option<Right>> {
    let code: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    let counted = reader_code::Entity::update_many()
        .col_expr(reader_code::Column::Tries, Expr::col(reader_code::Column::Tries).add(1))
        .filter(reader_code::Column::Id.eq(id))
        .filter(reader_code::Column::Purpose.eq(purpose.as_str()))
        .filter(reader_code::Column::Tries.lt(TRIES))
        .filter(reader_code::Column::UsedAt.is_null())
        .filter(reader_code::Column::CreatedAt.gt(op.now() - TimeDelta::minutes(CODE_MINUTES)))
        .exec(op.db())
        .await?;
    let row = reader_code::Entity::find_by_id(id).one(op.db()).await?;
    let hash = hash_of(op, id, &code);
    let Some(row) = row.filter(|row| counted.rows_affected == 1 && row.code_hash == hash) else {
        return Ok(None);
    };
    let Some(reader) = row.reader_id else { return Ok(None) };
    reader_code::Entity::update_many()
        .col_expr(reader_code::Column::Tries, Expr::value(row.tries - 1))
        .filter(reader_code::Column::Id.eq(id))
        .exec(op.db())
        .await?;
    let open = |sealed| op.keys().open_sealed("reader_codes.target", id.0, sealed);
    Ok(Some(Right { reader, target: row.target.as_ref().map(open).transpose()? }))
}

/// Uses a code up, and with it the reader's others for the same purpose; who comes second is told that it is wrong.
pub(super) async fn use_up(op: &Op, id: CodeId) -> Result<bool> {
    let done = reader_code::Entity::update_many()
        .col_expr(reader_code::Column::UsedAt, Expr::value(op.now()))
        .filter(reader_code::Column::Id.eq(id))
        .filter(reader_code::Column::UsedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Ok(false);
    }
    let row = reader_code::Entity::find_by_id(id).one(op.db()).await?;
    if let Some((reader, purpose)) = row.and_then(|row| Some((row.reader_id?, row.purpose))) {
        reader_code::Entity::update_many()
            .col_expr(reader_code::Column::UsedAt, Expr::value(op.now()))
            .filter(reader_code::Column::ReaderId.eq(reader))
            .filter(reader_code::Column::Purpose.eq(purpose))
            .filter(reader_code::Column::UsedAt.is_null())
            .exec(op.db())
            .await?;
    }
    Ok(true)
}

/// Removes codes that are too old to be used: a job.
///
/// # Errors
/// When the database can't be written.
pub async fn forget_old_codes(op: &Op) -> Result<()> {
    reader_code::Entity::delete_many()
        .filter(reader_code::Column::CreatedAt.lt(op.now() - TimeDelta::days(1)))
        .exec(op.db())
        .await?;
    Ok(())
}

fn hash_of(op: &Op, id: CodeId, code: &str) -> Vec<u8> {
    op.keys().lookup("reader code", &format!("{id}\0{code}"))
}

pub(super) fn six_digits() -> Result<String> {
    loop {
        let random: [u8; 4] = random_bytes()?;
        let number = u32::from_be_bytes(random);
        // What lies above the last whole million would make some codes likelier.
        if number < 4_294_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

/// What a wrong code is answered with.
pub(super) fn wrong() -> Error {
    Error::field("code", crate::kernel::Problem::WrongCode)
}
