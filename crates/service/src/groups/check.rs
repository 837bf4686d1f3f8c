//! Checking a list (6.1.3.2): every row is looked at by the rules that opening it goes by, and kept, sealed, with what was found. Nothing
//! is issued. A list of 100,000 rows is checked in portions; a check that was cut off leaves a draft, and the next one begins anew.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheets::{Field, FoundBy, List};
use uuid::Uuid;

use super::decide::{forget_consent, goes};
use super::entry::Entry;
use super::fault::{RowFault, faults_of};
use super::tables::{batch, row};
use super::units;
use super::view::own;
use super::words::{BatchState, Finding};
use crate::Service;
use crate::cards::{CardKind, Prospect, prospects};
use crate::kernel::{
    Actor, BatchId, Blocker, Channel, Error, LibraryId, Op, ReaderId, Result, Right, ServiceName, UnitId,
};
use crate::readers::{ADULT_FROM, same_name};
use crate::records;

/// How a file was read; nothing of what stands in it but its headings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// How the file is written: `xlsx`, `xls` or `csv`.
    pub format: String,
    /// How its text is encoded, where it is text.
    pub encoding: Option<String>,
    /// The sheets that were read; a text file is one without a name.
    pub sheets: Vec<String>,
    /// The row of the headings of each, as a spreadsheet counts.
    pub header_rows: Vec<Option<u32>>,
    /// The sheets that were not read, and whether they look like lists.
    pub other_sheets: Vec<(String, bool)>,
    /// The columns of each sheet, from the left.
    pub columns: Vec<Vec<ReadColumn>>,
    /// Rows that are not people.
    pub left_out: Vec<LeftOutRows>,
    /// Whether somebody has to say what the columns hold.
    pub needs_mapping: bool,
}

/// A column, and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadColumn {
    /// Its letters in a spreadsheet.
    pub letter: String,
    /// Its heading.
    pub header: String,
    /// What it holds; none where it is not used.
    pub field: Option<Field>,
    /// How that was found: `told`, `heading`, `content`, `taken` or `nothing`.
    pub found_by: String,
    /// Whether a spreadsheet hides it.
    pub hidden: bool,
}

/// Rows that were not taken for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutRows {
    /// Which sheet, from 0.
    pub sheet: u16,
    /// The first row, as a spreadsheet counts.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// Why: a word of [`sheets::Why`].
    pub why: String,
}

impl CheckReport {
    /// How a list was read.
    #[must_use]
    pub fn of(list: &List) -> Self {
        let column = |column: &sheets::Column| ReadColumn {
            letter: column.letter(),
            header: column.header.clone(),
            field: column.field,
            found_by: match column.found_by {
                FoundBy::Told => "told",
                FoundBy::Heading => "heading",
                FoundBy::Content => "content",
                FoundBy::Taken(_) => "taken",
                FoundBy::Nothing => "nothing",
            }
            .to_owned(),
            hidden: column.hidden,
        };
        Self {
            format: list.format.as_str().to_owned(),
            encoding: list.encoding.map(str::to_owned),
            sheets: list.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            header_rows: list.sheets.iter().map(|sheet| sheet.header_row).collect(),
            other_sheets: list.other_sheets.iter().map(|sheet| (sheet.name.clone(), sheet.is_list)).collect(),
            columns: list.sheets.iter().map(|sheet| sheet.columns.iter().map(column).collect()).collect(),
            left_out: list
                .left_out
                .iter()
                .map(|rows| LeftOutRows {
                    sheet: rows.sheet,
                    first: rows.first,
                    last: rows.last,
                    why: rows.why.as_str().to_owned(),
                })
                .collect(),
            needs_mapping: list.needs_mapping(),
        }
    }
}

/// How many rows one portion has.
const PORTION: usize = 500;

/// A row that was looked at.
struct Looked {
    place: i64,
    sheet: i64,
    sheet_row: i64,
    class: String,
    kind: CardKind,
    minor: bool,
    entry: Entry,
    finding: Finding,
    faults: Vec<RowFault>,
    same_as: Option<i64>,
    reader: Option<ReaderId>,
    library: Option<LibraryId>,
}

/// Who stands in which row, to find a person's second row.
#[derive(Default)]
struct Seen {
    keys: HashMap<Vec<u8>, i64>,
    /// By birth date: there are few of one day among the people of one list.
    names: HashMap<NaiveDate, Vec<(String, i64)>>,
}

impl Seen {
    /// The earlier row of this person; their own is noted.
    fn person(&mut self, key: Vec<u8>, place: i64) -> Option<i64> {
        match self.keys.entry(key) {
            std::collections::hash_map::Entry::Occupied(earlier) => Some(*earlier.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(place);
                None
            }
        }
    }

    /// The earlier row of somebody of the same name and birth date; their own is noted.
    fn namesake(&mut self, name: &str, birth: NaiveDate, place: i64) -> Option<i64> {
        let of_day = self.names.entry(birth).or_default();
        let earlier = of_day.iter().find(|(known, _)| same_name(known, name)).map(|(_, place)| *place);
        of_day.push((name.to_owned(), place));
        earlier
    }
}

/// Looks at a list without keeping anything: what would be found, in the order of its rows. For a try before there is a unit or batch.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn look_at_list(
    house: &Service,
    actor: &Actor,
    list: &List,
    minors_kind: CardKind,
) -> Result<Vec<(u32, Finding, Vec<RowFault>)>> {
    let mut seen = Seen::default();
    let mut found = Vec::with_capacity(list.len());
    let mut from = 0;
    while from < list.len() {
        let actor = Actor { channel: Channel::Group, ..actor.clone() };
        let looked = look(house, actor, list, from, minors_kind, &mut seen).await?;
        found.extend(
            looked
                .into_iter()
                .map(|row| (u32::try_from(row.sheet_row).unwrap_or_default(), row.finding, row.faults)),
        );
        from += PORTION;
    }
    Ok(found)
}

/// Checks the list of a batch, and keeps what was found; a list that was checked before is taken out. What somebody said of its columns
/// is remembered for the unit's next list.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when the batch is confirmed, or another check of it was begun meanwhile.
pub async fn check_list(house: &Service, actor: &Actor, id: BatchId, list: &List) -> Result<()> {
    let begun = house.write(actor.clone(), async |op| begin(op, id).await).await?;
    keep_list(house, actor, begun, list).await
}

/// A check that was begun.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub id: BatchId,
    pub unit: UnitId,
    pub run: Uuid,
    pub minors_kind: CardKind,
}

pub(super) async fn keep_list(house: &Service, actor: &Actor, begun: Begun, list: &List) -> Result<()> {
    let mut seen = Seen::default();
    let mut from = 0;
    while from < list.len() {
        // Its own rights open no card: the rows are looked at in the name of the house.
        let looker = Actor {
            rights: vec![Right::OpenCards, Right::IssueGroups],
            channel: Channel::Group,
            ..actor.clone()
        };
        let looked = look(house, looker, list, from, begun.minors_kind, &mut seen).await?;
        let looked = &looked;
        house.write(actor.clone(), async |op| keep(op, begun, looked).await).await?;
        from += PORTION;
    }
    let rows = i64::try_from(list.len()).map_err(Error::internal)?;
    let sheet = serde_json::to_string(&CheckReport::of(list)).map_err(Error::internal)?;
    let told = list.mapping();
    let (sheet, told) = (&sheet, &told);
    house
        .write(actor.clone(), async |op| {
            let set = batch::ActiveModel {
                state: Set(BatchState::Checked.as_str().to_owned()),
                sheet: Set(Some(sheet.clone())),
                row_count: Set(rows),
                ..Default::default()
            };
            let done = batch::Entity::update_many()
                .set(set)
                .col_expr(batch::Column::Version, Expr::col(batch::Column::Version).add(1))
                .filter(batch::Column::Id.eq(begun.id))
                .filter(batch::Column::State.eq(BatchState::Draft.as_str()))
                .filter(batch::Column::CheckRun.eq(begun.run))
                .exec(op.db())
                .await?;
            if done.rows_affected != 1 {
                return Err(Error::Stale);
            }
            units::remember(op, begun.unit, told).await?;
            let detail = json!({ "batch": begun.id, "rows": rows });
            records::keep_act(op, ServiceName::CheckBatch, detail).await?;
            Ok(())
        })
        .await
}

/// Takes out what an earlier check wrote, and begins anew.
async fn begin(op: &Op, id: BatchId) -> Result<Begun> {
    op.intend(ServiceName::CheckBatch, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    begin_row(op, &row).await
}

pub(super) async fn begin_row(op: &Op, row: &batch::Model) -> Result<Begun> {
    if ![BatchState::Draft.as_str(), BatchState::Checked.as_str()].contains(&row.state.as_str()) {
        return Err(Error::Stale);
    }
    row::Entity::delete_many().filter(row::Column::BatchId.eq(row.id)).exec(op.db()).await?;
    let run: Uuid = op.new_id()?;
    let mut set = batch::ActiveModel {
        state: Set(BatchState::Draft.as_str().to_owned()),
        check_run: Set(Some(run)),
        row_count: Set(0),
        ..Default::default()
    };
    if row.check_run.is_some() {
        // What guardians signed was about the list before (Table A1, note).
        forget_consent(op, row.id).await?;
        (set.consent_at, set.consent_by) = (Set(None), Set(None));
    }
    let done = batch::Entity::update_many()
        .set(set)
        .col_expr(batch::Column::Version, Expr::col(batch::Column::Version).add(1))
        .filter(batch::Column::Id.eq(row.id))
        .filter(batch::Column::State.eq(row.state.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    Ok(Begun { id: row.id, unit: row.unit_id, run, minors_kind: row.minors_kind.parse()? })
}

/// Looks at a portion of the rows, in a transaction that writes nothing.
async fn look(
    house: &Service,
    actor: Actor,
    list: &List,
    from: usize,
    minors_kind: CardKind,
    seen: &mut Seen,
) -> Result<Vec<Looked>> {
    let rows: Vec<_> = (from..list.len().min(from + PORTION)).filter_map(|at| list.row(at)).collect();
    let entries: Vec<Entry> = rows.iter().map(|row| Entry::of(*row)).collect();
    let entries = &entries;
    let (kinds, prospects) = house
        .read(actor, async |op| {
            let today = op.today();
            let requests: Vec<_> =
                entries.iter().map(|entry| entry.request(minors_kind, false, today)).collect();
            let kinds: Vec<CardKind> = requests.iter().map(|request| request.kind).collect();
            Ok((kinds, prospects(op, &requests).await?))
        })
        .await?;
    let first = i64::try_from(from).map_err(Error::internal)? + 1;
    let looked = (first..).zip(rows).zip(entries.iter().zip(kinds).zip(prospects));
    Ok(looked
        .map(|((place, row), ((entry, kind), prospect))| {
            let mut looked = Looked {
                place,
                sheet: i64::from(row.sheet()),
                sheet_row: i64::from(row.number()),
                class: entry.get(Field::Class).chars().take(60).collect(),
                kind,
                minor: prospect.person.as_ref().is_some_and(|person| person.age < ADULT_FROM),
                entry: entry.clone(),
                finding: Finding::Valid,
                faults: faults_of(row, &prospect.invalid.0),
                same_as: None,
                reader: None,
                library: None,
            };
            find(&mut looked, &prospect, seen);
            looked
        })
        .collect())
}

/// What was found out about a row. What is wrong with its cells comes first, then who it is.
fn find(looked: &mut Looked, prospect: &Prospect, seen: &mut Seen) {
    let Some(person) = &prospect.person else {
        looked.finding = Finding::Invalid;
        return;
    };
    let earlier = seen.person(person.key.clone(), looked.place);
    let namesake =
        if earlier.is_none() { seen.namesake(&person.name, person.birth_date, looked.place) } else { None };
    looked.reader = person.reader;
    if !looked.faults.is_empty() {
        looked.finding = Finding::Invalid;
        return;
    }
    if let Some(earlier) = earlier {
        (looked.finding, looked.same_as) = (Finding::Twice, Some(earlier));
        return;
    }
    for blocker in &prospect.against {
        if let Blocker::AlreadyHoldsCard { reader, issuing_library, .. } = blocker {
            looked.finding = Finding::Holder;
            (looked.reader, looked.library) = (Some(*reader), Some(*issuing_library));
            return;
        }
    }
    let possible = prospect.against.iter().find_map(|blocker| match blocker {
        Blocker::PossibleDuplicate(others) => others.first().map(|other| other.reader),
        _ => None,
    });
    let rules: Vec<&Blocker> =
        prospect.against.iter().filter(|blocker| !matches!(blocker, Blocker::PossibleDuplicate(_))).collect();
    if !rules.is_empty() {
        looked.finding = Finding::Refused;
        looked.faults = rules.into_iter().map(RowFault::of_rule).collect();
    } else if possible.is_some() || namesake.is_some() {
        looked.finding = Finding::Possible;
        looked.reader = possible.or(looked.reader);
        looked.same_as = namesake;
    } else if looked.minor {
        looked.finding = Finding::Held;
    }
}

async fn keep(op: &Op, begun: Begun, looked: &[Looked]) -> Result<()> {
    let current = batch::Entity::find_by_id(begun.id).one(op.db()).await?.ok_or(Error::NotFound("batch"))?;
    if current.check_run != Some(begun.run) || current.state != BatchState::Draft.as_str() {
        return Err(Error::Stale);
    }
    let mut rows = Vec::with_capacity(looked.len());
    for one in looked {
        let goes = goes(one.finding, None, one.minor, current.consent_at.is_some());
        rows.push(row::ActiveModel {
            batch_id: Set(begun.id),
            place: Set(one.place),
            sheet: Set(one.sheet),
            sheet_row: Set(one.sheet_row),
            class: Set(one.class.clone()),
            kind: Set(one.kind.as_str().to_owned()),
            minor: Set(one.minor),
            content: Set(Some(one.entry.close(op, begun.id, one.place)?)),
            finding: Set(one.finding.as_str().to_owned()),
            goes: Set(goes),
            decided: Set(None),
            faults: Set(serde_json::to_string(&one.faults).map_err(Error::internal)?),
            same_as: Set(one.same_as),
            reader_id: Set(one.reader),
            library_id: Set(one.library),
        });
    }
    if !rows.is_empty() {
        row::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    }
    Ok(())
}
