//! What came of a campaign (6.5, 7): who followed its address, which cards were opened, and which of those are still held after three
//! months. The yearly assessment asks here too.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate, TimeDelta};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::campaigns::{self, AgeClass, Campaign};
use crate::cards::{CardView, by_ids};
use crate::kernel::{CampaignId, CardId, CardState, Channel, Error, LibraryId, Op, Result};

/// After so many days it is looked whether a card is still held.
pub const AFTER_DAYS: i64 = 90;

/// A day of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfCampaign {
    /// The day.
    pub day: NaiveDate,
    /// How often its address was followed.
    pub visits: u64,
    /// The cards that were opened.
    pub cards: u64,
}

/// What came of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CampaignResult {
    /// The campaign.
    pub campaign: Campaign,
    /// How often its address was followed.
    pub visits: u64,
    /// The cards that were opened.
    pub cards: u64,
    /// The same by the door, those with any.
    pub by_channel: Vec<(Channel, u64)>,
    /// The same by age, all classes.
    pub by_age: Vec<(AgeClass, u64)>,
    /// The same by the library that opened them, most first.
    pub by_library: Vec<(LibraryId, u64)>,
    /// Each day on which something happened.
    pub by_day: Vec<DayOfCampaign>,
    /// Cards that were opened [`AFTER_DAYS`] days ago or longer.
    pub ripe: u64,
    /// Those of them that were still held after [`AFTER_DAYS`] days, or their successors.
    pub held: u64,
    /// What a card cost, in fen, rounded; none without cards or cost.
    pub fen_per_card: Option<i64>,
}

/// What came of one campaign.
///
/// # Errors
/// [`crate::kernel::Right::RunCampaigns`] is needed; [`Error::NotFound`] when there is none of a library under the caller's.
pub async fn campaign_result(op: &Op, id: CampaignId) -> Result<CampaignResult> {
    let campaign = campaigns::campaign(op, id).await?;
    let mut results = of(op, vec![campaign], None).await?;
    results.pop().ok_or(Error::NotFound("campaign"))
}

/// What came of the campaigns of libraries under the caller's, the latest first: of all of them, or of those that ran at some time from one
/// day to another, in these days.
///
/// # Errors
/// [`crate::kernel::Right::RunCampaigns`] is needed.
pub async fn campaign_results(
    op: &Op,
    within: Option<(NaiveDate, NaiveDate)>,
) -> Result<Vec<CampaignResult>> {
    let mut all = campaigns::campaigns(op).await?;
    if let Some((from, until)) = within {
        all.retain(|one| one.starts_on <= until && one.ends_on.is_none_or(|end| from <= end));
    }
    of(op, all, within).await
}

async fn of(
    op: &Op,
    all: Vec<Campaign>,
    within: Option<(NaiveDate, NaiveDate)>,
) -> Result<Vec<CampaignResult>> {
    let ids: Vec<CampaignId> = all.iter().map(|campaign| campaign.id).collect();
    let mut openings =
        campaigns::opening::Entity::find().filter(campaigns::opening::Column::CampaignId.is_in(ids.clone()));
    let mut visits = campaigns::visit::Entity::find().filter(campaigns::visit::Column::CampaignId.is_in(ids));
    if let Some((from, until)) = within {
        openings = openings.filter(campaigns::opening::Column::Day.between(from, until));
        visits = visits.filter(campaigns::visit::Column::Day.between(from, until));
    }
    let (openings, visits) = (openings.all(op.db()).await?, visits.all(op.db()).await?);
    let ripe_until = op.today().checked_sub_days(Days::new(AFTER_DAYS.unsigned_abs())).unwrap_or_default();
    let ripe: Vec<CardId> =
        openings.iter().filter(|row| row.day <= ripe_until).map(|row| row.card_id).collect();
    let held = held_after(op, &ripe).await?;
    all.into_iter()
        .map(|campaign| {
            let mine: Vec<_> = openings.iter().filter(|row| row.campaign_id == campaign.id).collect();
            let mut days: BTreeMap<NaiveDate, DayOfCampaign> = BTreeMap::new();
            let blank = |day| DayOfCampaign { day, visits: 0, cards: 0 };
            for row in visits.iter().filter(|row| row.campaign_id == campaign.id) {
                days.entry(row.day).or_insert_with(|| blank(row.day)).visits += row.visits.unsigned_abs();
            }
            let (mut channels, mut ages, mut libraries) = (HashMap::new(), HashMap::new(), HashMap::new());
            for row in &mine {
                days.entry(row.day).or_insert_with(|| blank(row.day)).cards += 1;
                let channel: Channel = row.channel.parse().map_err(Error::internal)?;
                let age =
                    AgeClass::from_word(&row.age).ok_or_else(|| Error::internal("unknown class of age"))?;
                *channels.entry(channel).or_insert(0_u64) += 1;
                *ages.entry(age).or_insert(0_u64) += 1;
                *libraries.entry(row.library_id).or_insert(0_u64) += 1;
            }
            let by_day: Vec<DayOfCampaign> = days.into_values().collect();
            let mut by_library: Vec<(LibraryId, u64)> = libraries.into_iter().collect();
            by_library.sort_by_key(|(library, count)| (std::cmp::Reverse(*count), *library));
            let cards = mine.len() as u64;
            let known = |row: &&&campaigns::opening::Model| held.get(&row.card_id).is_some_and(|held| *held);
            Ok(CampaignResult {
                visits: by_day.iter().map(|day| day.visits).sum(),
                by_channel: Channel::ALL
                    .into_iter()
                    .filter_map(|channel| channels.get(&channel).map(|count| (channel, *count)))
                    .collect(),
                by_age: AgeClass::ALL.map(|age| (age, ages.get(&age).copied().unwrap_or_default())).to_vec(),
                by_library,
                ripe: mine.iter().filter(|row| held.contains_key(&row.card_id)).count() as u64,
                held: mine.iter().filter(known).count() as u64,
                fen_per_card: campaign.cost_fen.and_then(|cost| per(cost, cards)),
                by_day,
                cards,
                campaign,
            })
        })
        .collect()
}

/// Fen for each, rounded half up.
fn per(fen: i64, cards: u64) -> Option<i64> {
    let cards = i64::try_from(cards).ok().filter(|cards| *cards > 0)?;
    Some((fen * 2 + cards) / (cards * 2))
}

/// Of each of these cards, whether it was still held so many days after it was opened: it was not cancelled by then, or gave way to one
/// that was not.
async fn held_after(op: &Op, ids: &[CardId]) -> Result<HashMap<CardId, bool>> {
    let cards = by_ids(op, ids).await?;
    let mut held = HashMap::new();
    // What is still to be looked at: the card that it began with, the moment that counts, and how far the replacing went.
    let mut waiting: Vec<(CardId, chrono::DateTime<chrono::Utc>, CardView)> =
        cards.into_iter().map(|card| (card.id, card.opened_at + TimeDelta::days(AFTER_DAYS), card)).collect();
    while !waiting.is_empty() {
        let mut next = HashMap::new();
        for (first, moment, card) in waiting {
            let gone = card.state == CardState::Cancelled && card.state_since <= moment;
            match card.replaced_by {
                Some(successor) if gone => {
                    next.insert(successor, (first, moment));
                    held.insert(first, false);
                }
                _ => {
                    held.insert(first, !gone);
                }
            }
        }
        let ids: Vec<CardId> = next.keys().copied().collect();
        waiting = by_ids(op, &ids)
            .await?
            .into_iter()
            .filter_map(|card| next.get(&card.id).map(|(first, moment)| (*first, *moment, card)))
            .collect();
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_costs_a_whole_number_of_fen() {
        assert_eq!(per(1000, 3), Some(333));
        assert_eq!(per(1001, 2), Some(501));
        assert_eq!(per(1000, 0), None);
    }
}
