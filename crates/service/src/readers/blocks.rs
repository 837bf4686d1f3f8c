//! Blocks: what keeps a reader from borrowing and entering, whatever the state of the card (A.3.1).

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::json;

use super::details::optional_text;
use super::notes::{last_day, not_merged};
use super::tables::block;
use super::tell::tell;
use crate::kernel::{
    BlockId, Blocker, Error, Invalid, LibraryId, Op, Problem, ReaderId, RecordId, Result, Right, ServiceName,
};
use crate::libraries::{self, Tree};
use crate::outbox::Template;
use crate::records::{self, NewRecord};

const PLACE: &str = "reader_blocks.note";

/// Why a reader is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockReason {
    /// How they behaved (A.3.1).
    Conduct,
    /// What they owe.
    Unpaid,
    /// Where they live is not known.
    Address,
    /// Who they are has to be checked.
    Verification,
    /// Another: the note says which.
    Other,
}

impl BlockReason {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Conduct, Self::Unpaid, Self::Address, Self::Verification, Self::Other];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conduct => "conduct",
            Self::Unpaid => "unpaid",
            Self::Address => "address",
            Self::Verification => "verification",
            Self::Other => "other",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// A block as entered. `Debug` shows none of its note.
#[derive(Clone)]
pub struct NewBlock {
    /// On whom.
    pub reader: ReaderId,
    /// A word of [`BlockReason`].
    pub reason: String,
    /// More about it, or nothing; needed for `other`.
    pub note: String,
    /// The last day, `YYYY-MM-DD`, or nothing: until it is lifted.
    pub until: String,
}

impl std::fmt::Debug for NewBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewBlock(…)")
    }
}

/// A block in force.
#[derive(Clone, Debug)]
pub struct BlockView {
    /// The block.
    pub id: BlockId,
    /// The library that put it.
    pub library: LibraryId,
    /// Whether the caller's library may lift it: it is theirs, or that of one below it.
    pub ours: bool,
    /// Why.
    pub reason: BlockReason,
    /// More about it.
    pub note: Option<String>,
    /// The last day; none: until it is lifted.
    pub until: Option<NaiveDate>,
    /// Since when.
    pub added_at: DateTime<Utc>,
}

/// Puts a block on a reader, and tells them.
///
/// # Errors
/// [`Right::BlockReaders`] is needed; [`Error::Invalid`] names each field that can't be taken.
pub async fn block(op: &Op, request: NewBlock) -> Result<BlockId> {
    let NewBlock { reader, reason, note, until } = &request;
    op.intend(ServiceName::Block, Some(*reader));
    op.require(Right::BlockReaders)?;
    let digest = records::digest(op, &(reader, reason, note, until))?;
    if let Some(earlier) = records::find_answer(op, ServiceName::Block, &digest).await? {
        return records::id_told(op, earlier.record, "block").await;
    }
    let (reason, note, last) = checked(op, &request)?;
    not_merged(op, *reader).await?;
    let id: BlockId = op.new_id()?;
    let actor = op.actor();
    let row = block::ActiveModel {
        id: Set(id),
        reader_id: Set(*reader),
        library_id: Set(actor.library),
        reason: Set(reason.as_str().to_owned()),
        note: Set(note.as_deref().map(|note| op.keys().close(PLACE, id.0, note)).transpose()?),
        until: Set(last),
        added_at: Set(op.now()),
        added_by: Set(actor.who.to_string()),
        lifted_at: Set(None),
        lifted_by: Set(None),
    };
    block::Entity::insert(row).exec_without_returning(op.db()).await?;
    let (library, word) = (actor.library, reason.as_str());
    let detail = json!({ "block": id, "reason": word, "until": last, "library": library });
    let record = keep(op, ServiceName::Block, *reader, detail, digest).await?;
    let until = last.map_or_else(|| "block.until_lifted".to_owned(), |day| day.to_string());
    let words = [("reason", word_of(reason)), ("until", until)];
    tell(op, *reader, record, Template::ReaderBlocked, &words, None).await?;
    Ok(id)
}

/// What can be taken of a block as entered: why, more about it, its last day.
pub(crate) fn checked(op: &Op, block: &NewBlock) -> Result<(BlockReason, Option<String>, Option<NaiveDate>)> {
    let NewBlock { reason, note, until, .. } = block;
    let mut invalid = Invalid::default();
    let reason = invalid.take("block.reason", BlockReason::parse(reason).ok_or(Problem::UnknownWord));
    let note = invalid.take("block.note", optional_text(note, 500)).flatten();
    if reason == Some(BlockReason::Other) && note.is_none() {
        invalid.add("block.note", Problem::Missing);
    }
    let last = last_day(op, "block.until", until, &mut invalid);
    invalid.into_result()?;
    let Some(reason) = reason else { return Err(Error::internal("a checked block without its reason")) };
    Ok((reason, note, last))
}

/// Lifts a block before its last day, and tells the reader.
///
/// # Errors
/// [`Right::BlockReaders`] is needed; [`Error::NotFound`] when no such block is in force;
/// [`Blocker::AddedByAnotherLibrary`] when neither their library put it nor one below it.
pub async fn unblock(op: &Op, reader: ReaderId, id: BlockId) -> Result<()> {
    op.intend(ServiceName::Unblock, Some(reader));
    op.require(Right::BlockReaders)?;
    let digest = records::digest(op, &(reader, id))?;
    if records::find_answer(op, ServiceName::Unblock, &digest).await?.is_some() {
        return Ok(());
    }
    let row = in_force(op, reader).filter(block::Column::Id.eq(id)).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("block"))?;
    if !libraries::tree(op).await?.is_ours(op.actor(), row.library_id) {
        return Err(Error::refused(Blocker::AddedByAnotherLibrary));
    }
    let done = block::Entity::update_many()
        .col_expr(block::Column::LiftedAt, Expr::value(op.now()))
        .col_expr(block::Column::LiftedBy, Expr::value(op.actor().who.to_string()))
        .filter(block::Column::Id.eq(id))
        .filter(block::Column::LiftedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let reason = BlockReason::parse(&row.reason).unwrap_or(BlockReason::Other);
    let detail = json!({ "block": id, "reason": row.reason, "until": row.until, "library": row.library_id });
    let record = keep(op, ServiceName::Unblock, reader, detail, digest).await?;
    let still = in_force(op, reader).count(op.db()).await? > 0;
    // While another block is in force, nothing is possible again.
    let template = if still { Template::BlockLifted } else { Template::ReaderUnblocked };
    tell(op, reader, record, template, &[("reason", word_of(reason))], None).await
}

/// The word that messages say a reason with.
fn word_of(reason: BlockReason) -> String {
    format!("block.{}", reason.as_str())
}

async fn keep(
    op: &Op,
    service: ServiceName,
    reader: ReaderId,
    detail: serde_json::Value,
    digest: Vec<u8>,
) -> Result<RecordId> {
    let channel = op.actor().channel;
    let record = NewRecord { service, reader, card: None, channel, check: None, detail, digest };
    records::keep(op, record).await
}

fn in_force(op: &Op, reader: ReaderId) -> Select<block::Entity> {
    all_in_force(op).filter(block::Column::ReaderId.eq(reader))
}

fn all_in_force(op: &Op) -> Select<block::Entity> {
    block::Entity::find().filter(block::Column::LiftedAt.is_null()).filter(
        Condition::any().add(block::Column::Until.is_null()).add(block::Column::Until.gte(op.today())),
    )
}

/// Why a reader is blocked now, for every door that lends or lets in; none when they are not. No right is asked for: a machine
/// has to know.
///
/// # Errors
/// When the database can't be asked.
pub async fn is_blocked(op: &Op, reader: ReaderId) -> Result<Option<BlockReason>> {
    let row = in_force(op, reader)
        .order_by_asc(block::Column::AddedAt)
        .order_by_asc(block::Column::Id)
        .one(op.db())
        .await?;
    Ok(row.map(|row| BlockReason::parse(&row.reason).unwrap_or(BlockReason::Other)))
}

/// All readers who are blocked now, for the lists of gates.
pub(crate) async fn blocked_now(op: &Op) -> Result<HashSet<ReaderId>> {
    let ids: Vec<ReaderId> =
        all_in_force(op).select_only().column(block::Column::ReaderId).into_tuple().all(op.db()).await?;
    Ok(ids.into_iter().collect())
}

/// The blocks on a reader that are in force.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn blocks(op: &Op, reader: ReaderId) -> Result<Vec<BlockView>> {
    op.require_at_desk(Right::FindReaders)?;
    let rows = in_force(op, reader)
        .order_by_asc(block::Column::AddedAt)
        .order_by_asc(block::Column::Id)
        .all(op.db())
        .await?;
    let tree = libraries::tree(op).await?;
    rows.into_iter().map(|row| shown(op, &tree, row)).collect()
}

/// All blocks ever put on a reader, for the reader (5.3); with when each was lifted.
pub(crate) async fn blocks_in_full(
    op: &Op,
    reader: ReaderId,
) -> Result<Vec<(BlockView, Option<DateTime<Utc>>)>> {
    let rows = block::Entity::find()
        .filter(block::Column::ReaderId.eq(reader))
        .order_by_asc(block::Column::Id)
        .all(op.db())
        .await?;
    let tree = libraries::tree(op).await?;
    rows.into_iter()
        .map(|row| {
            let lifted = row.lifted_at;
            Ok((shown(op, &tree, row)?, lifted))
        })
        .collect()
}

fn shown(op: &Op, tree: &Tree, row: block::Model) -> Result<BlockView> {
    let note = row.note.as_ref().map(|note| op.keys().open_sealed(PLACE, row.id.0, note)).transpose()?;
    Ok(BlockView {
        id: row.id,
        library: row.library_id,
        ours: tree.is_ours(op.actor(), row.library_id),
        reason: BlockReason::parse(&row.reason)
            .ok_or_else(|| Error::internal("unknown reason of a block"))?,
        note,
        until: row.until,
        added_at: row.added_at,
    })
}
