//! Codes of two records that are one person's: they go with the person, and back when that is undone.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::events::{CardStanding, Event, add, links_of};
use super::tables::partner_link;
use crate::kernel::{LinkId, Op, PartnerId, ReaderId, Result};

async fn of(op: &Op, reader: ReaderId) -> Result<Vec<partner_link::Model>> {
    Ok(partner_link::Entity::find()
        .filter(partner_link::Column::ReaderId.eq(reader))
        .order_by_asc(partner_link::Column::Id)
        .all(op.db())
        .await?)
}

async fn give(op: &Op, link: &partner_link::Model, to: ReaderId, also: bool) -> Result<()> {
    partner_link::Entity::update_many()
        .col_expr(partner_link::Column::ReaderId, Expr::value(to))
        .col_expr(partner_link::Column::Also, Expr::value(also))
        .filter(partner_link::Column::Id.eq(link.id))
        .exec(op.db())
        .await?;
    Ok(())
}

/// Tells each partner that knows the reader how their card stands after two records were made one, or separated.
async fn tell(op: &Op, reader: ReaderId, event: Event, card: Option<&CardStanding>) -> Result<()> {
    for link in links_of(op, reader).await? {
        add(op, &link, event, card).await?;
    }
    Ok(())
}

/// Hands all codes of a reader over to another, who may have one of their own at the same partner: both lead to them then. Gives
/// which were handed over.
pub(crate) async fn move_links(
    op: &Op,
    from: ReaderId,
    to: ReaderId,
    card: Option<CardStanding>,
) -> Result<Vec<LinkId>> {
    let theirs = of(op, from).await?;
    if theirs.is_empty() && of(op, to).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut known: Vec<PartnerId> = links_of(op, to).await?.into_iter().map(|link| link.partner_id).collect();
    for link in &theirs {
        give(op, link, to, known.contains(&link.partner_id)).await?;
        if link.ended_at.is_none() {
            known.push(link.partner_id);
        }
    }
    tell(op, to, Event::Merged, card.as_ref()).await?;
    Ok(theirs.into_iter().map(|link| link.id).collect())
}

/// Hands these codes back: of the reader who stayed and of the one who stands for themselves again, with how their cards stand.
pub(crate) async fn move_links_back(
    op: &Op,
    links: &[LinkId],
    (from, to): (ReaderId, ReaderId),
    [stays, goes]: [Option<CardStanding>; 2],
) -> Result<()> {
    for link in of(op, from).await?.iter().filter(|link| links.contains(&link.id)) {
        // What came beside another code when they had been merged before stays beside it.
        give(op, link, to, link.also && has_own(op, to, link.partner_id).await?).await?;
    }
    tell(op, from, Event::Unmerged, stays.as_ref()).await?;
    tell(op, to, Event::Unmerged, goes.as_ref()).await
}

async fn has_own(op: &Op, reader: ReaderId, partner: PartnerId) -> Result<bool> {
    Ok(links_of(op, reader).await?.iter().any(|link| link.partner_id == partner))
}
