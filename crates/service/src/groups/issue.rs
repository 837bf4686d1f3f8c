//! Issuing a confirmed list (6.1.3.2), in portions of one transaction each. A portion writes its cards, what became of each of its rows, and
//! how far the batch is, all or nothing: killed at any moment, it goes on where it stood, and no row is dealt with twice.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::batches::change;
use super::entry::Entry;
use super::tables::{batch, outcome, row};
use super::units;
use super::view::Batch;
use super::words::{BatchState, Decision, Outcome};
use crate::Service;
use crate::cards::{Opening, open_many};
use crate::kernel::{Actor, BatchId, Blocker, Channel, Error, Op, Result, Right, Who};
use crate::stock::{self, Place};

/// How many rows one portion has: short enough for a desk not to notice.
pub const CHUNK: u64 = 250;

/// The batches that wait to be issued or are being issued, those confirmed first before others.
///
/// # Errors
/// When the database can't be asked.
pub async fn at_work(op: &Op) -> Result<Vec<BatchId>> {
    let rows = batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        .filter(batch::Column::State.eq(BatchState::Confirmed.as_str()))
        .filter(batch::Column::PausedAt.is_null())
        .order_by_asc(batch::Column::ConfirmedAt)
        .into_tuple()
        .all(op.db())
        .await?;
    Ok(rows)
}

/// Issues a batch from where it stands until it is done or held, `most` rows at a time; `told` hears of each portion.
///
/// # Errors
/// What a portion ends with; what was issued before it stays.
pub async fn issue(house: &Service, id: BatchId, most: u64, mut told: impl FnMut(&Batch)) -> Result<Batch> {
    loop {
        let (batch, more) = issue_chunk(house, id, most).await?;
        told(&batch);
        if !more {
            return Ok(batch);
        }
    }
}

/// Issues one portion in the name of who confirmed the batch; gives how far it is, and whether there is more to do.
///
/// # Errors
/// When the portion can't be written; nothing of it is then.
pub async fn issue_chunk(house: &Service, id: BatchId, most: u64) -> Result<(Batch, bool)> {
    let issuer = house.read(Actor::nobody(), async |op| issuer(op, id).await).await?;
    house.write(issuer, async |op| portion(op, id, most).await).await
}

/// Who confirmed it acts, at the point of the batch, and may nothing else by it.
async fn issuer(op: &Op, id: BatchId) -> Result<Actor> {
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    let who = row.confirmed_by.as_deref().map_or(Ok(Who::System), str::parse);
    Ok(Actor {
        who: who.map_err(Error::internal)?,
        library: row.library_id,
        service_point: Some(row.service_point_id),
        scope: row.library_id,
        rights: vec![Right::OpenCards],
        channel: Channel::Group,
    })
}

async fn portion(op: &Op, id: BatchId, most: u64) -> Result<(Batch, bool)> {
    // Two instances that are at it go on one after the other.
    let batch = batch::Entity::find_by_id(id).lock_exclusive().one(op.db()).await?;
    let batch = batch.ok_or(Error::NotFound("batch"))?;
    let goes_on = batch.state == BatchState::Confirmed.as_str() && batch.paused_at.is_none();
    let rows = if goes_on { next_rows(op, &batch, most).await? } else { Vec::new() };
    let ended = goes_on && u64::try_from(rows.len()).unwrap_or(u64::MAX) < most;
    if goes_on {
        let opened = deal_with(op, &batch, &rows).await?;
        let set = batch::ActiveModel {
            last_place: Set(rows.last().map_or(batch.last_place, |row| row.place)),
            done: Set(batch.done + i64::try_from(rows.len()).map_err(Error::internal)?),
            opened: Set(batch.opened + opened),
            worked_at: Set(Some(op.now())),
            ..Default::default()
        };
        let set = if ended {
            stock::give_back(op, Place::Batch(id.0)).await?;
            let state = Set(BatchState::Issued.as_str().to_owned());
            batch::ActiveModel { state, issued_at: Set(Some(op.now())), ..set }
        } else {
            set
        };
        change(op, &batch, batch.version, set).await.map_err(Error::look_again)?;
    }
    let now = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    let unit = units::named(op, now.unit_id).await?;
    Ok((Batch::of(op, &now, &unit)?, goes_on && !ended))
}

async fn next_rows(op: &Op, batch: &batch::Model, most: u64) -> Result<Vec<row::Model>> {
    Ok(row::Entity::find()
        .filter(row::Column::BatchId.eq(batch.id))
        .filter(row::Column::Place.gt(batch.last_place))
        .filter(row::Column::Goes.eq(true))
        .order_by_asc(row::Column::Place)
        .limit(most)
        .all(op.db())
        .await?)
}

/// Opens the cards of a portion and writes what became of each row; gives how many were opened.
async fn deal_with(op: &Op, batch: &batch::Model, rows: &[row::Model]) -> Result<i64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let minors_kind = batch.minors_kind.parse()?;
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let entry =
            Entry::open(op, row)?.ok_or_else(|| Error::internal("a row that was forgotten too early"))?;
        let decided = row.decided.as_deref() == Some(Decision::NotSame.as_str());
        let mut request = entry.request(minors_kind, decided, op.today());
        // As many One-Cards were laid aside as were counted then: who came of age since keeps what was said.
        request.kind = row.kind.parse()?;
        requests.push(request);
    }
    let draw = async |op: &Op, count: usize| {
        let wanted = u32::try_from(count).map_err(Error::internal)?;
        let mut barcodes = stock::draw(op, Place::Batch(batch.id.0), wanted).await?;
        // Of those that were laid aside, one may have been spoiled since: the store has others.
        let missing = wanted.saturating_sub(u32::try_from(barcodes.len()).map_err(Error::internal)?);
        if missing > 0 {
            barcodes.extend(stock::draw(op, Place::Library(batch.library_id), missing).await?);
        }
        Ok(barcodes)
    };
    let openings = open_many(op, &requests, draw, batch.tells_readers).await?;
    let mut opened = 0;
    let mut outcomes = Vec::with_capacity(rows.len());
    for (row, opening) in rows.iter().zip(openings) {
        let (outcome, codes, card) = match opening {
            Opening::Opened(made) => (Outcome::Opened, Vec::new(), Some(made)),
            Opening::NoOneCard => (Outcome::NoOneCard, Vec::new(), None),
            Opening::Invalid(invalid) => {
                let codes = invalid.0.iter().map(|error| error.problem.code().to_owned());
                (Outcome::Invalid, codes.collect(), None)
            }
            Opening::Refused(blockers) => {
                let holds = |blocker: &Blocker| matches!(blocker, Blocker::AlreadyHoldsCard { .. });
                let outcome = if blockers.iter().any(holds) { Outcome::Holder } else { Outcome::Refused };
                (outcome, blockers.iter().map(|blocker| blocker.code().to_owned()).collect(), None)
            }
        };
        opened += i64::from(outcome == Outcome::Opened);
        let (card_id, number) = card.map(|made| (made.card, made.number)).unzip();
        outcomes.push(outcome::ActiveModel {
            batch_id: Set(batch.id),
            place: Set(row.place),
            outcome: Set(outcome.as_str().to_owned()),
            codes: Set(serde_json::to_string(&codes).map_err(Error::internal)?),
            card_id: Set(card_id),
            number: Set(number),
            at: Set(op.now()),
        });
    }
    outcome::Entity::insert_many(outcomes).exec_without_returning(op.db()).await?;
    Ok(opened)
}
