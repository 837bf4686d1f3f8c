//! Where an item goes that lies before a clerk or in a machine: to the first reader who waits for its title, to its own library, or
//! on the shelf.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::calendar::Calendar;
use super::loans::owners;
use super::rules::Rules;
use super::tables::{item, reservation, title};
use crate::kernel::{Error, ItemId, ItemKind, ItemState, LibraryId, Op, ReaderId, ReservationId, Result};
use crate::libraries::tree;
use crate::outbox::Template;
use crate::readers;

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// On the shelf, here.
    Shelf,
    /// To the library that owns it.
    Transit(LibraryId),
    /// To the hold shelf here, for this reader, until this day.
    Hold {
        /// Which reservation.
        reservation: ReservationId,
        /// For whom.
        reader: ReaderId,
        /// The last day.
        until: NaiveDate,
    },
    /// To the library where a reader picks it up.
    TransitForHold {
        /// Which reservation.
        reservation: ReservationId,
        /// Where to.
        library: LibraryId,
    },
    /// Nowhere: it is not lent any more.
    Withdrawn,
}

/// The reservation that an item is kept for, on its way or on the hold shelf.
pub(super) async fn kept_for(op: &Op, id: ItemId) -> Result<Option<reservation::Model>> {
    Ok(reservation::Entity::find()
        .filter(reservation::Column::ItemId.eq(id))
        .filter(reservation::Column::State.is_in(["waiting", "ready"]))
        .one(op.db())
        .await?)
}

/// The reservation that an item goes to: the one it is kept for, or the first that waits.
async fn wanted(op: &Op, row: &item::Model) -> Result<Option<reservation::Model>> {
    if let Some(kept) = kept_for(op, row.id).await? {
        return Ok(Some(kept));
    }
    if row.kind == ItemKind::ReadingRoom.as_str() {
        return Ok(None);
    }
    Ok(reservation::Entity::find()
        .filter(reservation::Column::TitleId.eq(row.title_id))
        .filter(reservation::Column::State.eq("waiting"))
        .filter(reservation::Column::ItemId.is_null())
        .order_by_asc(reservation::Column::CreatedAt)
        .order_by_asc(reservation::Column::Id)
        .one(op.db())
        .await?)
}

/// Decides where an item goes that lies at a library, tells a reader who waited for it, and gives what the item becomes.
pub(super) async fn settle(op: &Op, row: &item::Model, at: LibraryId) -> Result<(Then, item::ActiveModel)> {
    let to = |state: ItemState, destination: Option<LibraryId>| item::ActiveModel {
        state: Set(state.as_str().to_owned()),
        library_id: Set(at),
        destination_id: Set(destination),
        ..Default::default()
    };
    if row.state == ItemState::Withdrawn.as_str() {
        return Ok((Then::Withdrawn, to(ItemState::Withdrawn, None)));
    }
    let Some(first) = wanted(op, row).await? else {
        return Ok(if row.owner_id == at {
            (Then::Shelf, to(ItemState::Available, None))
        } else {
            (Then::Transit(row.owner_id), to(ItemState::InTransit, Some(row.owner_id)))
        });
    };
    let here = first.library_id == at;
    let until = match (first.until, here) {
        (Some(until), true) => Some(until),
        (_, true) => {
            let rules = Rules::at(op, at).await?;
            let calendar = Calendar::of(op, &rules, op.today()).await?;
            let days = usize::try_from(rules.pickup_days).unwrap_or_default();
            Some(calendar.after_open_days(op.today(), days))
        }
        (_, false) => None,
    };
    let done = reservation::Entity::update_many()
        .col_expr(reservation::Column::ItemId, Expr::value(row.id))
        .col_expr(reservation::Column::State, Expr::value(if here { "ready" } else { "waiting" }))
        .col_expr(reservation::Column::Until, Expr::value(until))
        .filter(reservation::Column::Id.eq(first.id))
        .filter(reservation::Column::State.eq(first.state.as_str()))
        .filter(
            Condition::any()
                .add(reservation::Column::ItemId.is_null())
                .add(reservation::Column::ItemId.eq(row.id)),
        )
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let Some(until) = until else {
        let then = Then::TransitForHold { reservation: first.id, library: first.library_id };
        return Ok((then, to(ItemState::InTransit, Some(first.library_id))));
    };
    if first.state != "ready" {
        tell_ready(op, &first, until).await?;
    }
    let then = Then::Hold { reservation: first.id, reader: first.reader_id, until };
    Ok((then, to(ItemState::OnHoldShelf, None)))
}

async fn tell_ready(op: &Op, row: &reservation::Model, until: NaiveDate) -> Result<()> {
    let about = title::Entity::find_by_id(row.title_id).one(op.db()).await?;
    let tree = tree(op).await?;
    let place = tree.library(row.library_id).map(|library| library.name.clone()).unwrap_or_default();
    let words = [
        ("title", about.map(|about| about.title).unwrap_or_default()),
        ("place", place),
        ("until", until.to_string()),
    ];
    let reader = readers::current(op, row.reader_id).await?;
    readers::tell_without_record(op, reader, Template::ReservationReady, &words).await
}

/// A reader who gets an item waits no more: for this copy, or for any of the title.
pub(super) async fn fulfil(op: &Op, reader: ReaderId, row: &item::Model) -> Result<()> {
    let whose = owners(op, reader).await?;
    let rows = reservation::Entity::find()
        .filter(reservation::Column::ReaderId.is_in(whose))
        .filter(reservation::Column::TitleId.eq(row.title_id))
        .filter(reservation::Column::State.is_in(["waiting", "ready"]))
        .all(op.db())
        .await?;
    for waited in rows {
        // Another copy may be kept for them: it goes on to whoever comes next.
        end(op, &waited, "fulfilled", Some(row.id)).await?;
    }
    Ok(())
}

/// Ends a reservation; the copy that was kept for it goes on, unless it is the one that was just lent.
pub(super) async fn end(op: &Op, row: &reservation::Model, state: &str, lent: Option<ItemId>) -> Result<()> {
    let done = reservation::Entity::update_many()
        .col_expr(reservation::Column::State, Expr::value(state))
        .col_expr(reservation::Column::EndedAt, Expr::value(op.now()))
        .filter(reservation::Column::Id.eq(row.id))
        .filter(reservation::Column::State.eq(row.state.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    let Some(kept) = row.item_id.filter(|kept| Some(*kept) != lent) else { return Ok(()) };
    let copy = super::item::locked(op, kept).await?;
    // What is on its way is looked at where it arrives.
    if copy.state == ItemState::OnHoldShelf.as_str() {
        let (_, set) = settle(op, &copy, copy.library_id).await?;
        super::item::change(op, &copy, set).await?;
    }
    Ok(())
}
