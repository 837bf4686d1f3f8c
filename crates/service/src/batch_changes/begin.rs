//! Beginning a change of many: who is in it, and what would become of each. Nothing is changed by it.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::change::ReaderChange;
use super::check::find;
use super::tables::{batch, row};
use super::who::{Selection, candidates};
use super::words::{ChangeState, Finding};
use super::work::acting;
use crate::Service;
use crate::cards::{self, CardView};
use crate::kernel::{Actor, BatchChangeId, BatchChangeRowId, Error, Op, ReaderId, Result};

/// How many rows one statement writes: PostgreSQL and SQLite both take so many values.
const AT_ONCE: usize = 500;

/// A row that was looked at.
struct Looked {
    given: Option<String>,
    reader: Option<ReaderId>,
    number: Option<String>,
    finding: Finding,
    codes: Vec<&'static str>,
}

/// Looks at everybody who is meant, and keeps what was found as a draft: the dry run.
///
/// # Errors
/// [`crate::kernel::Right::ChangeInBatch`] and the right that the same needs at a desk; [`Error::Invalid`] names what can't be taken, and
/// a list or search of nobody, or of more than [`super::MOST`].
pub async fn begin(
    house: &Service,
    actor: &Actor,
    change: &ReaderChange,
    selection: &Selection,
) -> Result<BatchChangeId> {
    let (change, rows) = house.read(actor.clone(), async |op| look(op, change, selection).await).await?;
    house.write(actor.clone(), async |op| keep(op, &change, &rows).await).await
}

async fn look(op: &Op, change: &ReaderChange, selection: &Selection) -> Result<(ReaderChange, Vec<Looked>)> {
    change.kind().require(op)?;
    let change = change.checked(op).await?;
    let candidates = candidates(op, selection).await?;
    let readers: Vec<ReaderId> =
        candidates.iter().filter_map(|candidate| candidate.found.as_ref().ok().copied()).collect();
    let mut held: HashMap<ReaderId, CardView> = HashMap::new();
    for some in readers.chunks(AT_ONCE) {
        held.extend(cards::current_cards(op, some).await?);
    }
    let mut rows = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        rows.push(match candidate.found {
            Err(finding) => Looked {
                given: Some(candidate.given),
                reader: None,
                number: None,
                finding,
                codes: Vec::new(),
            },
            Ok(reader) => {
                let card = held.get(&reader);
                let (finding, codes) = find(op, &change, reader, card).await?;
                // Of whom the caller's rights do not reach, nothing is told but what was typed.
                let elsewhere = finding == Finding::Elsewhere;
                Looked {
                    given: elsewhere.then_some(candidate.given),
                    reader: (!elsewhere).then_some(reader),
                    number: card.filter(|_| !elsewhere).map(|card| card.number.clone()),
                    finding,
                    codes,
                }
            }
        });
    }
    Ok((change, rows))
}

async fn keep(op: &Op, change: &ReaderChange, rows: &[Looked]) -> Result<BatchChangeId> {
    change.kind().require(op)?;
    let id: BatchChangeId = op.new_id()?;
    let content = serde_json::to_string(change).map_err(Error::internal)?;
    let goes = rows.iter().filter(|row| row.finding == Finding::Goes).count();
    let batch = batch::ActiveModel {
        id: Set(id),
        library_id: Set(op.actor().library),
        kind: Set(change.kind().as_str().to_owned()),
        content: Set(op.keys().close("batch_changes.content", id.0, &content)?),
        state: Set(ChangeState::Draft.as_str().to_owned()),
        rows: Set(i64::try_from(rows.len()).map_err(Error::internal)?),
        goes: Set(i64::try_from(goes).map_err(Error::internal)?),
        last_place: Set(0),
        done: Set(0),
        changed: Set(0),
        restored: Set(0),
        acting: Set(acting(op)?),
        created_at: Set(op.now()),
        created_by: Set(op.actor().who.to_string()),
        run_at: Set(None),
        run_by: Set(None),
        done_at: Set(None),
        undo_at: Set(None),
        undo_by: Set(None),
        undone_at: Set(None),
        version: Set(1),
    };
    batch::Entity::insert(batch).exec_without_returning(op.db()).await?;
    let mut place = 0;
    for some in rows.chunks(AT_ONCE) {
        let mut models = Vec::with_capacity(some.len());
        for looked in some {
            place += 1;
            let row: BatchChangeRowId = op.new_id()?;
            let given = looked.given.as_deref().filter(|given| !given.is_empty());
            models.push(row::ActiveModel {
                id: Set(row),
                batch_id: Set(id),
                place: Set(place),
                given: Set(given
                    .map(|given| op.keys().close("batch_change_rows.given", row.0, given))
                    .transpose()?),
                reader_id: Set(looked.reader),
                number: Set(looked.number.clone()),
                finding: Set(looked.finding.as_str().to_owned()),
                outcome: Set(None),
                undo: Set(None),
                codes: Set(looked.codes.join(" ")),
                made: Set(None),
                before: Set(None),
            });
        }
        row::Entity::insert_many(models).exec_without_returning(op.db()).await?;
    }
    Ok(id)
}
