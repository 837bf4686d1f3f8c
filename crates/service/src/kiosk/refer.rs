//! Who can't be served alone is sent to the desk, with a number on a slip: the clerk finds the reason under it (6.1.2.1). The slip and
//! the screen tell a stranger with a found document nothing of its holder.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::tables::referral;
use super::visit::{End, Stage, keep_end, standing};
use crate::Service;
use crate::cards;
use crate::kernel::{Actor, Blocker, CardState, Error, Op, Result, Right, masks};
use crate::libraries::{ServicePoint, tree};
use crate::records::{Access, Look, log_access};

/// Why somebody is sent to the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Under 16: the guardian comes along and signs (Table A1, note).
    Minor,
    /// Their document leads to a One-Card, which staff give out (6.1.2.1).
    OneCard,
    /// The document has expired.
    Expired,
    /// What the chip says can't be taken as it is.
    Unclear,
    /// There are records that somebody has to look at first.
    Records,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Minor, Self::OneCard, Self::Expired, Self::Unclear, Self::Records];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::OneCard => "one_card",
            Self::Expired => "expired",
            Self::Unclear => "unclear",
            Self::Records => "records",
        }
    }

    /// What a refusal comes down to for who stands there. Which record it is about is for the clerk only.
    fn of(blockers: &[Blocker]) -> Self {
        let any = |wanted: Blocker| blockers.contains(&wanted);
        if any(Blocker::MinorAtDeskOnly) {
            Self::Minor
        } else if any(Blocker::DocumentCannotBeCard) || any(Blocker::OneCardAtDeskOnly) {
            Self::OneCard
        } else {
            Self::Records
        }
    }
}

/// They say which document they have, of those that lead to a One-Card (4.1): they are told what to bring to the desk.
///
/// # Errors
/// [`Error::NotFound`] when nobody stands there; [`Error::Stale`] when they are elsewhere.
pub async fn refer(op: &Op, secret: &str, reason: Reason, document: Option<&str>) -> Result<()> {
    let visit = standing(op, secret).await?;
    visit.at(Stage::Document)?;
    let end = numbered(op, reason, document.map(str::to_owned)).await?;
    keep_end(op, &visit, end).await
}

/// Ends a visit with what stands against a card.
pub(super) async fn end_with(
    house: &Service,
    actor: &Actor,
    secret: &str,
    blockers: Vec<Blocker>,
    document: Option<String>,
) -> Result<()> {
    let held = secret.to_owned();
    let end = async move |op: &Op| {
        let visit = standing(op, &held).await?;
        let end = match holds(op, &blockers).await? {
            Some(end) => end,
            None => numbered(op, Reason::of(&blockers), document.clone()).await?,
        };
        keep_end(op, &visit, end).await
    };
    house.write(actor.clone(), end).await
}

/// What they are told of the card that they hold: no more than its end. The look is logged.
async fn holds(op: &Op, blockers: &[Blocker]) -> Result<Option<End>> {
    for blocker in blockers {
        if let Blocker::AlreadyHoldsCard { reader, card, kind, state, .. } = blocker {
            let detail = json!({ "page": "already_holds" });
            log_access(op, Access { look: Look::Viewed, reader: Some(*reader), detail, reason: None })
                .await?;
            let held = cards::all_cards(op, *reader).await?.into_iter().find(|held| held.id == *card);
            return Ok(Some(End::Holds {
                number: held.map(|held| masks::number_end(&held.number)).unwrap_or_default(),
                kind: kind.as_str().to_owned(),
                lost: *state == CardState::Lost,
            }));
        }
    }
    Ok(None)
}

/// The next number of this kiosk today.
pub(super) async fn numbered(op: &Op, reason: Reason, document: Option<String>) -> Result<End> {
    let point = op.actor().service_point.ok_or(Error::NotFound("service point"))?;
    let last: Option<i64> = referral::Entity::find()
        .filter(referral::Column::ServicePointId.eq(point))
        .filter(referral::Column::Day.eq(op.today()))
        .order_by_desc(referral::Column::Number)
        .select_only()
        .column(referral::Column::Number)
        .into_tuple()
        .one(op.db())
        .await?;
    let number = last.unwrap_or_default() + 1;
    let row = referral::ActiveModel {
        service_point_id: Set(point),
        day: Set(op.today()),
        number: Set(number),
        at: Set(op.now()),
        reason: Set(reason.as_str().to_owned()),
    };
    referral::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(End::ToDesk { reason, document, number })
}

/// As many as are still on their way.
const MOST_TOLD: u64 = 8;

/// Somebody whom a kiosk sent to the desk today.
#[derive(Clone, Debug)]
pub struct SentToDesk {
    /// The kiosk.
    pub point: ServicePoint,
    /// The number on the slip.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
}

/// Whom the kiosks of the caller's library sent to the desk last, today.
///
/// # Errors
/// [`Right::FindReaders`] is needed, at a desk.
pub async fn sent_to_desk(op: &Op) -> Result<Vec<SentToDesk>> {
    op.require_at_desk(Right::FindReaders)?;
    let tree = tree(op).await?;
    let here: Vec<&ServicePoint> =
        tree.points_under(op.actor().library).filter(|point| point.library == op.actor().library).collect();
    let rows = referral::Entity::find()
        .filter(referral::Column::ServicePointId.is_in(here.iter().map(|point| point.id.0)))
        .filter(referral::Column::Day.eq(op.today()))
        .order_by_desc(referral::Column::At)
        .limit(MOST_TOLD)
        .all(op.db())
        .await?;
    let told = |row: referral::Model| {
        let point = here.iter().find(|point| point.id == row.service_point_id)?;
        let reason = Reason::ALL.into_iter().find(|reason| reason.as_str() == row.reason)?;
        Some(SentToDesk { point: (*point).clone(), number: row.number, at: row.at, reason })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
