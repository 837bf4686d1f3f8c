//! What wants to be looked at again when a reader stands there: identity checked years ago, a card opened without a clerk, a
//! document that ends.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::cards;
use crate::kernel::{DocumentId, Error, Op, ReaderId, Result, Right, local_date};
use crate::libraries::{self, Policy};
use crate::outbox::Template;
use crate::readers::tables::{document, reader};
use crate::readers::{self, note_expiry_told};

/// How sure it is who a reader is.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// When identity was last checked in person; none: never.
    pub verified_at: Option<DateTime<Utc>>,
    /// Whether the library wants it checked again ([`Policy::ReverifyYears`]).
    pub reverify_due: bool,
    /// Until when a card that was opened without a clerk is provisional ([`Policy::ProvisionalDays`]); none when it is not.
    pub provisional_until: Option<NaiveDate>,
    /// Documents in use that have ended or end within [`Policy::DocumentExpiryDays`], with the day.
    pub ending: Vec<(DocumentId, NaiveDate)>,
}

/// What wants to be looked at again about a reader.
///
/// # Errors
/// [`Right::FindReaders`] is needed.
pub async fn verification(op: &Op, id: ReaderId) -> Result<Verification> {
    op.require(Right::FindReaders)?;
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let card = cards::live_card(op, id).await?;
    let library = card.as_ref().map_or(op.actor().library, |card| card.issuing_library);
    let policies = libraries::policies(op, library).await?;
    let set = |wanted| {
        let found = policies.iter().find(|setting| setting.policy == wanted);
        found.map_or(0, |setting| setting.value.number())
    };
    let at_opening = card.as_ref().filter(|card| card.channel.is_staffed()).map(|card| card.opened_at);
    let verified_at = row.verified_at.max(at_opening);
    let years = i32::try_from(set(Policy::ReverifyYears)).unwrap_or_default();
    let reverify_due = years > 0
        && card.is_some()
        && verified_at.is_none_or(|at| years_after(local_date(at), years) <= op.today());
    let days = set(Policy::ProvisionalDays);
    let provisional_until = card
        .filter(|card| days > 0 && !card.channel.is_staffed() && verified_at.is_none())
        .map(|card| local_date(card.opened_at + TimeDelta::days(days)));
    let soon = op.today() + TimeDelta::days(set(Policy::DocumentExpiryDays));
    let ending = readers::documents_in_use(op, id)
        .await?
        .into_iter()
        .filter_map(|paper| Some((paper.id, paper.valid_until.filter(|until| *until <= soon)?)))
        .collect();
    Ok(Verification { verified_at, reverify_due, provisional_until, ending })
}

/// The same day so many years later; 1 March where there is no 29 February.
fn years_after(day: NaiveDate, years: i32) -> NaiveDate {
    let year = day.year() + years;
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(day)
}

/// How many documents one run looks at.
const BATCH: u64 = 200;

/// Tells readers, once, that a document of theirs ends soon (4.2.1): for a job, which runs it again until it tells nobody. Gives how
/// many were told.
///
/// # Errors
/// [`Right::AmendReaders`] is needed.
pub async fn expiring_documents(op: &Op) -> Result<usize> {
    op.require(Right::AmendReaders)?;
    let farthest = op.today() + TimeDelta::days(365);
    let mut told = 0;
    let mut after = DocumentId(uuid::Uuid::nil());
    loop {
        let rows = document::Entity::find()
            .filter(document::Column::Id.gt(after))
            .filter(document::Column::RetiredAt.is_null())
            .filter(document::Column::ExpiryToldAt.is_null())
            .filter(document::Column::ValidUntil.between(op.today(), farthest))
            .order_by_asc(document::Column::Id)
            .limit(BATCH)
            .all(op.db())
            .await?;
        let Some(last) = rows.last() else { return Ok(told) };
        after = last.id;
        for row in rows {
            // Who holds no card needs no valid document.
            let Some(card) = cards::live_card(op, row.reader_id).await? else { continue };
            let days =
                libraries::policy(op, card.issuing_library, Policy::DocumentExpiryDays).await?.number();
            let Some(until) = row.valid_until.filter(|until| *until <= op.today() + TimeDelta::days(days))
            else {
                continue;
            };
            if days == 0 || !note_expiry_told(op, row.id).await? {
                continue;
            }
            let words = [("document", row.kind.clone()), ("until", until.to_string())];
            readers::tell_without_record(op, row.reader_id, Template::DocumentExpires, &words).await?;
            told += 1;
        }
    }
}
