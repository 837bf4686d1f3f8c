//! The unit's own form (6.1.3.1): a link that ends, by which it sends its list and reads what was found wrong with it. It learns what is wrong
//! with its own cells at once; who of its people holds a card it learns with the report, once a clerk has confirmed the list, so that
//! a link that went astray answers no questions about people.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use sheets::{List, Mapping};

use super::batches::{NewBatch, begin};
use super::check::{Begun, CheckReport, begin_row, keep_list};
use super::report::{ReportRow, page_of};
use super::tables::{batch, unit_link};
use super::units;
use super::view::Batch;
use super::words::{BatchState, Source};
use crate::Service;
use crate::cards::CardKind;
use crate::kernel::pace::{self, Pace};
use crate::kernel::{
    Actor, BatchId, Channel, Error, LibraryId, Op, Problem, Result, Right, ServiceName, UnitId, UnitLinkId,
    Who, random_bytes,
};
use crate::records;

/// How long a link may hold, in days.
const MOST_DAYS: i64 = 60;

/// How often a list may be sent by one link.
const SENDING: Pace = Pace {
    name: "lists by a link",
    span: TimeDelta::days(1),
    freely: 30,
    apart: TimeDelta::zero(),
    most: Some(30),
};

/// A link, as the library sees it; what stands in it was shown when it was made.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// Its id.
    pub id: UnitLinkId,
    /// What came by it.
    pub batch: Option<BatchId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it holds.
    pub expires_at: DateTime<Utc>,
    /// When it was closed before that.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Makes a link; gives what stands in it, this once.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Invalid`] for a time that can't be; [`Error::NotFound`] for a unit of others or one that is
/// closed.
pub async fn new_link(op: &Op, unit: UnitId, days: i64) -> Result<String> {
    op.intend(ServiceName::LinkUnit, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = units::own(op, unit).await?;
    if row.closed_at.is_some() {
        return Err(Error::NotFound("unit"));
    }
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Error::field("days", Problem::NotApplicable));
    }
    let point = op.actor().service_point.ok_or(Error::NotFound("service point"))?;
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<24>()?);
    let id: UnitLinkId = op.new_id()?;
    let link = unit_link::ActiveModel {
        id: Set(id),
        unit_id: Set(unit),
        token_key: Set(key_of(op, &token)),
        service_point_id: Set(point),
        batch_id: Set(None),
        created_at: Set(op.now()),
        created_by: Set(op.actor().who.to_string()),
        expires_at: Set(op.now() + TimeDelta::days(days)),
        closed_at: Set(None),
    };
    unit_link::Entity::insert(link).exec_without_returning(op.db()).await?;
    records::keep_act(op, ServiceName::LinkUnit, json!({ "unit": unit, "days": days })).await?;
    Ok(token)
}

/// The links of a unit, the latest first.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn links(op: &Op, unit: UnitId) -> Result<Vec<LinkView>> {
    op.require_at_desk(Right::IssueGroups)?;
    units::own(op, unit).await?;
    let rows = unit_link::Entity::find()
        .filter(unit_link::Column::UnitId.eq(unit))
        .order_by_desc(unit_link::Column::CreatedAt)
        .all(op.db())
        .await?;
    let view = |row: unit_link::Model| LinkView {
        id: row.id,
        batch: row.batch_id,
        created_at: row.created_at,
        expires_at: row.expires_at,
        closed_at: row.closed_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Closes a link before its time.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when there is none.
pub async fn close_link(op: &Op, id: UnitLinkId) -> Result<()> {
    op.intend(ServiceName::LinkUnit, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = unit_link::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("link"))?;
    units::own(op, row.unit_id).await?;
    unit_link::Entity::update_many()
        .col_expr(unit_link::Column::ClosedAt, Expr::value(op.now()))
        .filter(unit_link::Column::Id.eq(id))
        .filter(unit_link::Column::ClosedAt.is_null())
        .exec(op.db())
        .await?;
    records::keep_act(op, ServiceName::LinkUnit, json!({ "unit": row.unit_id, "closed": true })).await?;
    Ok(())
}

/// How often a file may be read for a link: reading a large one is work, whatever becomes of it.
const READING: Pace = Pace {
    name: "files read for a link",
    span: TimeDelta::days(1),
    freely: 100,
    apart: TimeDelta::zero(),
    most: Some(100),
};

/// Counts that a file is read for a link, before it is.
///
/// # Errors
/// [`Error::NotFound`] when there is no such link, or it does not hold any more. Gives the seconds to wait, where there were too many.
pub async fn count_reading(op: &Op, token: &str) -> Result<Option<i64>> {
    let link = holds(op, token).await?;
    pace::count(op, &[(READING, link.id.to_string().as_str())]).await
}

/// What a unit sees behind its link.
#[derive(Clone, Debug)]
pub struct UnitVisit {
    /// What the unit is called.
    pub unit: String,
    /// The library that sent the link.
    pub library: LibraryId,
    /// Until when the link holds.
    pub expires_at: DateTime<Utc>,
    /// What the columns of its lists hold, as somebody said.
    pub mapping: Mapping,
    /// What it sent.
    pub sent: Option<SentByUnit>,
}

/// A list that a unit sent.
#[derive(Clone, Debug)]
pub struct SentByUnit {
    /// How far it is.
    pub state: BatchState,
    /// Whether another list may be sent instead.
    pub open: bool,
    /// How the file was read.
    pub sheet: Option<CheckReport>,
    /// How many people it has.
    pub rows: i64,
    /// When it came.
    pub sent_at: DateTime<Utc>,
}

/// What stands behind a link.
///
/// # Errors
/// [`Error::NotFound`] when there is no such link, or it does not hold any more.
pub async fn visit_by_link(op: &Op, token: &str) -> Result<UnitVisit> {
    let link = holds(op, token).await?;
    let unit = units::named(op, link.unit_id).await?;
    let sent = match link.batch_id {
        Some(id) => {
            let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
            let batch = Batch::of(op, &row, &unit)?;
            let open = matches!(batch.state, BatchState::Draft | BatchState::Checked);
            Some(SentByUnit {
                state: batch.state,
                open,
                sheet: batch.sheet,
                rows: batch.rows,
                sent_at: batch.created_at,
            })
        }
        None => None,
    };
    let mapping = serde_json::from_str(&unit.mapping).map_err(Error::internal)?;
    Ok(UnitVisit { unit: unit.name, library: unit.library_id, expires_at: link.expires_at, mapping, sent })
}

/// What became of the rows that a unit sent, from the row after `after` on: no more than it may know.
///
/// # Errors
/// [`Error::NotFound`] when there is no such link, or nothing came by it.
pub async fn rows_by_link(op: &Op, token: &str, after: i64) -> Result<Vec<ReportRow>> {
    let link = holds(op, token).await?;
    let id = link.batch_id.ok_or(Error::NotFound("batch"))?;
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    page_of(op, &row, after, true).await
}

/// Takes a list that a unit sends; another one before it, that no clerk confirmed, is taken out.
///
/// # Errors
/// [`Error::NotFound`] when there is no such link, or it does not hold any more; [`Error::Stale`] when the list before it was confirmed;
/// [`Error::TooManyTries`].
pub async fn send_by_link(house: &Service, token: &str, list: &List) -> Result<()> {
    let wait = house
        .write(Actor::nobody(), async |op| {
            let link = holds(op, token).await?;
            pace::count(op, &[(SENDING, link.id.to_string().as_str())]).await
        })
        .await?;
    if let Some(seconds) = wait {
        return Err(Error::TooManyTries(seconds));
    }
    let actor = house.read(Actor::nobody(), async |op| sender(op, token).await).await?;
    let begun = house.write(actor.clone(), async |op| take(op, token).await).await?;
    keep_list(house, &actor, begun, list).await
}

/// The unit, as whoever does what follows from its sending a list.
async fn sender(op: &Op, token: &str) -> Result<Actor> {
    let link = holds(op, token).await?;
    let unit = units::named(op, link.unit_id).await?;
    Ok(Actor {
        who: Who::Unit(unit.id),
        library: unit.library_id,
        service_point: Some(link.service_point_id),
        scope: unit.library_id,
        rights: Vec::new(),
        channel: Channel::Group,
    })
}

async fn take(op: &Op, token: &str) -> Result<Begun> {
    op.intend(ServiceName::CheckBatch, None);
    let link = holds(op, token).await?;
    let id = match link.batch_id {
        Some(id) => id,
        None => {
            let unit = units::named(op, link.unit_id).await?;
            let new = NewBatch {
                unit: unit.id,
                name: String::new(),
                minors_kind: CardKind::Document,
                tells_readers: true,
                service_point: None,
            };
            let place = (unit.library_id, link.service_point_id);
            let id = begin(op, &new, &unit, Source::Form, place).await?;
            let done = unit_link::Entity::update_many()
                .col_expr(unit_link::Column::BatchId, Expr::value(id))
                .filter(unit_link::Column::Id.eq(link.id))
                .filter(unit_link::Column::BatchId.is_null())
                .exec(op.db())
                .await?;
            if done.rows_affected != 1 {
                return Err(Error::Raced);
            }
            id
        }
    };
    let row = batch::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    begin_row(op, &row).await
}

async fn holds(op: &Op, token: &str) -> Result<unit_link::Model> {
    let link = unit_link::Entity::find()
        .filter(unit_link::Column::TokenKey.eq(key_of(op, token)))
        .filter(unit_link::Column::ClosedAt.is_null())
        .filter(unit_link::Column::ExpiresAt.gt(op.now()))
        .one(op.db())
        .await?;
    let link = link.ok_or(Error::NotFound("link"))?;
    if units::named(op, link.unit_id).await?.closed_at.is_some() {
        return Err(Error::NotFound("link"));
    }
    Ok(link)
}

fn key_of(op: &Op, token: &str) -> Vec<u8> {
    op.keys().lookup("unit link", token)
}
