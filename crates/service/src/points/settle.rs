//! Somebody settles an opening that ran into another (6.5): the other card stands, with or without the data that was told at the point;
//! or the card is opened after all; or nothing of it comes to be.

use chrono::Utc;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::list::reaches;
use super::opening::{Opening, OpeningState};
use super::tables::opening;
use crate::cards::{self, CardKind};
use crate::kernel::{
    Blocker, CardId, Channel, Error, Op, OpeningId, Problem, ReaderId, Result, Right, ServiceName, is_blank,
};
use crate::readers::{self, ANY_VERSION, Amend, Changes};
use crate::records::{self, NewRecord, Person};
use crate::stock::{self, Place};

/// How it is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The card that the reader holds stands, and what is known of them; the one of the point is void.
    Stands,
    /// The same, and what the reader told at the point is written down: phone, e-mail, address, workplace.
    Updated,
    /// The card of the point is opened after all.
    Opened {
        /// Another barcode than the one that was handed out; nothing for that one.
        barcode: String,
        /// Whether those who may be the same person were looked at, and are not.
        another_person: bool,
    },
    /// Nothing of it comes to be.
    Dropped,
}

impl Settlement {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Updated => "updated",
            Self::Opened { .. } => "opened",
            Self::Dropped => "dropped",
        }
    }
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Settle {
    /// Which opening.
    pub opening: OpeningId,
    /// The version that was looked at.
    pub version: i64,
    /// What is decided.
    pub how: Settlement,
}

/// Reasons that say that an opening does not come from where it says: these are for who manages points.
const IRREGULAR: [Blocker; 4] =
    [Blocker::PointRevoked, Blocker::ImpossibleTime, Blocker::NotStaffOfPoint, Blocker::NumberNotSetAside];

/// Whether who manages points has to settle it.
#[must_use]
pub(super) fn is_irregular(reasons: &str) -> bool {
    reasons.split_whitespace().any(|reason| IRREGULAR.iter().any(|blocker| blocker.code() == reason))
}

/// Settles an opening that was held back. Gives the card that the reader holds then.
///
/// # Errors
/// [`Right::AmendReaders`] and [`Right::OpenCards`] are needed at the library of the point, and [`Right::ManagePoints`] for one that is
/// irregular: of a revoked point, say. [`Error::Stale`] when somebody else settled it. [`Error::Refused`] where the card can't be opened.
pub async fn settle(op: &Op, request: Settle) -> Result<Option<CardId>> {
    op.intend(ServiceName::SettleOpening, None);
    op.require(Right::AmendReaders)?;
    op.require(Right::OpenCards)?;
    let row = opening::Entity::find_by_id(request.opening).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("opening"))?;
    if !reaches(op, row.point_id).await? {
        return Err(Error::NotFound("opening"));
    }
    if is_irregular(&row.reasons) {
        op.require(Right::ManagePoints)?;
    }
    let (OpeningState::Conflict, Some(sealed)) = (super::hand_in::answer_of(&row)?.state, &row.content)
    else {
        return Err(Error::Stale);
    };
    if row.version != request.version {
        return Err(Error::Stale);
    }
    let text = op.keys().open_sealed("point_openings.content", row.id.0, sealed)?;
    let kept: Opening = serde_json::from_str(&text).map_err(Error::internal)?;
    if row.kind == CardKind::OneCard.as_str() {
        // The card of the point is out of its box, whatever becomes of it; where it is opened after all, it is drawn for that.
        stock::draw_these(op, Place::Point(row.point_id.0), std::slice::from_ref(&row.number)).await?;
    }
    let (reader, card) = match &request.how {
        Settlement::Stands => stands(&row)?,
        Settlement::Updated => {
            let (reader, card) = stands(&row)?;
            bring_up_to_date(op, reader, &kept).await?;
            (reader, card)
        }
        Settlement::Opened { barcode, another_person } => {
            open_after_all(op, &row, &kept, barcode, *another_person).await?
        }
        Settlement::Dropped => {
            close(op, &row, &request, None).await?;
            let detail = detail(&row, &request.how, None);
            records::keep_act(op, ServiceName::SettleOpening, detail).await?;
            return Ok(None);
        }
    };
    close(op, &row, &request, Some((reader, card))).await?;
    let record = NewRecord {
        service: ServiceName::SettleOpening,
        reader,
        card: Some(card),
        channel: Channel::MobilePoint,
        check: None,
        detail: detail(&row, &request.how, Some(kept.at)),
        digest: Vec::new(),
    };
    records::keep_part(op, record).await?;
    Ok(Some(card))
}

fn detail(row: &opening::Model, how: &Settlement, at: Option<chrono::DateTime<Utc>>) -> serde_json::Value {
    json!({
        "point": row.point_id, "opening": row.id, "settlement": how.as_str(), "opened_at_point": at,
        "opened_by": row.staff_id,
    })
}

/// The card that the reader holds, which stands.
fn stands(row: &opening::Model) -> Result<(ReaderId, CardId)> {
    match (row.reader_id, row.card_id) {
        (Some(reader), Some(card)) => Ok((reader, card)),
        _ => Err(Error::field("how", Problem::NotApplicable)),
    }
}

async fn bring_up_to_date(op: &Op, reader: ReaderId, kept: &Opening) -> Result<()> {
    let request = kept.request();
    let told = |text: &str| Some(text.to_owned()).filter(|text| !is_blank(text));
    let changes = Changes {
        phone: told(&request.reader.phone),
        email: told(&request.reader.email),
        address: told(&request.reader.address),
        workplace: told(&request.reader.workplace),
        ..Changes::default()
    };
    let mut check = request.check.clone();
    check.document = request.documents.first().map(|document| Person {
        name: request.reader.name.clone(),
        document_kind: document.kind.clone(),
        document_number: document.number.clone(),
        issuing_country: document.issuing_country.clone(),
    });
    let amend = Amend { reader, version: ANY_VERSION, changes, evidence: None, check };
    match readers::amend(op, amend).await {
        // What was told is what is known.
        Err(Error::Invalid(invalid))
            if invalid.0.iter().all(|error| error.problem == Problem::NothingChanged) =>
        {
            Ok(())
        }
        amended => amended.map(|_| ()),
    }
}

/// Opens the card now, by the same rules as at any door, with the number that was handed out where it is the point's and on no card; or
/// with a new one.
async fn open_after_all(
    op: &Op,
    row: &opening::Model,
    kept: &Opening,
    barcode: &str,
    another_person: bool,
) -> Result<(ReaderId, CardId)> {
    let mut request = kept.request();
    request.channel = Some(Channel::MobilePoint);
    request.duplicates_seen |= another_person;
    if request.kind == CardKind::OneCard && !is_blank(barcode) {
        request.barcode = barcode.to_owned();
    }
    let its_own = cards::can_stand_at(op, row.point_id.0, &row.number).await?;
    let opened = match request.kind {
        CardKind::Document if its_own => cards::open_with_number(op, request, row.number.clone()).await?,
        CardKind::Document | CardKind::OneCard => cards::open(op, request).await?,
    };
    Ok((opened.reader.id, opened.card.id))
}

/// Closes it: what was told at the point is kept no longer.
async fn close(
    op: &Op,
    row: &opening::Model,
    request: &Settle,
    card: Option<(ReaderId, CardId)>,
) -> Result<()> {
    let mut update = opening::Entity::update_many()
        .col_expr(opening::Column::State, Expr::value(OpeningState::Settled.as_str()))
        .col_expr(opening::Column::Settlement, Expr::value(request.how.as_str()))
        .col_expr(opening::Column::SettledAt, Expr::value(op.now()))
        .col_expr(opening::Column::SettledBy, Expr::value(op.actor().who.to_string()))
        .col_expr(opening::Column::Content, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(opening::Column::Version, Expr::col(opening::Column::Version).add(1));
    if let Some((reader, card)) = card {
        update = update
            .col_expr(opening::Column::ReaderId, Expr::value(reader.0))
            .col_expr(opening::Column::CardId, Expr::value(card.0));
    }
    let done = update
        .filter(opening::Column::Id.eq(row.id))
        .filter(opening::Column::State.eq(OpeningState::Conflict.as_str()))
        .filter(opening::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}
