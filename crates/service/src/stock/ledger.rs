//! The ledger of cards: each row takes a run of cards from one place and gives it to another. It is written where cards move, in the
//! same transaction, and nowhere else; so what went into a place less what left it is what lies there.

use std::collections::{BTreeMap, HashSet};

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::place::Spot;
use super::range::{Range, runs};
use super::tables::{movement, stock_card};
use crate::kernel::{Blocker, Cards, DesignId, Error, Op, Result};

/// Why cards moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// They came from a manufacturer, or were there when the stock began.
    Received,
    /// They were printed here.
    Printed,
    /// They went to a desk, or back to the store.
    Allotted,
    /// They were sent to another library.
    Sent,
    /// They arrived there.
    Arrived,
    /// They were sent and did not arrive.
    NotArrived,
    /// They are held back for a batch or a mobile point.
    Reserved,
    /// They were not needed there.
    GivenBack,
    /// They were given to readers.
    Used,
    /// They are spoiled.
    Spoiled,
    /// They are void.
    Voided,
    /// They were not there when the stock was taken.
    NotFound,
    /// They were there though they should not have been.
    Found,
}

impl Movement {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Received,
        Self::Printed,
        Self::Allotted,
        Self::Sent,
        Self::Arrived,
        Self::NotArrived,
        Self::Reserved,
        Self::GivenBack,
        Self::Used,
        Self::Spoiled,
        Self::Voided,
        Self::NotFound,
        Self::Found,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Printed => "printed",
            Self::Allotted => "allotted",
            Self::Sent => "sent",
            Self::Arrived => "arrived",
            Self::NotArrived => "not_arrived",
            Self::Reserved => "reserved",
            Self::GivenBack => "given_back",
            Self::Used => "used",
            Self::Spoiled => "spoiled",
            Self::Voided => "voided",
            Self::NotFound => "not_found",
            Self::Found => "found",
        }
    }
}

impl std::str::FromStr for Movement {
    type Err = crate::kernel::UnknownWord;
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(crate::kernel::UnknownWord)
    }
}

/// What stands in the ledger beside the cards.
#[derive(Clone, Debug)]
pub(super) struct Why<'a> {
    pub kind: Movement,
    /// The order, transfer, stock-taking or run behind it.
    pub cause: Option<Uuid>,
    /// What somebody wrote.
    pub reason: &'a str,
}

impl Why<'_> {
    pub(super) fn plain(kind: Movement) -> Self {
        Self { kind, cause: None, reason: "" }
    }
}

/// Rows written at once: SQLite takes 32,766 values in a statement.
pub(super) const AT_ONCE: usize = 1_000;

/// Enters cards that the stock does not know, sorted.
pub(super) async fn enter(
    op: &Op,
    barcodes: &[String],
    design: Option<DesignId>,
    to: Spot,
    why: &Why<'_>,
) -> Result<()> {
    for chunk in barcodes.chunks(AT_ONCE) {
        let rows = chunk.iter().map(|barcode| stock_card::ActiveModel {
            barcode: Set(barcode.clone()),
            library_id: Set(to.library),
            place: Set(to.place.as_str().to_owned()),
            place_id: Set(to.id),
            design_id: Set(design),
            moved_at: Set(op.now()),
        });
        stock_card::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    write(op, &runs(barcodes), None, to, why).await
}

/// Moves cards, sorted, which are all at one place; who was faster is seen in the next run.
pub(super) async fn shift(op: &Op, barcodes: &[String], from: Spot, to: Spot, why: &Why<'_>) -> Result<()> {
    for chunk in barcodes.chunks(AT_ONCE) {
        let done = stock_card::Entity::update_many()
            .set(stock_card::ActiveModel {
                library_id: Set(to.library),
                place: Set(to.place.as_str().to_owned()),
                place_id: Set(to.id),
                moved_at: Set(op.now()),
                ..Default::default()
            })
            .filter(stock_card::Column::Barcode.is_in(chunk.iter().map(String::as_str)))
            .filter(stock_card::Column::LibraryId.eq(from.library))
            .filter(stock_card::Column::Place.eq(from.place.as_str()))
            .filter(stock_card::Column::PlaceId.eq(from.id))
            .exec(op.db())
            .await?;
        if done.rows_affected != u64::try_from(chunk.len()).unwrap_or_default() {
            return Err(Error::Raced);
        }
    }
    write(op, &runs(barcodes), Some(from), to, why).await
}

/// The same for cards that are at several places.
pub(super) async fn shift_all(op: &Op, held: Held, to: Spot, why: &Why<'_>) -> Result<()> {
    for (from, barcodes) in held {
        shift(op, &barcodes, from, to, why).await?;
    }
    Ok(())
}

async fn write(op: &Op, ranges: &[Range], from: Option<Spot>, to: Spot, why: &Why<'_>) -> Result<()> {
    let actor = op.actor().who.to_string();
    for chunk in ranges.chunks(AT_ONCE) {
        let mut rows = Vec::with_capacity(chunk.len());
        for range in chunk {
            rows.push(movement::ActiveModel {
                id: Set(op.new_id()?),
                at: Set(op.now()),
                kind: Set(why.kind.as_str().to_owned()),
                first_number: Set(range.first.clone()),
                last_number: Set(range.last.clone()),
                count: Set(range.count.into()),
                from_library: Set(from.map(|from| from.library)),
                from_place: Set(from.map(|from| from.place.as_str().to_owned())),
                from_id: Set(from.map(|from| from.id)),
                to_library: Set(to.library),
                to_place: Set(to.place.as_str().to_owned()),
                to_id: Set(to.id),
                cause: Set(why.cause),
                reason: Set(why.reason.to_owned()),
                actor: Set(actor.clone()),
            });
        }
        movement::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}

/// Cards by where they are, each place's sorted.
pub(super) type Held = BTreeMap<Spot, Vec<String>>;

/// Where the cards of ranges are; what the stock does not know is left out.
pub(super) async fn held(op: &Op, ranges: &[Range]) -> Result<Held> {
    let mut found = Held::new();
    for range in ranges {
        for row in rows_of(op, range).await? {
            found.entry(Spot::of_row(&row)?).or_default().push(row.barcode);
        }
    }
    Ok(found)
}

async fn rows_of(op: &Op, range: &Range) -> Result<Vec<stock_card::Model>> {
    let length = i64::try_from(range.first.len()).unwrap_or_default();
    let rows = stock_card::Entity::find()
        .filter(stock_card::Column::Barcode.gte(range.first.as_str()))
        .filter(stock_card::Column::Barcode.lte(range.last.as_str()))
        .filter(Expr::expr(Func::char_length(Expr::col(stock_card::Column::Barcode))).eq(length))
        .order_by_asc(stock_card::Column::Barcode)
        .all(op.db())
        .await?;
    if rows.len() <= usize::try_from(range.count).unwrap_or(usize::MAX)
        && rows.iter().all(|row| Range::between(&range.first, &row.barcode).is_some())
    {
        return Ok(rows);
    }
    // Another form of barcode lies between: `FS0000001A` after `FS00000010`.
    let ours: HashSet<String> = range.barcodes().collect();
    Ok(rows.into_iter().filter(|row| ours.contains(&row.barcode)).collect())
}

/// The cards of the ranges where all of them are at places that `fits` takes; otherwise those that are not stand against it.
pub(super) async fn all_at(op: &Op, ranges: &[Range], fits: impl Fn(&Spot) -> bool) -> Result<Held> {
    let mut found = held(op, ranges).await?;
    found.retain(|spot, _| fits(spot));
    let there: HashSet<&String> = found.values().flatten().collect();
    let mut absent = ranges.iter().flat_map(Range::barcodes).filter(|barcode| !there.contains(barcode));
    match absent.next() {
        None => Ok(found),
        Some(first) => {
            let count = u32::try_from(absent.count()).unwrap_or(u32::MAX).saturating_add(1);
            Err(Error::refused(Blocker::CardsNotThere(Cards { first, count })))
        }
    }
}
