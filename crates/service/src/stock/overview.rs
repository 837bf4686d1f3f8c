//! The stock of a library and of those under it at a glance, with what the forecast says of each (5.2.1).

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Asia::Shanghai;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::balance::lying;
use super::forecast::{Aims, MONTHS_BACK, Outlook, Used, month_ahead, outlook};
use super::order::{Order, orders};
use super::place::managed;
use super::tables::given_card;
use super::transfer::{TransferState, transfers};
use crate::kernel::{CardKind, LibraryId, Op, Result, StockPlace};
use crate::libraries::{self, Policy, Tree};

/// The stock of one library.
#[derive(Clone, Debug)]
pub struct StockOf {
    /// Which.
    pub library: LibraryId,
    /// How many cards are at each kind of place, in the order of [`StockPlace::ALL`].
    pub places: [i64; 9],
    /// What the forecast says.
    pub outlook: Outlook,
}

impl StockOf {
    /// How many cards are at such places.
    #[must_use]
    pub fn at(&self, place: StockPlace) -> i64 {
        let index = StockPlace::ALL.iter().position(|one| *one == place);
        index.and_then(|index| self.places.get(index)).copied().unwrap_or_default()
    }
}

/// The stock of a library with all that stands under it.
#[derive(Clone, Debug)]
pub struct Stock {
    /// The library and each under it.
    pub libraries: Vec<StockOf>,
    /// All of them together: that is what an order of the library is for.
    pub outlook: Outlook,
    /// The first of the 24 months.
    pub since: NaiveDate,
    /// Cards given out in each of them.
    pub used: Used,
    /// What the library wants.
    pub aims: Aims,
}

/// The stock of a library and of those under it, each with its forecast, and of all together.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn stock(op: &Op, library: LibraryId) -> Result<Stock> {
    let tree = managed(op, library).await?;
    let (today, under) = (op.today(), tree.under(library));
    let since = month_ahead(today, -i32::try_from(MONTHS_BACK).unwrap_or_default());
    let used = used_by_library(op, &under, since).await?;
    let aims = AimsOf::read(op).await?;
    let mut places: HashMap<LibraryId, [i64; 9]> = HashMap::new();
    for lying in lying(op, library).await? {
        let kind = StockPlace::ALL.iter().position(|place| *place == lying.spot.place);
        let of = places.entry(lying.spot.library).or_default();
        if let Some(sum) = kind.and_then(|kind| of.get_mut(kind)) {
            *sum += lying.count;
        }
    }
    let mut coming: HashMap<LibraryId, u32> = HashMap::new();
    for order in orders(op, library).await? {
        *coming.entry(order.library).or_default() += Order::open(&order);
    }
    for transfer in transfers(op, library).await? {
        if transfer.state == TransferState::Sent && under.contains(&transfer.to) {
            *coming.entry(transfer.to).or_default() += transfer.count;
        }
    }
    let mut all = Used::default();
    let (mut free, mut to_come) = (0, 0);
    let mut found = Vec::with_capacity(under.len());
    for id in under {
        let mut stock = StockOf {
            library: id,
            places: places.remove(&id).unwrap_or_default(),
            outlook: outlook(&Used::default(), today, aims.of(&tree, id), 0, 0),
        };
        let here = [StockPlace::Store, StockPlace::Desk, StockPlace::Batch, StockPlace::Point];
        let own = here.iter().map(|place| u32::try_from(stock.at(*place)).unwrap_or_default()).sum();
        let own_coming = coming.remove(&id).unwrap_or_default();
        let own_used = used.get(&id).cloned().unwrap_or_default();
        stock.outlook = outlook(&own_used, today, aims.of(&tree, id), own, own_coming);
        all.add(&own_used);
        free += own;
        to_come += own_coming;
        found.push(stock);
    }
    let aims = aims.of(&tree, library);
    Ok(Stock { libraries: found, outlook: outlook(&all, today, aims, free, to_come), since, used: all, aims })
}

/// One-Cards given out by each library, month by month.
async fn used_by_library(op: &Op, under: &[LibraryId], since: NaiveDate) -> Result<HashMap<LibraryId, Used>> {
    let mut found: HashMap<LibraryId, Used> = HashMap::new();
    let begin = |month: i32| {
        let midnight = month_ahead(since, month).and_time(NaiveTime::MIN);
        Shanghai.from_local_datetime(&midnight).earliest().map(|at| at.to_utc()).unwrap_or_default()
    };
    for month in 0..MONTHS_BACK {
        let from = i32::try_from(month).unwrap_or_default();
        let counts: Vec<(LibraryId, i64)> = given_card::Entity::find()
            .select_only()
            .column(given_card::Column::IssuingLibraryId)
            .column_as(given_card::Column::Id.count(), "count")
            .filter(given_card::Column::Kind.eq(CardKind::OneCard.as_str()))
            .filter(given_card::Column::OpenedAt.gte(begin(from)))
            .filter(given_card::Column::OpenedAt.lt(begin(from + 1)))
            .group_by(given_card::Column::IssuingLibraryId)
            .into_tuple()
            .all(op.db())
            .await?;
        for (library, count) in counts.into_iter().filter(|(library, _)| under.contains(library)) {
            if let Some(of_month) = found.entry(library).or_default().0.get_mut(month) {
                *of_month = u32::try_from(count).unwrap_or(u32::MAX);
            }
        }
    }
    Ok(found)
}

/// What each library wants of its stock: read once for all.
struct AimsOf([(Policy, HashMap<LibraryId, i64>); 3]);

impl AimsOf {
    async fn read(op: &Op) -> Result<Self> {
        let set = async |policy| -> Result<(Policy, HashMap<LibraryId, i64>)> {
            let set = libraries::set_themselves(op, policy).await?;
            Ok((policy, set.into_iter().map(|(library, value)| (library, value.number())).collect()))
        };
        Ok(Self([
            set(Policy::StockLeadDays).await?,
            set(Policy::StockSafetyDays).await?,
            set(Policy::StockCoverMonths).await?,
        ]))
    }

    fn of(&self, tree: &Tree, library: LibraryId) -> Aims {
        let [lead_days, safety_days, cover_months] = self.0.each_ref().map(|(policy, set)| {
            let nearest = tree.upwards(library).find_map(|library| set.get(&library.id).copied());
            let value = nearest.unwrap_or_else(|| policy.default_value().number());
            u32::try_from(value).unwrap_or_default()
        });
        Aims { lead_days, safety_days, cover_months }
    }
}
