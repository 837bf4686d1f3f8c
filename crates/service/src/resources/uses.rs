//! Uses counted: activity of cards (clause 7), by day.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};

use super::tables::{platform, resource_use};
use crate::kernel::{LibraryId, Op, PlatformId, ReaderId, Result, Right};
use crate::libraries::tree;
use crate::records::with_merged;

/// Counts that a reader came to a platform.
pub(super) async fn count(op: &Op, platform: PlatformId, library: LibraryId, reader: ReaderId) -> Result<()> {
    let row = resource_use::ActiveModel {
        id: Set(op.new_id()?),
        platform_id: Set(platform),
        library_id: Set(library),
        reader_id: Set(Some(reader)),
        day: Set(op.today()),
        uses: Set(1),
    };
    let columns =
        [resource_use::Column::PlatformId, resource_use::Column::ReaderId, resource_use::Column::Day];
    let more = Expr::col((resource_use::Entity, resource_use::Column::Uses)).add(1);
    let again = OnConflict::columns(columns).value(resource_use::Column::Uses, more).to_owned();
    resource_use::Entity::insert(row).on_conflict(again).exec_without_returning(op.db()).await?;
    Ok(())
}

/// Uses of a platform by readers of a library in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What readers know the platform as.
    pub platform: String,
    /// The library that issued the cards.
    pub library: LibraryId,
    /// The first day of the month.
    pub month: NaiveDate,
    /// How often somebody came.
    pub uses: i64,
}

/// Uses by readers of the caller's library and all under it, from a day on, the latest month first.
///
/// # Errors
/// [`Right::SetPolicies`] or [`Right::Audit`] is needed.
pub async fn uses_by_month(op: &Op, since: NaiveDate) -> Result<Vec<Use>> {
    use std::collections::{BTreeMap, HashMap};

    use chrono::Datelike;
    use sea_orm::QuerySelect;

    if !op.actor().may(Right::Audit) {
        op.require(Right::SetPolicies)?;
    }
    let under = tree(op).await?.under(op.actor().scope);
    let days: Vec<(PlatformId, LibraryId, NaiveDate, i64)> = resource_use::Entity::find()
        .filter(resource_use::Column::LibraryId.is_in(under.iter().map(|id| id.0)))
        .filter(resource_use::Column::Day.gte(since))
        .select_only()
        .columns([
            resource_use::Column::PlatformId,
            resource_use::Column::LibraryId,
            resource_use::Column::Day,
        ])
        .column_as(Expr::cust("CAST(sum(uses) AS bigint)"), "uses")
        .group_by(resource_use::Column::PlatformId)
        .group_by(resource_use::Column::LibraryId)
        .group_by(resource_use::Column::Day)
        .into_tuple()
        .all(op.db())
        .await?;
    let titles: HashMap<PlatformId, String> = platform::Entity::find()
        .all(op.db())
        .await?
        .into_iter()
        .map(|platform| (platform.id, platform.title))
        .collect();
    let mut months: BTreeMap<(NaiveDate, PlatformId, LibraryId), i64> = BTreeMap::new();
    for (platform, library, day, uses) in days {
        let month = day.with_day(1).unwrap_or(day);
        *months.entry((month, platform, library)).or_default() += uses;
    }
    Ok(months
        .into_iter()
        .rev()
        .map(|((month, platform, library), uses)| Use {
            platform: titles.get(&platform).cloned().unwrap_or_default(),
            library,
            month,
            uses,
        })
        .collect())
}

/// What is known of a reader's uses, under whatever record, oldest first: the day, the platform, how often.
pub(crate) async fn of_reader(op: &Op, reader: ReaderId) -> Result<Vec<(NaiveDate, String, i64)>> {
    let rows = resource_use::Entity::find()
        .filter(resource_use::Column::ReaderId.is_in(with_merged(op, reader).await?))
        .order_by_asc(resource_use::Column::Day)
        .all(op.db())
        .await?;
    let platforms = platform::Entity::find().all(op.db()).await?;
    let title =
        |id| platforms.iter().find(|platform| platform.id == id).map(|platform| platform.title.clone());
    Ok(rows.into_iter().map(|row| (row.day, title(row.platform_id).unwrap_or_default(), row.uses)).collect())
}
