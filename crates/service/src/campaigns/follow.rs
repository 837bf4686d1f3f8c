//! The address of a campaign is followed: counted by the day, and nothing is kept of whoever did.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{EntityTrait, ExprTrait};

use super::find::by_code;
use super::tables::visit;
use crate::kernel::{Op, Result};

/// What a browser is to remember for its visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// The code, as it is written.
    pub code: String,
}

/// Counts that the address of a campaign was followed; none where there is no such campaign, or its time is over: whoever comes by an old
/// brochure is as welcome as anybody. Anybody may call; `again` says that the browser came by the same address before, and is not counted.
///
/// # Errors
/// When the database can't be written.
pub async fn follow(op: &Op, code: &str, again: bool) -> Result<Option<Followed>> {
    let found = by_code(op, code).await?.filter(|campaign| campaign.counts_on(op.today()));
    let Some(campaign) = found else { return Ok(None) };
    if !again {
        let row = visit::ActiveModel { campaign_id: Set(campaign.id), day: Set(op.today()), visits: Set(1) };
        let more = Expr::col((visit::Entity, visit::Column::Visits)).add(1);
        let known = OnConflict::columns([visit::Column::CampaignId, visit::Column::Day])
            .value(visit::Column::Visits, more)
            .to_owned();
        visit::Entity::insert(row).on_conflict(known).exec_without_returning(op.db()).await?;
    }
    Ok(Some(Followed { code: campaign.code }))
}
