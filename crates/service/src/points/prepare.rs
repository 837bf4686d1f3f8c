//! Preparing a laptop (6.5): online, before it leaves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;

use super::holders::filter_of_holders;
use super::pass::secret_hash;
use super::tables::{point, point_staff};
use super::{CardRange, HolderFilter, Package};
use crate::Service;
use crate::cards;
use crate::kernel::{
    Actor, Error, Invalid, LibraryId, Op, PointId, Problem, Result, Right, ServiceName, ServicePointId,
    clean, is_blank, random_bytes,
};
use crate::libraries::{self, ServicePointKind, outline, tree};
use crate::records;
use crate::staff;
use crate::stock::{self, Place};

/// The most virtual numbers that one point takes along.
pub const MOST_NUMBERS: i64 = 2000;
/// The longest that a point opens cards after it was prepared, in days.
pub const MOST_DAYS: i64 = 60;
/// The most One-Cards.
const MOST_CARDS: i64 = 5000;

/// A point to prepare.
#[derive(Clone, Debug)]
pub struct NewPoint {
    /// In words: the event, the place.
    pub name: String,
    /// The service point that it stands for, of the kind mobile point.
    pub service_point: ServicePointId,
    /// Who works there: user names.
    pub staff: Vec<String>,
    /// How many virtual numbers it takes along.
    pub numbers: i64,
    /// How many One-Cards.
    pub one_cards: i64,
    /// The lowest barcode of those; nothing for the lowest there is.
    pub first_card: String,
    /// For how many days it opens cards.
    pub days: i64,
}

/// Prepares a laptop: sets numbers and One-Cards aside, makes the filter of holders, and gives all that it has to know, its secret among
/// it, this once.
///
/// # Errors
/// [`Right::ManagePoints`] is needed, for a service point under the caller's library, and with One-Cards [`Right::OpenCards`] or
/// [`Right::ManageStock`]; [`Error::Invalid`] names what can't be taken; [`Error::Refused`] where the store has fewer cards.
pub async fn prepare(house: &Service, actor: &Actor, new: &NewPoint) -> Result<Package> {
    let asked = new.clone();
    house.read(actor.clone(), async move |op| check(op, &asked).await).await?;
    let (filter, holders) = filter_of_holders(house, actor).await?;
    let new = new.clone();
    house.write(actor.clone(), async move |op| set_up(op, &new, &filter, holders).await).await
}

async fn check(op: &Op, new: &NewPoint) -> Result<()> {
    op.require(Right::ManagePoints)?;
    let place = libraries::service_point(op, new.service_point).await?;
    if !tree(op).await?.covers(op.actor().scope, place.library) {
        return Err(Error::NotFound("service point"));
    }
    let mut invalid = Invalid::default();
    if place.kind != ServicePointKind::MobilePoint {
        invalid.add("service_point", Problem::NotApplicable);
    }
    match clean(&new.name).chars().count() {
        0 => invalid.add("name", Problem::Missing),
        61.. => invalid.add("name", Problem::TooLong(60)),
        _ => {}
    }
    if new.staff.is_empty() {
        invalid.add("staff", Problem::Missing);
    }
    for (field, value, most) in [
        ("numbers", new.numbers, MOST_NUMBERS),
        ("one_cards", new.one_cards, MOST_CARDS),
        ("days", new.days - 1, MOST_DAYS - 1),
    ] {
        if !(0..=most).contains(&value) {
            invalid.add(field, Problem::Count);
        }
    }
    if new.numbers + new.one_cards == 0 {
        invalid.add("numbers", Problem::Missing);
    }
    match staff::copies(op, &new.staff, place.library).await {
        Err(Error::NotFound(_)) if !new.staff.is_empty() => invalid.add("staff", Problem::UnknownWord),
        other => drop(other?),
    }
    invalid.into_result()
}

async fn set_up(op: &Op, new: &NewPoint, filter: &HolderFilter, holders: u64) -> Result<Package> {
    op.intend(ServiceName::PreparePoint, None);
    check(op, new).await?;
    let place = libraries::service_point(op, new.service_point).await?;
    let copies = staff::copies(op, &new.staff, place.library).await?;
    let id: PointId = op.new_id()?;
    let random: [u8; 32] = random_bytes()?;
    let secret = format!("yp_{}", URL_SAFE_NO_PAD.encode(random));
    let valid_until = op.now() + TimeDelta::days(new.days);
    let name = clean(&new.name);
    let row = point::ActiveModel {
        id: Set(id),
        name: Set(name.clone()),
        service_point_id: Set(place.id),
        secret_hash: Set(secret_hash(op, &secret)),
        prepared_at: Set(op.now()),
        prepared_by: Set(op.actor().who.to_string()),
        valid_until: Set(valid_until),
        numbers: Set(new.numbers),
        one_cards: Set(new.one_cards),
        holders: Set(i64::try_from(holders).map_err(Error::internal)?),
        synced_at: Set(None),
        outstanding: Set(0),
        ended_at: Set(None),
        ended_by: Set(None),
        revoked: Set(false),
        late_until: Set(None),
    };
    point::Entity::insert(row).exec_without_returning(op.db()).await?;
    let rows =
        copies.iter().map(|copy| point_staff::ActiveModel { point_id: Set(id), staff_id: Set(copy.id) });
    point_staff::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    let count = usize::try_from(new.numbers).map_err(Error::internal)?;
    let numbers = cards::set_numbers_aside(op, id.0, count).await?;
    let one_cards = take_cards(op, id, place.library, new).await?;
    let detail = json!({
        "point": id, "service_point": place.id, "numbers": new.numbers, "one_cards": new.one_cards,
        "staff": copies.iter().map(|copy| copy.id).collect::<Vec<_>>(), "valid_until": valid_until,
    });
    records::keep_act(op, ServiceName::PreparePoint, detail).await?;
    Ok(Package {
        point: id,
        name,
        server: String::new(),
        secret,
        prepared_at: op.now(),
        valid_until,
        outline: outline(op, place.id).await?,
        staff: copies,
        numbers,
        one_cards,
        holders: filter.clone(),
    })
}

/// Takes One-Cards from the store of the point's library.
async fn take_cards(op: &Op, id: PointId, library: LibraryId, new: &NewPoint) -> Result<Vec<CardRange>> {
    let count = u32::try_from(new.one_cards).map_err(Error::internal)?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = Some(new.first_card.as_str()).filter(|first| !is_blank(first));
    let ranges = stock::reserve(op, library, Place::Point(id.0), count, first).await?;
    let copy = |range: stock::Range| CardRange { first: range.first, last: range.last, count: range.count };
    Ok(ranges.into_iter().map(copy).collect())
}
