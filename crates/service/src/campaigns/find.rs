//! Campaigns as they are shown and chosen.

use chrono::{Days, NaiveDate};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::CampaignKind;
use super::tables::campaign;
use crate::kernel::{CampaignId, Error, LibraryId, Op, Result, Right, ServicePointId};
use crate::libraries::tree;

/// A brochure lies on a kitchen table for a while, and an application waits for staff: so many days after its end a campaign still counts
/// for whoever names it.
const AFTERWARDS: Days = Days::new(60);

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its short code, as it stands in the address and on paper.
    pub code: String,
    /// What it is.
    pub kind: CampaignKind,
    /// The library that runs it.
    pub library: LibraryId,
    /// What is opened at this point counts without anybody choosing.
    pub service_point: Option<ServicePointId>,
    /// Its title in simplified and traditional Chinese and in English; the latter two may be empty.
    pub titles: [String; 3],
    /// Where it is; may be empty.
    pub place: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day, where one is set.
    pub ends_on: Option<NaiveDate>,
    /// How many cards are hoped for.
    pub target: Option<i64>,
    /// What it costs, in fen.
    pub cost_fen: Option<i64>,
    /// Counts changes.
    pub version: i64,
}

impl Campaign {
    pub(super) fn from_row(row: campaign::Model) -> Result<Self> {
        let kind = CampaignKind::from_word(&row.kind);
        Ok(Self {
            id: row.id,
            code: row.code,
            kind: kind.ok_or_else(|| Error::internal("unknown kind of campaign"))?,
            library: row.library_id,
            service_point: row.service_point_id,
            titles: [row.title, row.title_hant, row.title_en],
            place: row.place,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            target: row.target,
            cost_fen: row.cost_fen,
            version: row.version,
        })
    }

    /// Whether it runs on a day.
    #[must_use]
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day <= end)
    }

    /// Whether a card that is opened on a day may be attributed to it by who names it.
    #[must_use]
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        let last = self.ends_on.map(|end| end.checked_add_days(AFTERWARDS).unwrap_or(end));
        self.starts_on <= day && last.is_none_or(|last| day <= last)
    }
}

/// The campaign of a code, however it is written.
pub(super) async fn by_code(op: &Op, code: &str) -> Result<Option<Campaign>> {
    let code = code.trim().to_uppercase();
    if code.is_empty() || code.len() > 20 {
        return Ok(None);
    }
    let row = campaign::Entity::find().filter(campaign::Column::Code.eq(code)).one(op.db()).await?;
    row.map(Campaign::from_row).transpose()
}

/// One campaign of a library under the caller's.
///
/// # Errors
/// [`Right::RunCampaigns`] is needed; [`Error::NotFound`] when there is none.
pub async fn campaign(op: &Op, id: CampaignId) -> Result<Campaign> {
    op.require(Right::RunCampaigns)?;
    let row = campaign::Entity::find_by_id(id).one(op.db()).await?;
    let found = row.map(Campaign::from_row).transpose()?.ok_or(Error::NotFound("campaign"))?;
    let covered = tree(op).await?.covers(op.actor().scope, found.library);
    if covered { Ok(found) } else { Err(Error::NotFound("campaign")) }
}

/// The campaigns of libraries under the caller's, the latest first.
///
/// # Errors
/// [`Right::RunCampaigns`] is needed.
pub async fn campaigns(op: &Op) -> Result<Vec<Campaign>> {
    op.require(Right::RunCampaigns)?;
    let under = tree(op).await?.under(op.actor().scope);
    let rows = campaign::Entity::find()
        .filter(campaign::Column::LibraryId.is_in(under))
        .order_by_desc(campaign::Column::StartsOn)
        .order_by_desc(campaign::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter().map(Campaign::from_row).collect()
}

/// What a clerk may choose from today: campaigns of the member library that they stand in, and of the federation; the one of their own
/// service point first.
///
/// # Errors
/// [`Right::OpenCards`] is needed.
pub async fn campaigns_at_desk(op: &Op) -> Result<Vec<Campaign>> {
    op.require(Right::OpenCards)?;
    let (tree, here) = (tree(op).await?, op.actor().library);
    let own = tree.member(here).map(|member| tree.under(member.id)).unwrap_or_default();
    let above = tree.upwards(here).map(|library| library.id);
    let libraries: Vec<LibraryId> = own.into_iter().chain(above).collect();
    let mut found = running(op, Condition::all().add(campaign::Column::LibraryId.is_in(libraries))).await?;
    found.sort_by_key(|campaign| {
        campaign.service_point.is_none() || campaign.service_point != op.actor().service_point
    });
    Ok(found)
}

/// The campaign that runs at a service point today; of several the one that began last.
pub(super) async fn at_point(op: &Op, point: ServicePointId) -> Result<Option<Campaign>> {
    let at = Condition::all().add(campaign::Column::ServicePointId.eq(point));
    Ok(running(op, at).await?.into_iter().next())
}

/// Those that run today, of those that fit; the latest first.
async fn running(op: &Op, fitting: Condition) -> Result<Vec<Campaign>> {
    let today = op.today();
    let open =
        Condition::any().add(campaign::Column::EndsOn.is_null()).add(campaign::Column::EndsOn.gte(today));
    let rows = campaign::Entity::find()
        .filter(fitting.add(campaign::Column::StartsOn.lte(today)).add(open))
        .order_by_desc(campaign::Column::StartsOn)
        .order_by_desc(campaign::Column::Id)
        .limit(50)
        .all(op.db())
        .await?;
    rows.into_iter().map(Campaign::from_row).collect()
}
