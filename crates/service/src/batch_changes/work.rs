//! Running a change, and undoing it, in portions of one transaction each. A portion writes what it changes, what became of each of its
//! rows, and how far it is, all or nothing: cut off at any moment, it goes on where it stood, and no row is dealt with twice.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::apply::apply;
use super::change::{ChangeKind, ReaderChange};
use super::tables::{batch, row};
use super::undo::{Kept, restore};
use super::view::{self, BatchChange, own};
use super::words::{ChangeState, Finding, Outcome, Undo};
use crate::Service;
use crate::kernel::{
    Actor, BatchChangeId, Channel, Error, LibraryId, Op, Problem, Result, Right, ServiceName, ServicePointId,
    Who,
};
use crate::records;

/// How many rows one portion has: short enough for a desk not to notice.
pub const CHUNK: u64 = 200;

/// In whose name it goes on, and where.
#[derive(Serialize, Deserialize)]
struct Acting {
    who: String,
    library: LibraryId,
    service_point: Option<ServicePointId>,
    scope: LibraryId,
}

/// The caller, as a change goes on in their name.
pub(super) fn acting(op: &Op) -> Result<String> {
    let Actor { who, library, service_point, scope, .. } = op.actor();
    let (who, library, service_point, scope) = (who.to_string(), *library, *service_point, *scope);
    serde_json::to_string(&Acting { who, library, service_point, scope }).map_err(Error::internal)
}

/// Runs a draft: from now on it is worked off.
///
/// # Errors
/// As [`super::begin`]; [`Error::Stale`] when it is no draft any more; [`Error::Invalid`] when there is nobody in it to change.
pub async fn run(op: &Op, id: BatchChangeId, version: i64) -> Result<()> {
    let row = intend(op, id, ChangeState::Draft).await?;
    if row.goes == 0 {
        return Err(Error::field("readers", Problem::NothingChanged));
    }
    let set = batch::ActiveModel {
        state: Set(ChangeState::Running.as_str().to_owned()),
        acting: Set(acting(op)?),
        run_at: Set(Some(op.now())),
        run_by: Set(Some(op.actor().who.to_string())),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    let detail = json!({ "change": id, "kind": row.kind, "rows": row.goes });
    records::keep_act(op, ServiceName::ChangeMany, detail).await.map(|_| ())
}

/// Undoes a change that is done: each reader is restored, unless somebody changed the same since.
///
/// # Errors
/// As [`run`]; [`Error::Stale`] when it is not done, or undone already.
pub async fn undo(op: &Op, id: BatchChangeId, version: i64) -> Result<()> {
    let row = intend(op, id, ChangeState::Done).await?;
    let set = batch::ActiveModel {
        state: Set(ChangeState::Undoing.as_str().to_owned()),
        last_place: Set(0),
        acting: Set(acting(op)?),
        undo_at: Set(Some(op.now())),
        undo_by: Set(Some(op.actor().who.to_string())),
        ..Default::default()
    };
    change(op, &row, version, set).await?;
    let detail = json!({ "change": id, "kind": row.kind, "rows": row.changed, "undone": true });
    records::keep_act(op, ServiceName::ChangeMany, detail).await.map(|_| ())
}

async fn intend(op: &Op, id: BatchChangeId, state: ChangeState) -> Result<batch::Model> {
    op.intend(ServiceName::ChangeMany, None);
    op.require_at_desk(Right::ChangeInBatch)?;
    let row = own(op, id).await?;
    ChangeKind::kept(&row.kind)?.require(op)?;
    if row.state == state.as_str() { Ok(row) } else { Err(Error::Stale) }
}

/// Changes what is still as it was seen.
async fn change(op: &Op, row: &batch::Model, version: i64, set: batch::ActiveModel) -> Result<()> {
    let done = batch::Entity::update_many()
        .set(set)
        .col_expr(batch::Column::Version, Expr::col(batch::Column::Version).add(1))
        .filter(batch::Column::Id.eq(row.id))
        .filter(batch::Column::State.eq(row.state.as_str()))
        .filter(batch::Column::Version.eq(version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// The changes that are under way, there or back, those begun first before others.
///
/// # Errors
/// When the database can't be asked.
pub async fn at_work(op: &Op) -> Result<Vec<BatchChangeId>> {
    let states = [ChangeState::Running.as_str(), ChangeState::Undoing.as_str()];
    Ok(batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        .filter(batch::Column::State.is_in(states))
        .order_by_asc(batch::Column::Id)
        .into_tuple()
        .all(op.db())
        .await?)
}

/// Works a change off from where it stands, `most` rows at a time.
///
/// # Errors
/// What a portion ends with; what was done before it stays.
pub async fn work(house: &Service, id: BatchChangeId, most: u64) -> Result<BatchChange> {
    loop {
        let (change, more) = work_chunk(house, id, most).await?;
        if !more {
            return Ok(change);
        }
    }
}

/// Works one portion off, in the name of who ran or undid it; gives how far it is, and whether there is more to do.
///
/// # Errors
/// When the portion can't be written; nothing of it is then.
pub async fn work_chunk(house: &Service, id: BatchChangeId, most: u64) -> Result<(BatchChange, bool)> {
    let actor = house.read(Actor::nobody(), async |op| actor_of(op, id).await).await?;
    house.write(actor, async |op| portion(op, id, most).await).await
}

/// Who ran it acts, as at a desk, and may nothing else by it.
async fn actor_of(op: &Op, id: BatchChangeId) -> Result<Actor> {
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("change"))?;
    let acting: Acting = serde_json::from_str(&row.acting).map_err(Error::internal)?;
    Ok(Actor {
        who: acting.who.parse::<Who>().map_err(Error::internal)?,
        library: acting.library,
        service_point: acting.service_point,
        scope: acting.scope,
        rights: vec![Right::ChangeInBatch, Right::FindReaders, ChangeKind::kept(&row.kind)?.right()],
        channel: Channel::Desk,
    })
}

async fn portion(op: &Op, id: BatchChangeId, most: u64) -> Result<(BatchChange, bool)> {
    // Two instances that are at it go on one after the other.
    let batch = batch::Entity::find_by_id(id).lock_exclusive().one(op.db()).await?;
    let batch = batch.ok_or(Error::NotFound("change"))?;
    let state = ChangeState::kept(&batch.state)?;
    let at_work = matches!(state, ChangeState::Running | ChangeState::Undoing);
    let mut ended = true;
    if at_work {
        let rows = next_rows(op, &batch, state, most).await?;
        ended = u64::try_from(rows.len()).unwrap_or(u64::MAX) < most;
        let mut set = batch::ActiveModel {
            last_place: Set(rows.last().map_or(batch.last_place, |row| row.place)),
            ..Default::default()
        };
        let change_of = view::content(op, &batch)?;
        if state == ChangeState::Running {
            let mut changed = batch.changed;
            for row in &rows {
                changed += i64::from(run_row(op, &change_of, row).await?);
            }
            set.done = Set(batch.done + i64::try_from(rows.len()).map_err(Error::internal)?);
            set.changed = Set(changed);
            if ended {
                set.state = Set(ChangeState::Done.as_str().to_owned());
                set.done_at = Set(Some(op.now()));
            }
        } else {
            let mut restored = batch.restored;
            for row in &rows {
                restored += i64::from(undo_row(op, &change_of, row).await?);
            }
            set.restored = Set(restored);
            if ended {
                set.state = Set(ChangeState::Undone.as_str().to_owned());
                set.undone_at = Set(Some(op.now()));
            }
        }
        change(op, &batch, batch.version, set).await.map_err(Error::look_again)?;
    }
    let now = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("change"))?;
    Ok((BatchChange::of(op, &now)?, !ended))
}

async fn next_rows(op: &Op, batch: &batch::Model, state: ChangeState, most: u64) -> Result<Vec<row::Model>> {
    let rows = row::Entity::find()
        .filter(row::Column::BatchId.eq(batch.id))
        .filter(row::Column::Place.gt(batch.last_place));
    let rows = match state {
        ChangeState::Undoing => rows.filter(row::Column::Outcome.eq(Outcome::Changed.as_str())),
        _ => rows.filter(row::Column::Finding.eq(Finding::Goes.as_str())),
    };
    Ok(rows.order_by_asc(row::Column::Place).limit(most).all(op.db()).await?)
}

/// Deals with a row; whether it was changed.
async fn run_row(op: &Op, change: &ReaderChange, row: &row::Model) -> Result<bool> {
    let reader = row.reader_id.ok_or_else(|| Error::internal("a row that goes, of nobody"))?;
    let applied = apply(op, change, reader).await?;
    let before = applied.before.as_deref();
    let set = row::ActiveModel {
        outcome: Set(Some(applied.outcome.as_str().to_owned())),
        codes: Set(applied.codes.join(" ")),
        made: Set(applied.made),
        before: Set(before.map(|text| op.keys().close(BEFORE, row.id.0, text)).transpose()?),
        ..Default::default()
    };
    write(op, row, row::Column::Outcome, set).await?;
    Ok(applied.outcome == Outcome::Changed)
}

const BEFORE: &str = "batch_change_rows.before";

/// Undoes a row; whether it was restored.
async fn undo_row(op: &Op, change: &ReaderChange, row: &row::Model) -> Result<bool> {
    let reader = row.reader_id.ok_or_else(|| Error::internal("a row that was changed, of nobody"))?;
    let before = row.before.as_ref().map(|sealed| op.keys().open_sealed(BEFORE, row.id.0, sealed));
    let kept = Kept { made: row.made, before: before.transpose()? };
    let undone = restore(op, change, reader, &kept).await?;
    let set = row::ActiveModel { undo: Set(Some(undone.as_str().to_owned())), ..Default::default() };
    write(op, row, row::Column::Undo, set).await?;
    Ok(undone == Undo::Restored)
}

/// Writes what became of a row of which nothing is written there yet.
async fn write(op: &Op, row: &row::Model, empty: row::Column, set: row::ActiveModel) -> Result<()> {
    let done = row::Entity::update_many()
        .set(set)
        .filter(row::Column::Id.eq(row.id))
        .filter(empty.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
