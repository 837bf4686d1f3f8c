//! Reminding readers of what is due soon or overdue (6.1.4.2), once for each, one message for all of a reader's items.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rules::Rules;
use super::tables::{item, loan, title};
use crate::kernel::{LibraryId, LoanId, Op, ReaderId, Result, Right};
use crate::outbox::Template;
use crate::readers;

/// The longest that any library reminds before an item is due, in days: the range of its policy.
const LONGEST: u64 = 30;

/// How far reminding came.
#[derive(Clone, Copy, Debug)]
pub struct Reminded {
    /// How many readers were reminded.
    pub readers: usize,
    /// The last loan that was looked at, to go on after; none when there are no more.
    pub last: Option<(NaiveDate, LoanId)>,
}

/// Puts reminders into the outbox, looking at so many loans at once, those after the one given. Nothing is sent where this house does
/// not lend by its own ledger.
///
/// # Errors
/// [`Right::Lend`] is needed.
pub async fn remind(op: &Op, after: Option<(NaiveDate, LoanId)>, limit: u64) -> Result<Reminded> {
    op.require(Right::Lend)?;
    if !op.circulation().is_own() {
        return Ok(Reminded { readers: 0, last: None });
    }
    let today = op.today();
    let ahead = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    let overdue = Condition::all().add(loan::Column::Due.lt(today)).add(loan::Column::Told.ne("overdue"));
    let soon = Condition::all()
        .add(loan::Column::Due.gte(today))
        .add(loan::Column::Due.lte(ahead))
        .add(loan::Column::Told.eq("none"));
    let mut query = loan::Entity::find()
        .filter(loan::Column::ReturnedAt.is_null())
        .filter(Condition::any().add(overdue).add(soon));
    if let Some((due, id)) = after {
        let same = Condition::all().add(loan::Column::Due.eq(due)).add(loan::Column::Id.gt(id));
        query = query.filter(Condition::any().add(loan::Column::Due.gt(due)).add(same));
    }
    let rows = query
        .order_by_asc(loan::Column::Due)
        .order_by_asc(loan::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
    let full = rows.len() as u64 == limit;
    let last = rows.last().filter(|_| full).map(|row| (row.due, row.id));
    let mut rules: BTreeMap<LibraryId, Rules> = BTreeMap::new();
    let mut told: BTreeMap<(ReaderId, bool), Vec<loan::Model>> = BTreeMap::new();
    for row in rows {
        if !rules.contains_key(&row.library_id) {
            rules.insert(row.library_id, Rules::at(op, row.library_id).await?);
        }
        let days = rules.get(&row.library_id).map_or(0, |rules| rules.due_soon_days);
        let late = row.due < today;
        let near = days > 0 && (row.due - today).num_days() <= days;
        let Some(reader) = row.reader_id.filter(|_| late || near) else { continue };
        told.entry((readers::current(op, reader).await?, late)).or_default().push(row);
    }
    let readers_told = told.len();
    for ((reader, late), loans) in told {
        let Some(first) = loans.first() else { continue };
        let words = [
            ("title", title_of(op, first).await?),
            ("count", loans.len().to_string()),
            ("until", first.due.to_string()),
        ];
        let (template, word) =
            if late { (Template::LoanOverdue, "overdue") } else { (Template::LoanDueSoon, "due_soon") };
        readers::tell_without_record(op, reader, template, &words).await?;
        loan::Entity::update_many()
            .col_expr(loan::Column::Told, Expr::value(word))
            .filter(loan::Column::Id.is_in(loans.iter().map(|loan| loan.id.0)))
            .filter(loan::Column::ReturnedAt.is_null())
            .exec(op.db())
            .await?;
    }
    Ok(Reminded { readers: readers_told, last })
}

async fn title_of(op: &Op, row: &loan::Model) -> Result<String> {
    let copy = item::Entity::find_by_id(row.item_id).one(op.db()).await?;
    let Some(copy) = copy else { return Ok(String::new()) };
    let about = title::Entity::find_by_id(copy.title_id).one(op.db()).await?;
    Ok(about.map(|about| about.title).unwrap_or_default())
}
