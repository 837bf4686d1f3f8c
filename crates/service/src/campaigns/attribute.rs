//! A card is attributed to the campaign that it came of: with its opening, in the same transaction, and to one at most.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::find::{at_point, by_code};
use super::tables::opening;
use super::{AgeClass, Campaign};
use crate::kernel::{CardId, Channel, Invalid, Op, Problem, Result};

/// A card that was just opened.
pub(crate) struct Opening<'a> {
    pub card: CardId,
    pub channel: Channel,
    /// In years, today.
    pub age: i32,
    pub campaign: &'a Campaign,
}

/// The campaign that an opening counts for: the one it names; where it names none, that of the service point; where it names nothing
/// (an empty code), none. Staff who mistype a code are told at the field `campaign`; at a door without staff a code that means nothing any more
/// keeps nobody from a card.
pub(crate) async fn for_opening(
    op: &Op,
    named: Option<&str>,
    channel: Channel,
    invalid: &mut Invalid,
) -> Result<Option<Campaign>> {
    match named.map(str::trim) {
        None => match op.actor().service_point {
            Some(point) => at_point(op, point).await,
            None => Ok(None),
        },
        Some("") => Ok(None),
        Some(code) => {
            let found = by_code(op, code).await?.filter(|campaign| campaign.counts_on(op.today()));
            if found.is_none() && channel.is_staffed() {
                invalid.add("campaign", Problem::UnknownWord);
            }
            Ok(found)
        }
    }
}

/// Attributes cards that were just opened, for the library that opened them. The primary key admits one campaign for a card.
pub(crate) async fn attribute(op: &Op, opened: impl Iterator<Item = Opening<'_>>) -> Result<()> {
    let row = |opened: Opening<'_>| opening::ActiveModel {
        card_id: Set(opened.card),
        campaign_id: Set(opened.campaign.id),
        library_id: Set(op.actor().library),
        channel: Set(opened.channel.as_str().to_owned()),
        age: Set(AgeClass::of(opened.age).as_str().to_owned()),
        day: Set(op.today()),
    };
    let rows: Vec<opening::ActiveModel> = opened.map(row).collect();
    if !rows.is_empty() {
        opening::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}
