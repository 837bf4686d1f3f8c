//! The hours of libraries and points, read together: a list of them asks the database five times, however many there are.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::super::tables::{hours, special};
use super::{Hours, Now, Span, Weekly};
use crate::circulation::closed_days_of_all;
use crate::kernel::{Error, LibraryId, Op, Result, ServicePointId};
use crate::libraries::{Policy, Tree, set_themselves, tree};

/// A library, or one of its service points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The library.
    pub library: LibraryId,
    /// Its point; none for the library itself.
    pub point: Option<ServicePointId>,
}

impl Place {
    pub(super) fn id(self) -> Uuid {
        self.point.map_or(self.library.0, |point| point.0)
    }
}

/// When a library and its points are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceHours {
    /// The library.
    pub library: Hours,
    /// Those of its points that have hours of their own.
    pub points: Vec<(ServicePointId, Hours)>,
}

/// A day on which it is otherwise, for whoever sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// The day.
    pub day: NaiveDate,
    /// When it is open; empty: closed.
    pub spans: Vec<Span>,
    /// What is said of it.
    pub note: String,
}

/// All that hours are made of.
struct Book {
    tree: Tree,
    weekly: HashMap<Uuid, Weekly>,
    special: HashMap<Uuid, BTreeMap<NaiveDate, (Vec<Span>, String)>>,
    closed: HashMap<LibraryId, Vec<(NaiveDate, String)>>,
    closed_weekly: HashMap<LibraryId, [bool; 7]>,
}

pub(super) fn spans_of(text: &str) -> Result<Vec<Span>> {
    serde_json::from_str(text).map_err(Error::internal)
}

async fn book(op: &Op) -> Result<Book> {
    let today = op.today();
    let mut weekly = HashMap::new();
    for row in hours::Entity::find().all(op.db()).await? {
        weekly.insert(row.place_id, serde_json::from_str(&row.weekly).map_err(Error::internal)?);
    }
    let mut days: HashMap<Uuid, BTreeMap<NaiveDate, (Vec<Span>, String)>> = HashMap::new();
    for row in special::Entity::find().filter(special::Column::Day.gte(today)).all(op.db()).await? {
        days.entry(row.place_id).or_default().insert(row.day, (spans_of(&row.hours)?, row.note));
    }
    let mut closed: HashMap<LibraryId, Vec<(NaiveDate, String)>> = HashMap::new();
    for day in closed_days_of_all(op, today).await? {
        closed.entry(day.library).or_default().push((day.day, day.note));
    }
    let set = set_themselves(op, Policy::WeeklyClosing).await?;
    let closed_weekly =
        set.into_iter().map(|(library, value)| (library, week_of(&value.to_string()))).collect();
    Ok(Book { tree: tree(op).await?, weekly, special: days, closed, closed_weekly })
}

/// Days of the week as the policy writes them: 1 is Monday.
fn week_of(text: &str) -> [bool; 7] {
    let mut week = [false; 7];
    for day in text.split_whitespace().filter_map(|word| word.parse::<usize>().ok()) {
        if let Some(closed) = day.checked_sub(1).and_then(|place| week.get_mut(place)) {
            *closed = true;
        }
    }
    week
}

impl Book {
    /// What holds for everything of a library, before what its places have of their own.
    fn shared(&self, library: LibraryId) -> Hours {
        let upwards: Vec<LibraryId> = self.tree.upwards(library).map(|library| library.id).collect();
        let closed = upwards.iter().rev().filter_map(|id| self.closed.get(id)).flatten().cloned().collect();
        let weekly = upwards.iter().find_map(|id| self.closed_weekly.get(id));
        Hours { closed, closed_weekly: weekly.copied().unwrap_or_default(), ..Hours::default() }
    }

    fn of(&self, library: LibraryId) -> PlaceHours {
        let shared = self.shared(library);
        let own = |id: Uuid| self.special.get(&id).cloned().unwrap_or_default();
        let of_library =
            Hours { weekly: self.weekly.get(&library.0).cloned(), special: own(library.0), ..shared.clone() };
        let points = self.tree.points_under(library).filter(|point| point.library == library);
        let points = points.filter_map(|point| {
            let (weekly, mut special) = (self.weekly.get(&point.id.0), own(point.id.0));
            if weekly.is_none() && special.is_empty() {
                return None;
            }
            // What the library has set for a day holds at its points, unless they have set it too.
            for (day, hours) in &of_library.special {
                special.entry(*day).or_insert_with(|| hours.clone());
            }
            let weekly = weekly.or(of_library.weekly.as_ref()).cloned();
            Some((point.id, Hours { weekly, special, ..shared.clone() }))
        });
        let points = points.collect();
        PlaceHours { library: of_library, points }
    }
}

/// When a library and its points are open, from today on. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn hours_of(op: &Op, library: LibraryId) -> Result<PlaceHours> {
    Ok(book(op).await?.of(library))
}

/// How things stand at every library at this moment. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn open_now(op: &Op) -> Result<HashMap<LibraryId, Now>> {
    let book = book(op).await?;
    Ok(book.tree.libraries().map(|library| (library.id, book.of(library.id).library.at(op.now()))).collect())
}

/// What is set for a place itself: its week, at which version, and its days from today on.
///
/// # Errors
/// [`crate::kernel::Right::EditSite`] is needed, for a library under the caller's.
pub async fn hours_to_set(op: &Op, place: Place) -> Result<(Weekly, i64, Vec<SpecialDay>)> {
    super::set::may_set(op, place).await?;
    let row = hours::Entity::find_by_id(place.id()).one(op.db()).await?;
    let weekly = match &row {
        Some(row) => serde_json::from_str(&row.weekly).map_err(Error::internal)?,
        None => Weekly::default(),
    };
    let rows = special::Entity::find()
        .filter(special::Column::PlaceId.eq(place.id()))
        .filter(special::Column::Day.gte(op.today()))
        .order_by_asc(special::Column::Day)
        .all(op.db())
        .await?;
    let day =
        |row: special::Model| Ok(SpecialDay { day: row.day, spans: spans_of(&row.hours)?, note: row.note });
    let days = rows.into_iter().map(day).collect::<Result<_>>()?;
    Ok((weekly, row.map_or(0, |row| row.version), days))
}

impl Now {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::OpenUntil(_))
    }
}
