//! Lending an item (A.3.2 a–c): 20 ordinary books anywhere in the federation; periodicals, audio and video by the rules of the
//! library that lends; what is for the reading room stays there.

use chrono::Days;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::calendar::Calendar;
use super::loans::{LoanView, loan_view, open_loans, owners};
use super::may_borrow::of_reader;
use super::rules::Rules;
use super::settle::{fulfil, kept_for};
use super::tables::{item, loan};
use super::{events, item as items};
use crate::cards;
use crate::kernel::{
    Blocker, CardId, Error, ItemKind, ItemState, LoanId, Op, ReaderId, Result, Right, ServiceName,
};
use crate::libraries::tree;
use crate::records;

/// An item to lend.
#[derive(Clone, Debug)]
pub struct Lend {
    /// The card that was shown.
    pub card: CardId,
    /// The item's barcode, as it was scanned.
    pub barcode: String,
}

/// An item that was lent.
#[derive(Clone, Debug)]
pub struct Lent {
    /// The loan.
    pub loan: LoanView,
    /// To whom.
    pub reader: ReaderId,
    /// How many items they have now.
    pub out: u32,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Lends an item to the holder of a card.
///
/// # Errors
/// [`Right::Lend`] is needed; [`Error::Refused`] with each rule that stands against it; [`Error::Invalid`] for a barcode that no
/// item has.
pub async fn lend(op: &Op, request: Lend) -> Result<Lent> {
    op.intend(ServiceName::Lend, None);
    op.require(Right::Lend)?;
    // Locks the card: who uses it at once, at ten machines, does so one after the other.
    let mut blockers = match cards::while_it_works(op, request.card).await {
        Ok(_) => Vec::new(),
        Err(Error::Refused(blockers)) => blockers,
        Err(error) => return Err(error),
    };
    let (reader, _) = cards::holder_and_state(op, request.card).await?;
    op.intend(ServiceName::Lend, Some(reader));
    let digest = records::digest(op, &("lend", request.card, items::as_scanned(&request.barcode)))?;
    if let Some(earlier) = events::earlier(op, &digest).await? {
        let id = earlier.loan_id.ok_or_else(|| Error::internal("a loan that left no loan"))?;
        let mut lent = answer(op, id, reader).await?;
        lent.repeated = true;
        return Ok(lent);
    }
    let row = items::by_barcode(op, &request.barcode, true).await?;
    let rules = Rules::at(op, op.actor().library).await?;
    blockers.extend(of_reader(op, &rules, reader).await?);
    blockers.extend(of_item(op, &rules, reader, &row).await?);
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let calendar = Calendar::of(op, &rules, op.today()).await?;
    let kind: ItemKind = row.kind.parse()?;
    let days = u64::try_from(rules.days(kind)).unwrap_or_default();
    let due = calendar.open_from(op.today().checked_add_days(Days::new(days)).unwrap_or_else(|| op.today()));
    let id: LoanId = op.new_id()?;
    let actor = op.actor();
    let entry = loan::ActiveModel {
        id: Set(id),
        item_id: Set(row.id),
        reader_id: Set(Some(reader)),
        kind: Set(row.kind.clone()),
        library_id: Set(actor.library),
        service_point_id: Set(actor.service_point),
        channel: Set(actor.channel.as_str().to_owned()),
        lent_at: Set(op.now()),
        due: Set(due),
        renewals: Set(0),
        returned_at: Set(None),
        returned_library_id: Set(None),
        told: Set("none".to_owned()),
    };
    let set = item::ActiveModel {
        state: Set(ItemState::OnLoan.as_str().to_owned()),
        library_id: Set(actor.library),
        destination_id: Set(None),
        ..Default::default()
    };
    items::change(op, &row, set).await?;
    loan::Entity::insert(entry).exec_without_returning(op.db()).await?;
    fulfil(op, reader, &row).await?;
    events::note(op, (row.id, Some(id)), "lent", Some(due), Some(digest)).await?;
    answer(op, id, reader).await
}

/// What stands against it because of the item, and of how many the reader has.
async fn of_item(op: &Op, rules: &Rules, reader: ReaderId, row: &item::Model) -> Result<Vec<Blocker>> {
    let mut blockers = Vec::new();
    match row.state.parse()? {
        ItemState::OnLoan => blockers.push(Blocker::ItemOnLoan),
        ItemState::Withdrawn => blockers.push(Blocker::ItemWithdrawn),
        // What lies here is not missing, and not on its way.
        ItemState::Available | ItemState::InTransit | ItemState::OnHoldShelf | ItemState::Missing => {}
    }
    let whose = owners(op, reader).await?;
    if kept_for(op, row.id).await?.is_some_and(|kept| !whose.contains(&kept.reader_id.0)) {
        blockers.push(Blocker::ReservedByAnother);
    }
    let kind: ItemKind = row.kind.parse()?;
    if kind == ItemKind::ReadingRoom {
        blockers.push(Blocker::ReadingRoomOnly);
        return Ok(blockers);
    }
    let limit = rules.limit(kind);
    if limit == 0 && kind != ItemKind::Book {
        blockers.push(Blocker::NotLentHere(kind));
        return Ok(blockers);
    }
    let open = open_loans(op, &whose).await?;
    let tree = tree(op).await?;
    let here =
        |loan: &&loan::Model| kind == ItemKind::Book || tree.stands_for(rules.library, loan.library_id);
    let out = open.iter().filter(|loan| loan.kind == kind.as_str()).filter(here).count();
    if i64::try_from(out).unwrap_or(i64::MAX) >= limit {
        blockers.push(Blocker::LoanLimit(kind, u32::try_from(limit).unwrap_or_default()));
    }
    Ok(blockers)
}

async fn answer(op: &Op, id: LoanId, reader: ReaderId) -> Result<Lent> {
    let whose = owners(op, reader).await?;
    let out = u32::try_from(open_loans(op, &whose).await?.len()).unwrap_or(u32::MAX);
    Ok(Lent { loan: loan_view(op, id).await?, reader, out, repeated: false })
}
