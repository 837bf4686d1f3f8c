//! Renewing a loan (6.1.4.2): as often as the library that lent it allows, while nobody else waits for the title.

use chrono::Days;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::calendar::Calendar;
use super::events;
use super::item::waiting_besides;
use super::loans::{LoanView, loan_view, open_loans, owners, row};
use super::rules::Rules;
use super::tables::{item, loan};
use crate::cards;
use crate::kernel::{Blocker, Error, LoanId, Op, ReaderId, Result, Right, ServiceName, Who};
use crate::readers;
use crate::records;

/// A loan that was renewed.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The loan, with its new last day.
    pub loan: LoanView,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Renews a loan.
///
/// # Errors
/// [`Right::Lend`] is needed, or to be the reader; [`Error::Refused`] with each rule that stands against it.
pub async fn renew(op: &Op, id: LoanId) -> Result<Renewed> {
    op.intend(ServiceName::RenewLoan, None);
    // Which loans there are is not told to whoever may not lend.
    if !matches!(op.actor().who, Who::Reader(_)) {
        op.require(Right::Lend)?;
    }
    let before = row(op, id).await?;
    let reader = before.reader_id.ok_or(Error::NotFound("loan"))?;
    op.intend(ServiceName::RenewLoan, Some(reader));
    let holder = current(op, reader).await?;
    if !op.actor().is_reader(holder) {
        op.require_or_self(Right::Lend, reader)?;
    }
    let digest = records::digest(op, &("renew", id))?;
    if events::earlier(op, &digest).await?.is_some() {
        return Ok(Renewed { loan: loan_view(op, id).await?, repeated: true });
    }
    if before.returned_at.is_some() {
        return Err(Error::NotFound("loan"));
    }
    let blockers = of_holder(op, holder).await?;
    renew_one(op, before, blockers, Some(digest)).await
}

/// Renews all that a reader has and that can be renewed. Gives each loan, with what stands against it where it could not.
///
/// # Errors
/// [`Right::Lend`] is needed, or to be the reader.
pub async fn renew_all(op: &Op, reader: ReaderId) -> Result<Vec<(LoanView, Vec<Blocker>)>> {
    op.intend(ServiceName::RenewLoan, Some(reader));
    op.require_or_self(Right::Lend, reader)?;
    let blockers = of_holder(op, reader).await?;
    let mut all = Vec::new();
    for before in open_loans(op, &owners(op, reader).await?).await? {
        let id = before.id;
        match renew_one(op, before, blockers.clone(), None).await {
            Ok(renewed) => all.push((renewed.loan, Vec::new())),
            Err(Error::Refused(blockers)) => all.push((loan_view(op, id).await?, blockers)),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// Whose the record is now, after merges.
async fn current(op: &Op, reader: ReaderId) -> Result<ReaderId> {
    readers::current(op, reader).await
}

/// What stands against it because of the reader and their card.
async fn of_holder(op: &Op, reader: ReaderId) -> Result<Vec<Blocker>> {
    let mut blockers = match cards::live_card(op, reader).await? {
        Some(card) => match cards::while_it_works(op, card.id).await {
            Ok(_) => Vec::new(),
            Err(Error::Refused(blockers)) => blockers,
            Err(error) => return Err(error),
        },
        None => vec![Blocker::CardCancelled],
    };
    if !op.circulation().is_own() {
        blockers.push(Blocker::LentByAnotherSystem);
    }
    if readers::is_blocked(op, reader).await?.is_some() {
        blockers.push(Blocker::ReaderBlocked);
    }
    Ok(blockers)
}

async fn renew_one(
    op: &Op,
    before: loan::Model,
    mut blockers: Vec<Blocker>,
    digest: Option<Vec<u8>>,
) -> Result<Renewed> {
    let rules = Rules::at(op, before.library_id).await?;
    let copy = item::Entity::find_by_id(before.item_id).one(op.db()).await?.ok_or(Error::NotFound("item"))?;
    let whose: Vec<uuid::Uuid> = before.reader_id.iter().map(|reader| reader.0).collect();
    let others = waiting_besides(op, vec![copy.title_id.0], &whose).await?.contains_key(&copy.title_id);
    blockers.extend(against_renewal(op, &rules, &before, others));
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    let calendar = Calendar::of(op, &rules, op.today()).await?;
    let days = u64::try_from(rules.renewal_days).unwrap_or_default();
    let due = calendar.open_from(before.due.checked_add_days(Days::new(days)).unwrap_or(before.due));
    let done = loan::Entity::update_many()
        .col_expr(loan::Column::Due, Expr::value(due))
        .col_expr(loan::Column::Renewals, Expr::col(loan::Column::Renewals).add(1))
        .col_expr(loan::Column::Told, Expr::value("none"))
        .filter(loan::Column::Id.eq(before.id))
        .filter(loan::Column::Renewals.eq(before.renewals))
        .filter(loan::Column::ReturnedAt.is_null())
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    events::note(op, (before.item_id, Some(before.id)), "renewed", Some(due), digest).await?;
    Ok(Renewed { loan: loan_view(op, before.id).await?, repeated: false })
}

/// What stands against renewing a loan, but for the reader and the card.
pub(super) fn against_renewal(op: &Op, rules: &Rules, row: &loan::Model, others_wait: bool) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    if row.due < op.today() {
        blockers.push(Blocker::LoanOverdue);
    }
    if row.renewals >= rules.renewals {
        blockers.push(Blocker::RenewalLimit(u32::try_from(rules.renewals).unwrap_or_default()));
    }
    if others_wait {
        blockers.push(Blocker::ReservedByAnother);
    }
    blockers
}
