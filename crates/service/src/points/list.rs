//! Points and what they handed in, for the office.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::opening::{Opening, OpeningState};
use super::settle::is_irregular;
use super::tables::{opening, point, point_staff};
use crate::cards::{self, CardKind};
use crate::kernel::{
    CardId, Error, Op, OpeningId, PointId, ReaderId, Result, Right, ServicePointId, StaffId,
};
use crate::libraries::{self, tree};
use crate::records::{Access, Look, log_access};

/// A point, for the list.
#[derive(Clone, Debug)]
pub struct PointEntry {
    /// The point.
    pub id: PointId,
    /// Its name.
    pub name: String,
    /// The service point that it stands for.
    pub service_point: ServicePointId,
    /// When it was prepared.
    pub prepared_at: DateTime<Utc>,
    /// It opens nothing after that.
    pub valid_until: DateTime<Utc>,
    /// Who works there.
    pub staff: Vec<StaffId>,
    /// Virtual numbers that it took along, and how many of them are free still.
    pub numbers: (i64, u64),
    /// One-Cards that it took along.
    pub one_cards: i64,
    /// How many holders its filter was made from.
    pub holders: i64,
    /// When it handed in last.
    pub synced_at: Option<DateTime<Utc>>,
    /// What it had then that was not answered.
    pub outstanding: i64,
    /// How many openings were accepted, wait, and were settled.
    pub accepted: u64,
    /// Those that wait for somebody.
    pub conflicts: u64,
    /// Those that somebody settled.
    pub settled: u64,
    /// Since when it has ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Until when it may hand in all the same.
    pub late_until: Option<DateTime<Utc>>,
}

/// Which openings.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpeningFilter {
    /// Of this point only.
    pub point: Option<PointId>,
    /// In this state only.
    pub state: Option<OpeningState>,
}

/// An opening, for the list.
#[derive(Clone, Debug)]
pub struct PointOpening {
    /// The opening.
    pub id: OpeningId,
    /// The point.
    pub point: PointId,
    /// When it was opened there.
    pub opened_at: DateTime<Utc>,
    /// When it came.
    pub came_at: DateTime<Utc>,
    /// By whom.
    pub staff: StaffId,
    /// `document` or `one_card`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// What became of it.
    pub state: OpeningState,
    /// Codes of what stands against it.
    pub reasons: Vec<String>,
    /// How it was settled.
    pub settlement: String,
    /// Whose card it is, or who holds another.
    pub reader: Option<ReaderId>,
    /// The card.
    pub card: Option<CardId>,
    /// Whether it is for who manages points.
    pub irregular: bool,
    /// Grows with every change.
    pub version: i64,
}

/// Whether a point is of the caller's library, or one under it.
pub(super) async fn reaches(op: &Op, id: PointId) -> Result<bool> {
    let Some(row) = point::Entity::find_by_id(id).one(op.db()).await? else { return Ok(false) };
    let place = libraries::service_point(op, row.service_point_id).await?;
    Ok(tree(op).await?.covers(op.actor().scope, place.library))
}

fn require_office(op: &Op) -> Result<()> {
    match op.actor().may(Right::ManagePoints) {
        true => Ok(()),
        false => op.require(Right::AmendReaders),
    }
}

/// The points of the caller's library and everything under it, the latest first.
///
/// # Errors
/// [`Right::ManagePoints`] or [`Right::AmendReaders`] is needed.
pub async fn points(op: &Op) -> Result<Vec<PointEntry>> {
    require_office(op)?;
    let tree = tree(op).await?;
    let places: Vec<uuid::Uuid> = tree.points_under(op.actor().scope).map(|point| point.id.0).collect();
    let rows = point::Entity::find()
        .filter(point::Column::ServicePointId.is_in(places))
        .order_by_desc(point::Column::Id)
        .limit(200)
        .all(op.db())
        .await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut staff: HashMap<PointId, Vec<StaffId>> = HashMap::new();
    for row in point_staff::Entity::find()
        .filter(point_staff::Column::PointId.is_in(ids.clone()))
        .all(op.db())
        .await?
    {
        staff.entry(row.point_id).or_default().push(row.staff_id);
    }
    let counted: Vec<(PointId, String, i64)> = opening::Entity::find()
        .select_only()
        .column(opening::Column::PointId)
        .column(opening::Column::State)
        .column_as(opening::Column::Id.count(), "many")
        .filter(opening::Column::PointId.is_in(ids))
        .group_by(opening::Column::PointId)
        .group_by(opening::Column::State)
        .into_tuple()
        .all(op.db())
        .await?;
    let count = |id: PointId, state: OpeningState| {
        let found = counted.iter().find(|(point, word, _)| *point == id && word == state.as_str());
        found.map_or(0, |(_, _, many)| u64::try_from(*many).unwrap_or_default())
    };
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push(PointEntry {
            numbers: (row.numbers, cards::numbers_left(op, row.id.0).await?),
            staff: staff.remove(&row.id).unwrap_or_default(),
            accepted: count(row.id, OpeningState::Accepted),
            conflicts: count(row.id, OpeningState::Conflict),
            settled: count(row.id, OpeningState::Settled),
            id: row.id,
            name: row.name,
            service_point: row.service_point_id,
            prepared_at: row.prepared_at,
            valid_until: row.valid_until,
            one_cards: row.one_cards,
            holders: row.holders,
            synced_at: row.synced_at,
            outstanding: row.outstanding,
            ended_at: row.ended_at,
            revoked: row.revoked,
            late_until: row.late_until,
        });
    }
    Ok(entries)
}

fn view(row: opening::Model) -> Result<PointOpening> {
    let answer = super::hand_in::answer_of(&row)?;
    Ok(PointOpening {
        irregular: is_irregular(&row.reasons),
        id: row.id,
        point: row.point_id,
        opened_at: row.opened_at,
        came_at: row.came_at,
        staff: row.staff_id,
        kind: row.kind,
        number: row.number,
        state: answer.state,
        reasons: answer.reasons,
        settlement: row.settlement,
        reader: row.reader_id,
        card: row.card_id,
        version: row.version,
    })
}

/// Openings that points handed in, the latest first: 200 at most, and how many there are.
///
/// # Errors
/// As [`points`].
pub async fn openings(op: &Op, filter: OpeningFilter) -> Result<(Vec<PointOpening>, u64)> {
    let reached = points(op).await?;
    let of = reached.iter().map(|entry| entry.id.0);
    let of: Vec<uuid::Uuid> = of.filter(|id| filter.point.is_none_or(|wanted| wanted.0 == *id)).collect();
    let mut found = opening::Entity::find().filter(opening::Column::PointId.is_in(of));
    if let Some(state) = filter.state {
        found = found.filter(opening::Column::State.eq(state.as_str()));
    }
    let count = found.clone().count(op.db()).await?;
    let rows = found
        .order_by_desc(opening::Column::CameAt)
        .order_by_desc(opening::Column::Id)
        .limit(200)
        .all(op.db())
        .await?;
    Ok((rows.into_iter().map(view).collect::<Result<_>>()?, count))
}

/// Whether the card of an opening would keep the number that was handed out, if it was opened after all.
///
/// # Errors
/// When the database can't be asked.
pub async fn keeps_number(op: &Op, opening: &PointOpening) -> Result<bool> {
    // A One-Card has no other number than the one that is printed on it.
    Ok(opening.kind == CardKind::OneCard.as_str()
        || cards::can_stand_at(op, opening.point.0, &opening.number).await?)
}

/// One opening, and what was told at the point as long as it waits. The look is logged.
///
/// # Errors
/// As [`points`]; [`Error::NotFound`] when there is none of the caller's.
pub async fn opening(op: &Op, id: OpeningId) -> Result<(PointOpening, Option<Opening>)> {
    require_office(op)?;
    let row = opening::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("opening"))?;
    if !reaches(op, row.point_id).await? {
        return Err(Error::NotFound("opening"));
    }
    let kept = match &row.content {
        Some(sealed) => {
            let text = op.keys().open_sealed("point_openings.content", id.0, sealed)?;
            Some(serde_json::from_str(&text).map_err(Error::internal)?)
        }
        None => None,
    };
    let detail = json!({ "page": "point_opening", "opening": id });
    log_access(op, Access { look: Look::Viewed, reader: row.reader_id, detail, reason: None }).await?;
    Ok((view(row)?, kept))
}
