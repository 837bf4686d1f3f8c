//! Reminding readers of what is due soon or overdue (6.1.4.2), once for each, one message for all of a reader's items.

use std::collections::BTreeMap;

use chrono::Days;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rules::Rules;
use super::tables::{item, loan, title};
use crate::kernel::{LibraryId, Op, ReaderId, Result, Right};
use crate::outbox::Template;
use crate::readers;

/// The longest that any library reminds before an item is due, in days: the range of its policy.
const LONGEST: u64 = 30;

/// Puts reminders into the outbox for at most so many loans; gives for how many readers.
///
/// # Errors
/// [`Right::Lend`] is needed.
pub async fn remind(op: &Op, limit: u64) -> Result<usize> {
    op.require(Right::Lend)?;
    let today = op.today();
    let ahead = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    let overdue = Condition::all().add(loan::Column::Due.lt(today)).add(loan::Column::Told.ne("overdue"));
    let soon = Condition::all()
        .add(loan::Column::Due.gte(today))
        .add(loan::Column::Due.lte(ahead))
        .add(loan::Column::Told.eq("none"));
    let rows = loan::Entity::find()
        .filter(loan::Column::ReturnedAt.is_null())
        .filter(Condition::any().add(overdue).add(soon))
        .order_by_asc(loan::Column::Due)
        .order_by_asc(loan::Column::Id)
        .limit(limit)
        .all(op.db())
        .await?;
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
    Ok(readers_told)
}

async fn title_of(op: &Op, row: &loan::Model) -> Result<String> {
    let copy = item::Entity::find_by_id(row.item_id).one(op.db()).await?;
    let Some(copy) = copy else { return Ok(String::new()) };
    let about = title::Entity::find_by_id(copy.title_id).one(op.db()).await?;
    Ok(about.map(|about| about.title).unwrap_or_default())
}
