//! What a laptop hands in (6.5): each opening once, accepted or held back. The same one again has the same answer, so a connection may
//! break anywhere.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::opening::{Answer, Opening, OpeningState};
use super::pass::PointPass;
use super::tables::{opening, point, point_staff};
use crate::Service;
use crate::cards::{self, CardKind, OpenCard};
use crate::kernel::{
    Actor, Blocker, CardId, Channel, Clock, Error, Invalid, Op, OpeningId, ReaderId, Result, ServiceName,
    StaffId,
};
use crate::outbox::Template;
use crate::readers;
use crate::records::{self, NewRecord};
use crate::staff;
use crate::stock::{self, Place};

/// How far the clock of a laptop may be ahead of ours.
const AHEAD_MINUTES: i64 = 5;

/// An opening as it comes in.
#[derive(Clone, Debug)]
pub struct HandedIn {
    /// Its name for good.
    pub id: OpeningId,
    /// When it was opened, by the laptop's clock.
    pub at: DateTime<Utc>,
    /// By whom.
    pub staff: StaffId,
    /// The virtual number, or the barcode.
    pub number: String,
    /// Whether the laptop's filter said that they may hold a card.
    pub may_hold: bool,
    /// What was asked for.
    pub request: OpenCard,
}

impl HandedIn {
    fn kept(&self) -> Opening {
        Opening::new(self.id, self.at, self.staff, self.number.clone(), self.may_hold, &self.request)
    }

    fn text(&self) -> Result<String> {
        serde_json::to_string(&self.kept()).map_err(Error::internal)
    }
}

/// Takes an opening in: the card is opened with the number that was handed out, at the moment when it was and in the name of who did it;
/// or it is held back, with what stands against it, until somebody settles it.
///
/// # Errors
/// [`Error::KeyReused`] when another opening came under this id. Faults of the house: then it is handed in again.
pub async fn hand_in(house: &Service, pass: &PointPass, handed: &HandedIn) -> Result<Answer> {
    // Only what an opening keeps counts: a laptop can't say that somebody came through another door.
    let handed = &HandedIn { request: handed.kept().request(), ..handed.clone() };
    let actor = pass.staff(handed.staff);
    let came = house.clock().now();
    let (asked, by) = (handed.clone(), pass.clone());
    let known = house.read(actor.clone(), async move |op| known(op, &by, &asked).await).await?;
    let against = match known {
        Known::Answered(answer) => return Ok(answer),
        Known::Irregular(against) => Err((against, Invalid::default())),
        Known::New => {
            // The same house at the moment of the opening: ages, validity of documents, and records are those of that day.
            let then = house.clone().with_clock(Clock::set_to(handed.at));
            let (asked, by) = (handed.clone(), pass.clone());
            match then.write(actor.clone(), async move |op| accept(op, &by, &asked, came).await).await {
                Ok(answer) => Ok(answer),
                Err(Error::Refused(against)) => Err((against, Invalid::default())),
                Err(Error::Invalid(fields)) => Err((vec![Blocker::FieldsNotTaken], fields)),
                Err(error) => return Err(error),
            }
        }
    };
    match against {
        Ok(answer) => Ok(answer),
        Err((against, fields)) => hold_back(house, actor, pass, handed, against, fields).await,
    }
}

async fn hold_back(
    house: &Service,
    actor: Actor,
    pass: &PointPass,
    handed: &HandedIn,
    against: Vec<Blocker>,
    fields: Invalid,
) -> Result<Answer> {
    let (handed, pass) = (handed.clone(), pass.clone());
    house.write(actor, async move |op| hold(op, &pass, &handed, &against, &fields).await).await
}

enum Known {
    New,
    Answered(Answer),
    /// It does not come from where it says, or not from then.
    Irregular(Vec<Blocker>),
}

async fn known(op: &Op, pass: &PointPass, handed: &HandedIn) -> Result<Known> {
    if let Some(answer) = answered(op, pass, handed).await? {
        return Ok(Known::Answered(answer));
    }
    let mut against = Vec::new();
    let row = point::Entity::find_by_id(pass.point).one(op.db()).await?.ok_or(Error::NotFound("point"))?;
    if pass.late {
        against.push(Blocker::PointRevoked);
    }
    let ended = row.ended_at.unwrap_or(row.valid_until).min(row.valid_until);
    let earliest = row.prepared_at - TimeDelta::minutes(AHEAD_MINUTES);
    let latest = (op.now() + TimeDelta::minutes(AHEAD_MINUTES)).min(ended);
    if handed.at < earliest || handed.at > latest {
        against.push(Blocker::ImpossibleTime);
    }
    let listed = point_staff::Entity::find_by_id((pass.point, handed.staff)).one(op.db()).await?;
    if listed.is_none() || !staff::is_open(op, handed.staff).await? {
        against.push(Blocker::NotStaffOfPoint);
    }
    Ok(if against.is_empty() { Known::New } else { Known::Irregular(against) })
}

/// The answer that this opening had already.
async fn answered(op: &Op, pass: &PointPass, handed: &HandedIn) -> Result<Option<Answer>> {
    let Some(row) = opening::Entity::find_by_id(handed.id).one(op.db()).await? else { return Ok(None) };
    if row.digest != digest(op, handed)? || row.point_id != pass.point {
        return Err(Error::KeyReused);
    }
    answer_of(&row).map(Some)
}

pub(super) fn answer_of(row: &opening::Model) -> Result<Answer> {
    let state = OpeningState::from_word(&row.state);
    Ok(Answer {
        id: row.id,
        state: state.ok_or_else(|| Error::internal("an opening in an unknown state"))?,
        reasons: row.reasons.split_whitespace().map(str::to_owned).collect(),
        settlement: row.settlement.clone(),
    })
}

fn digest(op: &Op, handed: &HandedIn) -> Result<Vec<u8>> {
    Ok(op.keys().lookup("point opening", &handed.text()?))
}

/// Opens the card, with the number that it was handed out with.
async fn accept(op: &Op, pass: &PointPass, handed: &HandedIn, came: DateTime<Utc>) -> Result<Answer> {
    if let Some(answer) = answered(op, pass, handed).await? {
        return Ok(answer);
    }
    op.intend(ServiceName::OpenCard, None);
    let its_own = match handed.request.kind {
        CardKind::Document => cards::use_number(op, pass.point.0, &handed.number).await?,
        CardKind::OneCard => {
            // What the point holds back is drawn for it; of any other card the stock says whether it may be given out.
            let barcode = cards::as_printed(&handed.request.barcode);
            let cards = [barcode.clone()];
            stock::draw_these(op, Place::Point(pass.point.0), &cards).await?;
            barcode == handed.number
        }
    };
    if !its_own {
        return Err(Error::Refused(vec![Blocker::NumberNotSetAside]));
    }
    let opened = cards::open_with_number(op, handed.request.clone(), handed.number.clone()).await?;
    let mut row = row_of(op, pass, handed)?;
    row.came_at = Set(came);
    row.state = Set(OpeningState::Accepted.as_str().to_owned());
    row.reader_id = Set(Some(opened.reader.id));
    row.card_id = Set(Some(opened.card.id));
    opening::Entity::insert(row).exec_without_returning(op.db()).await?;
    let state = OpeningState::Accepted;
    Ok(Answer { id: handed.id, state, reasons: Vec::new(), settlement: String::new() })
}

/// Holds an opening back. Its number is nobody else's; who holds another card already is told.
async fn hold(
    op: &Op,
    pass: &PointPass,
    handed: &HandedIn,
    against: &[Blocker],
    fields: &Invalid,
) -> Result<Answer> {
    if let Some(answer) = answered(op, pass, handed).await? {
        return Ok(answer);
    }
    op.intend(ServiceName::HoldOpening, None);
    if handed.request.kind == CardKind::Document {
        cards::use_number(op, pass.point.0, &handed.number).await?;
    }
    let mut reasons: Vec<String> = against.iter().map(|blocker| blocker.code().to_owned()).collect();
    reasons.extend(fields.0.iter().map(|error| ["field:", error.field].concat()));
    let holder = against.iter().find_map(holder);
    let mut row = row_of(op, pass, handed)?;
    row.state = Set(OpeningState::Conflict.as_str().to_owned());
    row.reasons = Set(reasons.join(" "));
    row.reader_id = Set(holder.map(|(reader, _)| reader));
    row.card_id = Set(holder.and_then(|(_, card)| card));
    row.content = Set(Some(op.keys().close("point_openings.content", handed.id.0, &handed.text()?)?));
    opening::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "point": pass.point, "opening": handed.id, "reasons": reasons });
    match holder {
        Some((reader, Some(card))) => {
            let record = NewRecord {
                service: ServiceName::HoldOpening,
                reader,
                card: Some(card),
                channel: Channel::MobilePoint,
                check: None,
                detail,
                digest: Vec::new(),
            };
            let record = records::keep(op, record).await?;
            let words = [("number", handed.number.clone())];
            readers::tell(op, reader, record, Template::OpeningHeld, &words, None).await?;
        }
        _ => drop(records::keep_act(op, ServiceName::HoldOpening, detail).await?),
    }
    let state = OpeningState::Conflict;
    Ok(Answer { id: handed.id, state, reasons, settlement: String::new() })
}

/// Who is known to hold a card, and which.
fn holder(blocker: &Blocker) -> Option<(ReaderId, Option<CardId>)> {
    match blocker {
        Blocker::AlreadyHoldsCard { reader, card, .. } => Some((*reader, Some(*card))),
        Blocker::RecordOfAnother(reader) => Some((*reader, None)),
        _ => None,
    }
}

fn row_of(op: &Op, pass: &PointPass, handed: &HandedIn) -> Result<opening::ActiveModel> {
    Ok(opening::ActiveModel {
        id: Set(handed.id),
        point_id: Set(pass.point),
        digest: Set(digest(op, handed)?),
        opened_at: Set(handed.at),
        came_at: Set(op.now()),
        staff_id: Set(handed.staff),
        kind: Set(handed.request.kind.as_str().to_owned()),
        number: Set(handed.number.chars().take(64).collect()),
        state: Set(String::new()),
        reasons: Set(String::new()),
        settlement: Set(String::new()),
        reader_id: Set(None),
        card_id: Set(None),
        content: Set(None),
        settled_at: Set(None),
        settled_by: Set(None),
        version: Set(1),
    })
}

/// Notes that a laptop handed in, and how many of its openings have no answer yet.
///
/// # Errors
/// When the database can't be written.
pub async fn note_sync(op: &Op, pass: &PointPass, outstanding: i64) -> Result<()> {
    point::Entity::update_many()
        .col_expr(point::Column::SyncedAt, Expr::value(op.now()))
        .col_expr(point::Column::Outstanding, Expr::value(outstanding.max(0)))
        .filter(point::Column::Id.eq(pass.point))
        .exec(op.db())
        .await?;
    Ok(())
}
