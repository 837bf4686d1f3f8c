//! Cards that a library prints itself (5.2.2): made ready, read back, released. A run that holds a card which could not be read is not
//! released; and what is released, and printed, are the pages that were read, to the letter.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use sm3::{Digest, Sm3};

use super::design::{Design, one_design};
use super::ledger::{Movement, Why, enter};
use super::next_number::next_free;
use super::order::planned_or_taken;
use super::pages::{Layout, PrintPage, pages};
use super::place::{Spot, managed};
use super::range::{Range, as_typed};
use super::receive::{check_form, numbers_taken};
use super::scan_back::{Failure, scan_back};
use super::tables::run;
use crate::Service;
use crate::kernel::{
    Actor, Blocker, CardRunId, Cards, DesignId, Error, Invalid, LibraryId, Op, Problem, Result, Right,
    ServiceName,
};
use crate::libraries;
use crate::records;

/// The most cards of one run.
pub const MOST_IN_A_RUN: u32 = 480;

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Its numbers are taken; it was not read back yet.
    Made,
    /// Some cards could not be read.
    Failed,
    /// All were read.
    Passed,
    /// Its cards are in the stock, and its pages may be printed.
    Released,
    /// It was given up; its numbers are free.
    Dropped,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Made, Self::Failed, Self::Passed, Self::Released, Self::Dropped];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::Released => "released",
            Self::Dropped => "dropped",
        }
    }
}

/// Cards to print.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Whose.
    pub library: LibraryId,
    /// What they look like.
    pub design: DesignId,
    /// How they lie on pages.
    pub layout: Layout,
    /// The first number; blank for the next one that is free.
    pub first: String,
    /// How many.
    pub count: u32,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: CardRunId,
    /// Whose.
    pub library: LibraryId,
    /// What the cards look like.
    pub design: DesignId,
    /// How they lie on pages.
    pub layout: Layout,
    /// Their numbers.
    pub range: Range,
    /// How it stands.
    pub state: RunState,
    /// Cards that could not be read.
    pub failed: u32,
    /// The first hundred of them.
    pub failures: Vec<Failure>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    digest: Option<Vec<u8>>,
}

impl Run {
    fn of_row(row: run::Model) -> Result<Self> {
        let range = Range::between(&row.first_number, &row.last_number);
        let state = RunState::ALL.into_iter().find(|state| state.as_str() == row.state);
        let layout = Layout::ALL.into_iter().find(|layout| layout.as_str() == row.layout);
        Ok(Self {
            id: row.id,
            library: row.library_id,
            design: row.design_id,
            layout: layout.ok_or_else(|| Error::internal("unknown layout of a run"))?,
            range: range.ok_or_else(|| Error::internal("a run without numbers"))?,
            state: state.ok_or_else(|| Error::internal("unknown state of a run"))?,
            failed: u32::try_from(row.failed).unwrap_or_default(),
            failures: serde_json::from_str(&row.failures).map_err(Error::internal)?,
            made_at: row.made_at,
            digest: row.pages_digest,
        })
    }
}

/// Makes cards ready: their numbers are taken from then on.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::NumbersTaken`].
pub async fn make_run(op: &Op, new: NewRun) -> Result<Run> {
    op.intend(ServiceName::MakeRun, None);
    op.require(Right::ManageStock)?;
    managed(op, new.library).await?;
    let design = one_design(op, new.design).await?;
    let mut invalid = Invalid::default();
    let range = if new.first.trim().is_empty() {
        next_free(op, new.library, new.count).await?
    } else {
        Range::of(&as_typed(&new.first), new.count)
    };
    match &range {
        _ if new.count == 0 => invalid.add("stock.count", Problem::Missing),
        _ if new.count > MOST_IN_A_RUN => {
            invalid.add("stock.count", Problem::TooMany(MOST_IN_A_RUN as usize))
        }
        Some(range) => {
            check_form(op, new.library, std::slice::from_ref(range), "stock.first", &mut invalid).await?
        }
        None => invalid.add("stock.first", Problem::NotARange),
    }
    invalid.into_result()?;
    let range = range.ok_or_else(|| Error::internal("a checked run without numbers"))?;
    if let Some(taken) = planned_or_taken(op, std::slice::from_ref(&range), None).await? {
        return Err(Error::refused(taken));
    }
    let id: CardRunId = op.new_id()?;
    let row = run::ActiveModel {
        id: Set(id),
        library_id: Set(new.library),
        design_id: Set(new.design),
        design_version: Set(design.version),
        layout: Set(new.layout.as_str().to_owned()),
        first_number: Set(range.first.clone()),
        last_number: Set(range.last.clone()),
        count: Set(range.count.into()),
        state: Set(RunState::Made.as_str().to_owned()),
        failed: Set(0),
        failures: Set("[]".to_owned()),
        pages_digest: Set(None),
        made_by: Set(op.actor().who.to_string()),
        made_at: Set(op.now()),
        checked_at: Set(None),
        released_by: Set(None),
        released_at: Set(None),
    };
    run::Entity::insert(row).exec_without_returning(op.db()).await?;
    let detail = json!({ "run": id, "library": new.library, "range": range.to_string() });
    records::keep_act(op, ServiceName::MakeRun, detail).await?;
    load(op, id).await
}

/// Reads a run back from its pages. It takes the house and not an operation, since drawing takes seconds, and a transaction must not
/// wait.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's; [`Blocker::StockClosed`] when it was released or
/// dropped.
pub async fn check_run(house: &Service, actor: Actor, id: CardRunId) -> Result<Run> {
    let (run, pages) = house
        .read(actor.clone(), async move |op| {
            let run = open(op, id).await?;
            let pages = pages_of(op, &run).await?;
            Ok((run, pages))
        })
        .await?;
    let (failures, digest) = tokio::task::spawn_blocking(move || (scan_back(&pages), digest_of(&pages)))
        .await
        .map_err(Error::internal)?;
    house
        .write(actor, async move |op| {
            let state = if failures.is_empty() { RunState::Passed } else { RunState::Failed };
            let told: Vec<&Failure> = failures.iter().take(100).collect();
            let set = run::ActiveModel {
                state: Set(state.as_str().to_owned()),
                failed: Set(i64::try_from(failures.len()).unwrap_or_default()),
                failures: Set(serde_json::to_string(&told).map_err(Error::internal)?),
                pages_digest: Set(Some(digest.clone())),
                checked_at: Set(Some(op.now())),
                ..Default::default()
            };
            change(op, &run, set).await?;
            load(op, id).await
        })
        .await
}

/// Releases a run: its cards lie in the store, its pages may be printed.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's. [`Blocker::RunNotReadable`] where cards could not be
/// read, or were not tried; [`Blocker::RunChanged`] when the pages are not those that were read; [`Blocker::NumbersTaken`] when cards with
/// such numbers came in from elsewhere.
pub async fn release_run(op: &Op, id: CardRunId) -> Result<Run> {
    op.intend(ServiceName::ReleaseRun, None);
    op.require(Right::ManageStock)?;
    let run = open(op, id).await?;
    if run.state != RunState::Passed {
        let unread = if run.state == RunState::Failed { run.failed } else { run.range.count };
        let first = run.failures.first().map_or(&run.range.first, |failure| &failure.number).clone();
        return Err(Error::refused(Blocker::RunNotReadable(Cards { first, count: unread })));
    }
    let now = digest_of(&pages_of(op, &run).await?);
    if run.digest.as_ref() != Some(&now) {
        return Err(Error::refused(Blocker::RunChanged));
    }
    if let Some(taken) = numbers_taken(op, std::slice::from_ref(&run.range)).await? {
        return Err(Error::refused(taken));
    }
    let set = run::ActiveModel {
        state: Set(RunState::Released.as_str().to_owned()),
        released_by: Set(Some(op.actor().who.to_string())),
        released_at: Set(Some(op.now())),
        ..Default::default()
    };
    change(op, &run, set).await?;
    let barcodes: Vec<String> = run.range.barcodes().collect();
    let why = Why { kind: Movement::Printed, cause: Some(id.0), reason: "" };
    enter(op, &barcodes, Some(run.design), Spot::store(run.library), &why).await?;
    let detail = json!({ "run": id, "range": run.range.to_string() });
    records::keep_act(op, ServiceName::ReleaseRun, detail).await?;
    load(op, id).await
}

/// Gives a run up that was not released: its numbers are free again.
///
/// # Errors
/// As [`release_run`].
pub async fn drop_run(op: &Op, id: CardRunId) -> Result<()> {
    op.intend(ServiceName::MakeRun, None);
    op.require(Right::ManageStock)?;
    let run = open(op, id).await?;
    let set = run::ActiveModel { state: Set(RunState::Dropped.as_str().to_owned()), ..Default::default() };
    change(op, &run, set).await?;
    records::keep_act(op, ServiceName::MakeRun, json!({ "run": id, "dropped": true })).await?;
    Ok(())
}

/// The pages of a released run, to be printed.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's. [`Blocker::RunNotReadable`] before the release;
/// [`Blocker::RunChanged`] when the design changed since.
pub async fn run_pages(op: &Op, id: CardRunId) -> Result<(Run, Vec<PrintPage>)> {
    let run = one_run(op, id).await?;
    if run.state != RunState::Released {
        let cards = Cards { first: run.range.first.clone(), count: run.range.count };
        return Err(Error::refused(Blocker::RunNotReadable(cards)));
    }
    let pages = pages_of(op, &run).await?;
    if run.digest.as_ref() == Some(&digest_of(&pages)) {
        Ok((run, pages))
    } else {
        Err(Error::refused(Blocker::RunChanged))
    }
}

/// A run.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn one_run(op: &Op, id: CardRunId) -> Result<Run> {
    op.require(Right::ManageStock)?;
    let run = load(op, id).await?;
    managed(op, run.library).await?;
    Ok(run)
}

/// The runs of a library and of those under it, the latest first.
///
/// # Errors
/// [`crate::kernel::Right::ManageStock`] is needed, for a library under the caller's.
pub async fn runs_of(op: &Op, library: LibraryId) -> Result<Vec<Run>> {
    let under = managed(op, library).await?.under(library);
    let rows = run::Entity::find()
        .filter(run::Column::LibraryId.is_in(under))
        .order_by_desc(run::Column::Id)
        .all(op.db())
        .await?;
    rows.into_iter().map(Run::of_row).collect()
}

async fn load(op: &Op, id: CardRunId) -> Result<Run> {
    let row = run::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("run"))?;
    Run::of_row(row)
}

async fn open(op: &Op, id: CardRunId) -> Result<Run> {
    let run = one_run(op, id).await?;
    if matches!(run.state, RunState::Released | RunState::Dropped) {
        return Err(Error::refused(Blocker::StockClosed));
    }
    Ok(run)
}

async fn change(op: &Op, run: &Run, set: run::ActiveModel) -> Result<()> {
    let done = run::Entity::update_many()
        .set(set)
        .filter(run::Column::Id.eq(run.id))
        .filter(run::Column::State.eq(run.state.as_str()))
        .exec(op.db())
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

async fn pages_of(op: &Op, run: &Run) -> Result<Vec<PrintPage>> {
    let template = Design::template(&one_design(op, run.design).await?)?;
    let tree = libraries::tree(op).await?;
    let library = tree.library(run.library).map(|library| library.name.clone()).unwrap_or_default();
    let numbers: Vec<String> = run.range.barcodes().collect();
    Ok(pages(&template, run.layout, &library, &numbers))
}

fn digest_of(pages: &[PrintPage]) -> Vec<u8> {
    let mut digest = Sm3::new();
    for page in pages {
        digest.update(page.svg.as_bytes());
    }
    digest.finalize().to_vec()
}
