//! Reserving a title (A.3.2 e): the first who waits gets the first copy that comes, at the library where they want it.

use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::loans::owners;
use super::reservations::{ReservationView, view};
use super::rules::Rules;
use super::settle::end;
use super::tables::{item, reservation, title};
use super::titles::may_be_lent;
use crate::cards;
use crate::kernel::{
    Blocker, Error, LibraryId, Op, Problem, ReaderId, ReservationId, Result, Right, ServiceName, TitleId,
};
use crate::libraries::{LibraryKind, tree};
use crate::readers;
use crate::records::{self, NewRecord};

/// A title to reserve.
#[derive(Clone, Copy, Debug)]
pub struct Reserve {
    /// For whom.
    pub reader: ReaderId,
    /// What.
    pub title: TitleId,
    /// Where it is picked up: a member library or branch.
    pub library: LibraryId,
}

/// Reserves a title.
///
/// # Errors
/// [`Right::Lend`] is needed, or to be the reader; [`Error::Refused`] with each rule that stands against it.
pub async fn reserve(op: &Op, request: Reserve) -> Result<ReservationView> {
    const SERVICE: ServiceName = ServiceName::Reserve;
    let Reserve { reader, title, library } = request;
    op.intend(SERVICE, Some(reader));
    op.require_or_self(Right::Lend, reader)?;
    let mut blockers = match cards::live_card(op, reader).await? {
        // Locks the card, so that the limit holds.
        Some(card) => match cards::while_it_works(op, card.id).await {
            Ok(_) => Vec::new(),
            Err(Error::Refused(blockers)) => blockers,
            Err(error) => return Err(error),
        },
        None => vec![Blocker::CardCancelled],
    };
    let digest = records::digest(op, &(reader, title, library))?;
    let whose = owners(op, reader).await?;
    if records::find_answer(op, SERVICE, &digest).await?.is_some() {
        let latest = reservation::Entity::find()
            .filter(reservation::Column::ReaderId.is_in(whose))
            .filter(reservation::Column::TitleId.eq(title))
            .order_by_desc(reservation::Column::Id)
            .one(op.db())
            .await?;
        return view(op, latest.ok_or(Error::NotFound("reservation"))?.id).await;
    }
    let tree = tree(op).await?;
    if tree.library(library).is_none_or(|library| library.kind == LibraryKind::Federation) {
        return Err(Error::field("library", Problem::UnknownWord));
    }
    title::Entity::find_by_id(title).one(op.db()).await?.ok_or(Error::NotFound("title"))?;
    let rules = Rules::at(op, library).await?;
    if !op.circulation().is_own() || !rules.uses_ledger {
        blockers.push(Blocker::LentByAnotherSystem);
    }
    if readers::is_blocked(op, reader).await?.is_some() {
        blockers.push(Blocker::ReaderBlocked);
    }
    let copies = item::Entity::find().filter(item::Column::TitleId.eq(title)).all(op.db()).await?;
    if !copies.iter().any(may_be_lent) {
        blockers.push(Blocker::NoCopyToLend);
    }
    let live = live(op, &whose).await?;
    if live.iter().any(|row| row.title_id == title) {
        blockers.push(Blocker::ReservedAlready);
    } else if i64::try_from(live.len()).unwrap_or(i64::MAX) >= rules.reservation_limit {
        blockers.push(Blocker::ReservationLimit(u32::try_from(rules.reservation_limit).unwrap_or_default()));
    }
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let id: ReservationId = op.new_id()?;
    let row = reservation::ActiveModel {
        id: Set(id),
        title_id: Set(title),
        reader_id: Set(reader),
        library_id: Set(library),
        state: Set("waiting".to_owned()),
        item_id: Set(None),
        created_at: Set(op.now()),
        until: Set(None),
        ended_at: Set(None),
    };
    reservation::Entity::insert(row).exec_without_returning(op.db()).await?;
    let channel = op.actor().channel;
    // Which title it is stands with the reservation, not in a record that is kept for ever.
    let detail = json!({ "reservation": id });
    let record = NewRecord { service: SERVICE, reader, card: None, channel, check: None, detail, digest };
    records::keep(op, record).await?;
    view(op, id).await
}

async fn live(op: &Op, whose: &[uuid::Uuid]) -> Result<Vec<reservation::Model>> {
    Ok(reservation::Entity::find()
        .filter(reservation::Column::ReaderId.is_in(whose.iter().copied()))
        .filter(reservation::Column::State.is_in(["waiting", "ready"]))
        .order_by_asc(reservation::Column::CreatedAt)
        .order_by_asc(reservation::Column::Id)
        .all(op.db())
        .await?)
}

/// Of two reservations of one title by one person, the younger ends.
pub(super) async fn merge_reservations(op: &Op, loser: ReaderId, winner: ReaderId) -> Result<()> {
    let mut seen = Vec::new();
    let mut rows = live(op, &[winner.0, loser.0]).await?;
    // One that lies ready is never given up for one that waits.
    rows.sort_by_key(|row| row.item_id.is_none());
    for row in rows {
        if seen.contains(&row.title_id) {
            end(op, &row, "cancelled", None).await?;
        } else {
            seen.push(row.title_id);
        }
    }
    Ok(())
}
