//! Units: schools, companies and others whose people get cards together (4.1, 6.1.3.1), with contacts and an agreement.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheets::Mapping;

use super::tables::unit;
use super::words::UnitKind;
use crate::kernel::{
    AttachmentId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, UnitId, clean,
};
use crate::libraries::{self, Policy};
use crate::readers::{check_email, check_phone};
use crate::records::{self, Access, File, Look, Purpose, attach, attachment, check_file, log_access};

/// Somebody at a unit. `Debug` shows nothing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// What they are there: 教务处主任; or nothing.
    pub role: String,
    /// Their phone.
    pub phone: String,
    /// Their mailbox, or nothing.
    pub email: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// What the library and a unit agreed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Its number, or nothing.
    pub number: String,
    /// From which day on, `YYYY-MM-DD`, or nothing.
    pub from: String,
    /// Until which day, or nothing.
    pub until: String,
    /// The signed paper, where it is given anew.
    pub file: Option<File>,
}

/// A unit as entered.
#[derive(Clone, Debug, Default)]
pub struct UnitForm {
    /// What it is: a word of [`UnitKind`].
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its address, or nothing.
    pub address: String,
    /// Who is asked there: one at least; lines without a name are passed over.
    pub contacts: Vec<Contact>,
    /// The agreement.
    pub agreement: Agreement,
}

/// A unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// The library that looks after it.
    pub library: LibraryId,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Who is asked there.
    pub contacts: Vec<Contact>,
    /// The number of the agreement.
    pub agreement_number: String,
    /// From which day on it holds.
    pub agreement_from: Option<NaiveDate>,
    /// Until which day it holds.
    pub agreement_until: Option<NaiveDate>,
    /// The signed paper.
    pub agreement_file: Option<AttachmentId>,
    /// What the columns of its lists hold, as somebody said.
    pub mapping: Mapping,
    /// Since when it is known.
    pub since: DateTime<Utc>,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Counts changes.
    pub version: i64,
}

/// What is sealed of a unit.
#[derive(Default, Serialize, Deserialize)]
struct People {
    address: String,
    contacts: Vec<Contact>,
}

const PLACE: &str = "units.contacts";

impl Unit {
    fn of(op: &Op, row: &unit::Model) -> Result<Self> {
        let people = op.keys().open_sealed(PLACE, row.id.0, &row.contacts)?;
        let people: People = serde_json::from_str(&people).map_err(Error::internal)?;
        Ok(Self {
            id: row.id,
            library: row.library_id,
            kind: UnitKind::kept(&row.kind)?,
            name: row.name.clone(),
            address: people.address,
            contacts: people.contacts,
            agreement_number: row.agreement_number.clone().unwrap_or_default(),
            agreement_from: row.agreement_from,
            agreement_until: row.agreement_until,
            agreement_file: row.agreement_file_id,
            mapping: serde_json::from_str(&row.mapping).map_err(Error::internal)?,
            since: row.created_at,
            closed_at: row.closed_at,
            version: row.version,
        })
    }
}

/// What was entered, checked.
struct Checked {
    kind: UnitKind,
    name: String,
    people: People,
    number: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    file: Option<File>,
}

/// People at one unit that may be written down.
const MOST_CONTACTS: usize = 10;

async fn check(op: &Op, form: UnitForm, known: Option<UnitId>) -> Result<Checked> {
    let mut invalid = Invalid::default();
    let kind = invalid.take("kind", form.kind.trim().parse::<UnitKind>().map_err(|_| Problem::UnknownWord));
    let name = one_line(&form.name, "name", 60, &mut invalid);
    if name.is_empty() {
        invalid.add("name", Problem::Missing);
    } else {
        let taken = unit::Entity::find()
            .filter(unit::Column::LibraryId.eq(op.actor().library))
            .filter(unit::Column::NameKey.eq(name_key(&name)))
            .one(op.db())
            .await?;
        if taken.is_some_and(|row| Some(row.id) != known) {
            invalid.add("name", Problem::Taken);
        }
    }
    let address = one_line(&form.address, "address", 200, &mut invalid);
    let mut contacts = Vec::new();
    for contact in form.contacts.into_iter().filter(|contact| !clean(&contact.name).is_empty()) {
        let name = one_line(&contact.name, "contacts.name", 50, &mut invalid);
        let role = one_line(&contact.role, "contacts.role", 50, &mut invalid);
        let phone = invalid.take("contacts.phone", check_phone(&contact.phone)).unwrap_or_default();
        let email = match clean(&contact.email) {
            blank if blank.is_empty() => blank,
            email => invalid.take("contacts.email", check_email(&email)).unwrap_or_default(),
        };
        contacts.push(Contact { name, role, phone, email });
    }
    match contacts.len() {
        0 => invalid.add("contacts.name", Problem::Missing),
        1..=MOST_CONTACTS => {}
        _ => invalid.add("contacts.name", Problem::TooLong(MOST_CONTACTS)),
    }
    let number = one_line(&form.agreement.number, "agreement.number", 50, &mut invalid);
    let from = day(&form.agreement.from, "agreement.from", &mut invalid);
    let until = day(&form.agreement.until, "agreement.until", &mut invalid);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        invalid.add("agreement.until", Problem::PastDay);
    }
    if let Some(file) = &form.agreement.file {
        let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
        if let Some(problem) = check_file(file, most) {
            invalid.add("agreement.file", problem);
        }
    }
    invalid.into_result()?;
    Ok(Checked {
        kind: kind.ok_or_else(|| Error::internal("a checked unit without kind"))?,
        name,
        people: People { address, contacts },
        number: Some(number).filter(|number| !number.is_empty()),
        from,
        until,
        file: form.agreement.file,
    })
}

pub(super) fn one_line(text: &str, field: &'static str, most: usize, invalid: &mut Invalid) -> String {
    let text = clean(text);
    if text.chars().any(char::is_control) {
        invalid.add(field, Problem::Character);
    } else if text.chars().count() > most {
        invalid.add(field, Problem::TooLong(most));
    }
    text
}

fn day(text: &str, field: &'static str, invalid: &mut Invalid) -> Option<NaiveDate> {
    if text.trim().is_empty() {
        return None;
    }
    invalid.take(field, NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(|_| Problem::Date))
}

fn name_key(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Writes a unit down, for the caller's library.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Invalid`] names what can't be taken.
pub async fn add_unit(op: &Op, form: UnitForm) -> Result<UnitId> {
    op.intend(ServiceName::AddUnit, None);
    op.require_at_desk(Right::IssueGroups)?;
    let checked = check(op, form, None).await?;
    let id: UnitId = op.new_id()?;
    let file = keep_agreement(op, checked.file.as_ref()).await?;
    let row = unit::ActiveModel {
        id: Set(id),
        library_id: Set(op.actor().library),
        kind: Set(checked.kind.as_str().to_owned()),
        name_key: Set(name_key(&checked.name)),
        name: Set(checked.name),
        contacts: Set(close(op, id, &checked.people)?),
        agreement_number: Set(checked.number),
        agreement_from: Set(checked.from),
        agreement_until: Set(checked.until),
        agreement_file_id: Set(file),
        mapping: Set("{}".to_owned()),
        created_at: Set(op.now()),
        created_by: Set(op.actor().who.to_string()),
        closed_at: Set(None),
        version: Set(1),
    };
    unit::Entity::insert(row).exec_without_returning(op.db()).await?;
    records::keep_act(op, ServiceName::AddUnit, json!({ "unit": id })).await?;
    Ok(id)
}

/// Changes what is known of a unit; the signed paper stays where none is given anew.
///
/// # Errors
/// As [`add_unit`]; [`Error::Stale`] when somebody else changed it meanwhile.
pub async fn change_unit(op: &Op, id: UnitId, version: i64, form: UnitForm) -> Result<()> {
    op.intend(ServiceName::ChangeUnit, None);
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let checked = check(op, form, Some(id)).await?;
    let file = keep_agreement(op, checked.file.as_ref()).await?.or(row.agreement_file_id);
    let set = unit::ActiveModel {
        kind: Set(checked.kind.as_str().to_owned()),
        name_key: Set(name_key(&checked.name)),
        name: Set(checked.name),
        contacts: Set(close(op, id, &checked.people)?),
        agreement_number: Set(checked.number),
        agreement_from: Set(checked.from),
        agreement_until: Set(checked.until),
        agreement_file_id: Set(file),
        ..Default::default()
    };
    change(op, id, version, set).await?;
    records::keep_act(op, ServiceName::ChangeUnit, json!({ "unit": id })).await?;
    Ok(())
}

/// Closes a unit, or opens it again: it is offered for new batches no more.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when somebody else changed it meanwhile.
pub async fn close_unit(op: &Op, id: UnitId, version: i64, closed: bool) -> Result<()> {
    op.intend(ServiceName::ChangeUnit, None);
    op.require_at_desk(Right::IssueGroups)?;
    own(op, id).await?;
    let set = unit::ActiveModel { closed_at: Set(closed.then(|| op.now())), ..Default::default() };
    change(op, id, version, set).await?;
    records::keep_act(op, ServiceName::ChangeUnit, json!({ "unit": id, "closed": closed })).await?;
    Ok(())
}

/// Remembers what the columns of a unit's lists hold.
pub(super) async fn remember(op: &Op, id: UnitId, mapping: &Mapping) -> Result<()> {
    if mapping.is_empty() {
        return Ok(());
    }
    let row = unit::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("unit"))?;
    let mut known: Mapping = serde_json::from_str(&row.mapping).map_err(Error::internal)?;
    known.extend(mapping.clone());
    let text = serde_json::to_string(&known).map_err(Error::internal)?;
    unit::Entity::update_many()
        .col_expr(unit::Column::Mapping, Expr::value(text))
        .filter(unit::Column::Id.eq(id))
        .exec(op.db())
        .await?;
    Ok(())
}

async fn change(op: &Op, id: UnitId, version: i64, set: unit::ActiveModel) -> Result<()> {
    let done = unit::Entity::update_many()
        .set(set)
        .col_expr(unit::Column::Version, Expr::col(unit::Column::Version).add(1))
        .filter(unit::Column::Id.eq(id))
        .filter(unit::Column::Version.eq(version))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

async fn keep_agreement(op: &Op, file: Option<&File>) -> Result<Option<AttachmentId>> {
    match file {
        Some(file) => Ok(Some(attach(op, None, Purpose::Agreement, file).await?)),
        None => Ok(None),
    }
}

fn close(op: &Op, id: UnitId, people: &People) -> Result<crate::kernel::Sealed> {
    let text = serde_json::to_string(people).map_err(Error::internal)?;
    op.keys().close(PLACE, id.0, &text)
}

/// A unit of the caller's libraries.
pub(super) async fn own(op: &Op, id: UnitId) -> Result<unit::Model> {
    let row = unit::Entity::find_by_id(id).one(op.db()).await?;
    let row = row.ok_or(Error::NotFound("unit"))?;
    let ours = libraries::tree(op).await?.is_ours(op.actor(), row.library_id);
    if ours { Ok(row) } else { Err(Error::NotFound("unit")) }
}

/// A unit.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when there is none, or it is not of the caller's libraries.
pub async fn unit(op: &Op, id: UnitId) -> Result<Unit> {
    op.require_at_desk(Right::IssueGroups)?;
    Unit::of(op, &own(op, id).await?)
}

/// The units of the caller's libraries, by name; those that are closed last.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn units(op: &Op) -> Result<Vec<Unit>> {
    op.require_at_desk(Right::IssueGroups)?;
    let ours = super::view::our_libraries(op).await?;
    let rows = unit::Entity::find()
        .filter(unit::Column::LibraryId.is_in(ours.iter().map(|id| id.0)))
        .order_by_asc(unit::Column::Name)
        .all(op.db())
        .await?;
    let mut units: Vec<Unit> = rows.iter().map(|row| Unit::of(op, row)).collect::<Result<_>>()?;
    units.sort_by_key(|unit| unit.closed_at.is_some());
    Ok(units)
}

/// What a unit is called, for whoever was asked before whether they may.
pub(super) async fn named(op: &Op, id: UnitId) -> Result<unit::Model> {
    unit::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("unit"))
}

/// The scanned agreement; the look is logged.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when there is none.
pub async fn agreement_file(op: &Op, id: UnitId) -> Result<(String, File)> {
    op.require_at_desk(Right::IssueGroups)?;
    let row = own(op, id).await?;
    let file = row.agreement_file_id.ok_or(Error::NotFound("agreement"))?;
    let detail = json!({ "unit": id, "paper": "agreement" });
    log_access(op, Access { look: Look::Revealed, reader: None, detail, reason: None }).await?;
    let (_, _, media_type, content) = attachment(op, file).await?;
    Ok((media_type, content))
}
