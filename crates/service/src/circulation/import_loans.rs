//! Loading running loans of another system, after its cards and items. Their limits are that system's; what it lent is lent.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::RowOutcome;
use super::events;
use super::import_items::barcode;
use super::item::change;
use super::loans::owners;
use super::tables::{item, loan};
use crate::cards;
use crate::kernel::{
    Channel, Invalid, ItemState, LibraryId, LoanId, Op, Problem, Result, Right, ServiceName,
};
use crate::libraries::tree;
use crate::records;

/// A running loan as a list has it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LoanRow {
    /// The item's barcode.
    pub barcode: String,
    /// The number of the reader's card: virtual number or barcode.
    pub card: String,
    /// The code of the library that lent it.
    pub library: String,
    /// When it was lent, `YYYY-MM-DD`.
    pub lent_on: String,
    /// The last day, `YYYY-MM-DD`.
    pub due: String,
    /// How often it was renewed; nothing for never.
    pub renewals: String,
}

impl std::fmt::Debug for LoanRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoanRow(…)")
    }
}

/// Loads running loans; gives what became of each row, in their order. With `all_or_nothing`, one row that can't be taken keeps all of
/// them out.
///
/// # Errors
/// [`Right::ManageItems`] is needed.
pub async fn import_loans(op: &Op, rows: Vec<LoanRow>, all_or_nothing: bool) -> Result<Vec<RowOutcome>> {
    op.intend(ServiceName::LoadLoans, None);
    op.require(Right::ManageItems)?;
    let tree = tree(op).await?;
    let codes: HashMap<String, LibraryId> = tree
        .libraries()
        .filter(|library| tree.covers(op.actor().scope, library.id))
        .map(|library| (library.code.to_uppercase(), library.id))
        .collect();
    let (mut outcomes, mut ready) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut seen = HashSet::new();
    for row in &rows {
        match check(op, &codes, row, &mut seen).await? {
            Ok(None) => outcomes.push(RowOutcome::Unchanged),
            Ok(Some(found)) => {
                ready.push(found);
                outcomes.push(RowOutcome::Added);
            }
            Err(invalid) => outcomes.push(RowOutcome::Invalid(invalid)),
        }
    }
    let faults = outcomes.iter().any(|outcome| matches!(outcome, RowOutcome::Invalid(_)));
    if (all_or_nothing && faults) || ready.is_empty() {
        return Ok(outcomes);
    }
    let count = ready.len();
    for (copy, new) in ready {
        write(op, &copy, new).await?;
    }
    records::keep_act(op, ServiceName::LoadLoans, json!({ "added": count })).await?;
    Ok(outcomes)
}

/// What is written of a row that can be taken; nothing, when the loan is known.
async fn check(
    op: &Op,
    codes: &HashMap<String, LibraryId>,
    row: &LoanRow,
    seen: &mut HashSet<String>,
) -> Result<Result<Option<(item::Model, loan::ActiveModel)>, Invalid>> {
    let mut invalid = Invalid::default();
    let barcode = barcode(&row.barcode, &mut invalid);
    let copy = match &barcode {
        Some(barcode) if !seen.insert(barcode.clone()) => {
            invalid.add("item.barcode", Problem::Taken);
            None
        }
        Some(barcode) => {
            let found = item::Entity::find().filter(item::Column::Barcode.eq(barcode)).one(op.db()).await?;
            invalid.take("item.barcode", found.ok_or(Problem::UnknownBarcode))
        }
        None => None,
    };
    let reader = cards::holder_of_number(op, &row.card).await?;
    let given = if row.card.trim().is_empty() { Problem::Missing } else { Problem::UnknownBarcode };
    let reader = invalid.take("loan.card", reader.ok_or(given));
    let library = codes.get(&row.library.trim().to_uppercase()).copied();
    let library = invalid.take("loan.library", library.ok_or(Problem::UnknownWord));
    let lent = invalid.take("loan.lent_on", day(&row.lent_on));
    let due = invalid.take("loan.due", day(&row.due));
    if lent.is_some_and(|lent| lent > op.today()) {
        invalid.add("loan.lent_on", Problem::FutureDate);
    }
    if let (Some(lent), Some(due)) = (lent, due)
        && due < lent
    {
        invalid.add("loan.due", Problem::NotApplicable);
    }
    let renewals = match row.renewals.trim() {
        "" => Some(0),
        text => {
            let count = text.parse().ok().filter(|count| (0..=99).contains(count));
            invalid.take("loan.renewals", count.ok_or(Problem::Character))
        }
    };
    let (Some(copy), Some(reader), Some(library), Some(lent), Some(due), Some(renewals), true) =
        (copy, reader, library, lent, due, renewals, invalid.0.is_empty())
    else {
        return Ok(Err(invalid));
    };
    let open = loan::Entity::find()
        .filter(loan::Column::ItemId.eq(copy.id))
        .filter(loan::Column::ReturnedAt.is_null())
        .one(op.db())
        .await?;
    let whose = owners(op, reader).await?;
    match open {
        Some(open) if open.reader_id.is_some_and(|owner| whose.contains(&owner.0)) => return Ok(Ok(None)),
        Some(_) => {
            invalid.add("item.barcode", Problem::Taken);
            return Ok(Err(invalid));
        }
        None => {}
    }
    let id: LoanId = op.new_id()?;
    let new = loan::ActiveModel {
        id: Set(id),
        item_id: Set(copy.id),
        reader_id: Set(Some(reader)),
        kind: Set(copy.kind.clone()),
        library_id: Set(library),
        service_point_id: Set(None),
        channel: Set(Channel::Desk.as_str().to_owned()),
        lent_at: Set(noon(lent)),
        due: Set(due),
        renewals: Set(renewals),
        returned_at: Set(None),
        returned_library_id: Set(None),
        told: Set("none".to_owned()),
    };
    Ok(Ok(Some((copy, new))))
}

async fn write(op: &Op, copy: &item::Model, new: loan::ActiveModel) -> Result<()> {
    let (id, due, library) = (new.id.clone().take(), new.due.clone().take(), new.library_id.clone());
    let set = item::ActiveModel {
        state: Set(ItemState::OnLoan.as_str().to_owned()),
        library_id: library,
        destination_id: Set(None),
        ..Default::default()
    };
    change(op, copy, set).await?;
    loan::Entity::insert(new).exec_without_returning(op.db()).await?;
    events::note(op, (copy.id, id), "loaded", due, None).await
}

/// `2026-03-02`, `2026/3/2`.
fn day(text: &str) -> Result<NaiveDate, Problem> {
    let text = text.trim().replace(['/', '.'], "-");
    let day: String = text.split([' ', 'T']).next().unwrap_or_default().to_owned();
    if day.is_empty() {
        return Err(Problem::Missing);
    }
    NaiveDate::parse_from_str(&day, "%Y-%m-%d").map_err(|_| Problem::Date)
}

fn noon(day: NaiveDate) -> DateTime<Utc> {
    let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    Shanghai.from_local_datetime(&noon).earliest().map(|at| at.with_timezone(&Utc)).unwrap_or_default()
}
