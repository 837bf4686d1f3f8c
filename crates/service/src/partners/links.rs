//! The codes that readers go by at a partner: one for each reader, each for one reader. They lie sealed and are found by keyed hashes.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::events::drop_waiting;
use super::tables::{partner, partner_event, partner_link};
use crate::kernel::{Blocker, Error, Invalid, LinkId, Op, PartnerId, Problem, ReaderId, Result};

/// How many characters a code has.
pub const CODE_LENGTH: RangeInclusive<usize> = 6..=64;

const PLACE: &str = "partner_links.code";

/// A code as it is kept: capital letters, digits, `-`, `_`, `.` and `:`. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// A code as somebody typed, sent or scanned it.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().to_ascii_uppercase();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        match text.len() {
            0 => Err(Problem::Missing),
            _ if !text.bytes().all(fits) => Err(Problem::Character),
            length if length < *CODE_LENGTH.start() => Err(Problem::TooShort(*CODE_LENGTH.start())),
            length if length > *CODE_LENGTH.end() => Err(Problem::TooLong(*CODE_LENGTH.end())),
            _ => Ok(Self(text)),
        }
    }

    /// A code, or none with what is wrong with it.
    pub(crate) fn checked(text: &str, invalid: &mut Invalid) -> Option<Self> {
        invalid.take("code", Self::parse(text))
    }

    fn key(&self, op: &Op) -> Vec<u8> {
        op.keys().lookup("partner code", &self.0)
    }
}

/// The reader who goes by this code at a partner, and since when.
pub(crate) async fn linked_reader(op: &Op, partner: PartnerId, code: &Code) -> Result<Option<ReaderId>> {
    Ok(in_force(op, partner, code).await?.map(|row| row.reader_id))
}

/// The link that a code stands for at a partner now.
async fn in_force(op: &Op, partner: PartnerId, code: &Code) -> Result<Option<partner_link::Model>> {
    Ok(partner_link::Entity::find()
        .filter(partner_link::Column::CodeKey.eq(code.key(op)))
        .filter(partner_link::Column::PartnerId.eq(partner))
        .filter(partner_link::Column::EndedAt.is_null())
        .one(op.db())
        .await?)
}

/// Whether this reader goes, or once went, by this code at a partner.
pub(crate) async fn has_been_linked(
    op: &Op,
    partner: PartnerId,
    reader: ReaderId,
    code: &Code,
) -> Result<bool> {
    let row = partner_link::Entity::find()
        .filter(partner_link::Column::CodeKey.eq(code.key(op)))
        .filter(partner_link::Column::PartnerId.eq(partner))
        .filter(partner_link::Column::ReaderId.eq(reader))
        .one(op.db())
        .await?;
    Ok(row.is_some())
}

/// The one resolver of codes that are shown at a desk or machine: the reader who goes by this code at any partner whose account is
/// open. What can be no code is nobody's, without a question to the database.
pub(crate) async fn reader_of_code(op: &Op, text: &str) -> Result<Option<ReaderId>> {
    let Ok(code) = Code::parse(text) else { return Ok(None) };
    let rows = partner_link::Entity::find()
        .filter(partner_link::Column::CodeKey.eq(code.key(op)))
        .filter(partner_link::Column::EndedAt.is_null())
        .order_by_asc(partner_link::Column::Id)
        .all(op.db())
        .await?;
    for row in rows {
        let open = partner::Entity::find_by_id(row.partner_id)
            .filter(partner::Column::ClosedAt.is_null())
            .one(op.db())
            .await?;
        if open.is_some() {
            return Ok(Some(row.reader_id));
        }
    }
    Ok(None)
}

/// From now on the reader goes by this code at a partner. Gives `false` when they did already.
///
/// # Errors
/// [`Blocker::CodeOfAnother`] and [`Blocker::OtherCodeLinked`].
pub(crate) async fn link(op: &Op, partner: PartnerId, reader: ReaderId, code: &Code) -> Result<bool> {
    match linked_reader(op, partner, code).await? {
        Some(owner) if owner == reader => return Ok(false),
        Some(_) => return Err(Error::refused(Blocker::CodeOfAnother)),
        None => {}
    }
    let own = partner_link::Entity::find()
        .filter(partner_link::Column::ReaderId.eq(reader))
        .filter(partner_link::Column::PartnerId.eq(partner))
        .filter(partner_link::Column::EndedAt.is_null())
        .one(op.db())
        .await?;
    if own.is_some() {
        return Err(Error::refused(Blocker::OtherCodeLinked));
    }
    let id: LinkId = op.new_id()?;
    let row = partner_link::ActiveModel {
        id: Set(id),
        partner_id: Set(partner),
        reader_id: Set(reader),
        code: Set(op.keys().close(PLACE, id.0, &code.0)?),
        code_key: Set(code.key(op)),
        also: Set(false),
        last_seq: Set(0),
        created_at: Set(op.now()),
        ended_at: Set(None),
    };
    // Two at once meet at the unique indexes; the second run of the one that lost finds the other's row.
    partner_link::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(true)
}

/// The reader does not go by this code any more; what the partner was not told yet is not told. Gives whose it was.
pub(crate) async fn end_link(op: &Op, partner: PartnerId, code: &Code) -> Result<Option<ReaderId>> {
    let Some(row) = in_force(op, partner, code).await? else { return Ok(None) };
    let done = partner_link::Entity::update_many()
        .col_expr(partner_link::Column::EndedAt, Expr::value(op.now()))
        .filter(partner_link::Column::Id.eq(row.id))
        .filter(partner_link::Column::LastSeq.eq(row.last_seq))
        .filter(partner_link::Column::EndedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    drop_waiting(op, partner_event::Column::LinkId.eq(row.id)).await?;
    Ok(Some(row.reader_id))
}

/// The codes of a reader in full, for the reader (5.3).
pub(crate) async fn codes_of(op: &Op, reader: ReaderId) -> Result<Vec<Value>> {
    let rows = partner_link::Entity::find()
        .filter(partner_link::Column::ReaderId.eq(reader))
        .order_by_asc(partner_link::Column::Id)
        .all(op.db())
        .await?;
    let mut codes = Vec::with_capacity(rows.len());
    for row in rows {
        let at = partner::Entity::find_by_id(row.partner_id).one(op.db()).await?;
        let since: DateTime<Utc> = row.created_at;
        codes.push(json!({
            "platform": at.map(|partner| partner.name),
            "code": opened(op, &row)?,
            "linked_at": since,
            "unlinked_at": row.ended_at,
        }));
    }
    Ok(codes)
}

/// The code of a link, in full: for the partner itself, and the reader.
pub(super) fn opened(op: &Op, row: &partner_link::Model) -> Result<String> {
    op.keys().open_sealed(PLACE, row.id.0, &row.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_1_4_a_code_is_the_same_however_it_is_scanned() {
        assert_eq!(Code::parse(" gd-0123456 ").unwrap(), Code::parse("GD-0123456").unwrap());
        for (bad, problem) in [
            ("", Problem::Missing),
            ("GD1", Problem::TooShort(6)),
            ("GD 123456", Problem::Character),
            ("粤读通123456", Problem::Character),
            (&"G".repeat(65), Problem::TooLong(64)),
        ] {
            assert_eq!(Code::parse(bad).unwrap_err(), problem, "{bad}");
        }
        assert!(!format!("{:?}", Code::parse("GD-0123456").unwrap()).contains("0123"));
    }
}
