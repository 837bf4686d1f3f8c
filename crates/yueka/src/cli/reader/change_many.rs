//! `yueka reader change-many …`: the same for many readers, from a list or a search (4.2.1). Looked at first: nothing is changed without
//! `--yes`, or `run`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use service::Service;
use service::batch_changes::{
    self, BatchChange, CHUNK, ChangeState, Counts, ReaderChange, RowView, Search, Selection,
};
use service::cards::CardState;
use service::kernel::{Actor, BatchChangeId, Channel, local_time};
use sheets::TableWriter;

use crate::cli::at::At;
use crate::cli::told::told;
use crate::cli::{input, table};
use crate::opening;

/// Change many readers at once.
#[derive(Debug, Subcommand)]
pub enum ChangeMany {
    /// Write a note about each
    Note(Note),
    /// Put a block on each, and tell them
    Block(Block),
    /// Lift the blocks of one reason, and tell them
    Unblock(Unblock),
    /// Write down another workplace, or school and class
    Workplace(Workplace),
    /// Let another library look after their cards
    Move(Move),
    /// Run what was looked at
    Run(Named),
    /// Undo a change that is done: what nobody changed since stands as before
    Undo(Named),
    /// Tell each row: the dry run, and what became of it
    Report(Report),
    /// List the latest changes
    List(List),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Age {
    /// Under 16
    Minor,
    /// 16 and over
    Adult,
}

/// Of whom.
#[derive(Debug, Args)]
pub struct Meant {
    #[command(flatten)]
    at: At,
    /// A text or CSV file whose first column holds numbers of cards or documents; "-" is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "issued_by", conflicts_with = "issued_by")]
    list: Option<PathBuf>,
    /// All whose card this library issued, or one under it
    #[arg(long, value_name = "CODE")]
    issued_by: Option<String>,
    /// Only cards in this state: active, lost or cancelled; without it, all that are not cancelled
    #[arg(long, requires = "issued_by")]
    state: Option<CardState>,
    /// Only cards opened through this door: desk, online, group …
    #[arg(long, requires = "issued_by")]
    channel: Option<Channel>,
    /// Only cards opened on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", requires = "issued_by")]
    opened_from: Option<NaiveDate>,
    /// Only cards opened on this day or before
    #[arg(long, value_name = "YYYY-MM-DD", requires = "issued_by")]
    opened_until: Option<NaiveDate>,
    /// Only readers of this age
    #[arg(long, value_enum, requires = "issued_by")]
    age: Option<Age>,
    /// Change them; without it they are looked at only
    #[arg(long)]
    yes: bool,
}

/// `yueka reader change-many note`
#[derive(Debug, Args)]
pub struct Note {
    #[command(flatten)]
    meant: Meant,
    /// A file with what it says, up to 500 characters
    #[arg(long, value_name = "FILE")]
    text: PathBuf,
    /// Who reads it: federation or library
    #[arg(long, default_value = "library")]
    visibility: String,
    /// Show it on top when the reader's page is opened
    #[arg(long)]
    alert: bool,
    /// The last day, YYYY-MM-DD
    #[arg(long, default_value = "")]
    until: String,
}

/// `yueka reader change-many block`
#[derive(Debug, Args)]
pub struct Block {
    #[command(flatten)]
    meant: Meant,
    /// Why: conduct, unpaid, address, verification or other
    #[arg(long)]
    reason: String,
    /// A file with more about it
    #[arg(long, value_name = "FILE")]
    note: Option<PathBuf>,
    /// The last day, YYYY-MM-DD
    #[arg(long, default_value = "")]
    until: String,
}

/// `yueka reader change-many unblock`
#[derive(Debug, Args)]
pub struct Unblock {
    #[command(flatten)]
    meant: Meant,
    /// The reason of the blocks
    #[arg(long)]
    reason: String,
}

/// `yueka reader change-many workplace`
#[derive(Debug, Args)]
pub struct Workplace {
    #[command(flatten)]
    meant: Meant,
    /// A file with the workplace, or school and class; an empty one takes it away
    #[arg(long, value_name = "FILE")]
    text: PathBuf,
}

/// `yueka reader change-many move`
#[derive(Debug, Args)]
pub struct Move {
    #[command(flatten)]
    meant: Meant,
    /// The code of the library that looks after the cards from now on
    #[arg(long, value_name = "CODE")]
    to: String,
}

/// Which change, and who asks.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    at: At,
    /// The change
    change: BatchChangeId,
}

/// `yueka reader change-many report`
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    named: Named,
    /// Write it as a workbook (.xlsx) instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// `yueka reader change-many list`
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    at: At,
}

const COLUMNS: [&str; 6] = ["row", "card", "found", "became", "undone", "why"];

impl ChangeMany {
    pub async fn run(self) -> Result<()> {
        match self {
            Self::Note(Note { meant, text, visibility, alert, until }) => {
                meant.begin(ReaderChange::Note { text: input::text(&text)?, visibility, alert, until }).await
            }
            Self::Block(Block { meant, reason, note, until }) => {
                let note = note.as_deref().map(input::text).transpose()?.unwrap_or_default();
                meant.begin(ReaderChange::Block { reason, note, until }).await
            }
            Self::Unblock(Unblock { meant, reason }) => meant.begin(ReaderChange::Unblock { reason }).await,
            Self::Workplace(Workplace { meant, text }) => {
                meant.begin(ReaderChange::Workplace { workplace: input::text(&text)? }).await
            }
            Self::Move(asked) => asked.run().await,
            Self::Run(named) => named.run().await,
            Self::Undo(named) => named.undo().await,
            Self::Report(report) => report.run().await,
            Self::List(list) => list.run().await,
        }
    }
}

impl Move {
    async fn run(self) -> Result<()> {
        let (service, _) = self.meant.at.open().await?;
        let library = opening::library(&opening::tree(&service).await?, &self.to)?;
        self.meant.begin(ReaderChange::Library { library }).await
    }
}

impl Meant {
    async fn begin(self, change: ReaderChange) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let selection = self.selection(&service).await?;
        let id = batch_changes::begin(&service, &actor, &change, &selection).await.map_err(told)?;
        let (looked, counts) = look(&service, &actor, id).await?;
        println!("change {id}: {} rows, {}", looked.rows, in_words(&counts));
        if !self.yes {
            println!(
                "Nothing was changed. `yueka reader change-many report {id}` tells each row, `… run {id}` changes them."
            );
            return Ok(());
        }
        run(&service, &actor, &looked).await
    }

    async fn selection(&self, service: &Service) -> Result<Selection> {
        match (&self.list, &self.issued_by) {
            (Some(list), _) => Ok(Selection::of_text(&input::text(list)?)),
            (None, Some(code)) => Ok(Selection::Search(Search {
                library: opening::library(&opening::tree(service).await?, code)?,
                state: self.state,
                channel: self.channel,
                opened_from: self.opened_from,
                opened_until: self.opened_until,
                minor: self.age.map(|age| matches!(age, Age::Minor)),
            })),
            (None, None) => bail!("of whom? Say --list or --issued-by"),
        }
    }
}

async fn look(service: &Service, actor: &Actor, id: BatchChangeId) -> Result<(BatchChange, Counts)> {
    let both = service.read(actor.clone(), async |op| {
        Ok((batch_changes::batch_change(op, id).await?, batch_changes::counts(op, id).await?))
    });
    both.await.map_err(told)
}

/// `3 goes, 1 not_found; 3 changed`
fn in_words(counts: &Counts) -> String {
    let mut told = Vec::new();
    told.push(
        counts.found.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", "),
    );
    told.push(
        counts.outcomes.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", "),
    );
    told.push(
        counts.undone.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", "),
    );
    told.retain(|part| !part.is_empty());
    told.join("; ")
}

async fn run(service: &Service, actor: &Actor, change: &BatchChange) -> Result<()> {
    let (id, version) = (change.id, change.version);
    let begun = service.write(actor.clone(), async |op| batch_changes::run(op, id, version).await);
    begun.await.map_err(told)?;
    finish(service, actor, id).await
}

async fn finish(service: &Service, actor: &Actor, id: BatchChangeId) -> Result<()> {
    batch_changes::work(service, id, CHUNK).await.map_err(told)?;
    let (change, counts) = look(service, actor, id).await?;
    println!("change {id} is {}: {}", change.state, in_words(&counts));
    Ok(())
}

impl Named {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let (change, _) = look(&service, &actor, self.change).await?;
        match change.state {
            ChangeState::Draft => run(&service, &actor, &change).await,
            // Cut off before: it goes on where it stood.
            ChangeState::Running => finish(&service, &actor, change.id).await,
            other => bail!("the change is {other}: there is nothing to run"),
        }
    }

    async fn undo(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let (change, _) = look(&service, &actor, self.change).await?;
        let (id, version) = (change.id, change.version);
        match change.state {
            ChangeState::Done => {
                let begun =
                    service.write(actor.clone(), async |op| batch_changes::undo(op, id, version).await);
                begun.await.map_err(told)?;
            }
            ChangeState::Undoing => {}
            other => bail!("the change is {other}: there is nothing to undo"),
        }
        finish(&service, &actor, id).await
    }
}

impl Report {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.named.at.open().await?;
        let id = self.named.change;
        let mut rows: Vec<[String; 6]> = Vec::new();
        let mut after = 0;
        loop {
            let page = service.read(actor.clone(), async |op| batch_changes::rows(op, id, after).await).await;
            let page = page.map_err(told)?;
            let Some(last) = page.last() else { break };
            after = last.place;
            rows.extend(page.iter().map(cells));
        }
        match &self.out {
            Some(path) => workbook(path, id, &rows),
            None => {
                table::print(COLUMNS, &rows);
                Ok(())
            }
        }
    }
}

fn cells(row: &RowView) -> [String; 6] {
    let number = row.number.clone().or_else(|| row.given.clone()).unwrap_or_default();
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    [
        row.place.to_string(),
        number,
        row.finding.to_string(),
        word(row.outcome.map(batch_changes::Outcome::as_str)),
        word(row.undo.map(batch_changes::Undo::as_str)),
        row.codes.join(" "),
    ]
}

fn workbook(path: &Path, id: BatchChangeId, rows: &[[String; 6]]) -> Result<()> {
    let columns: Vec<(String, u16)> = COLUMNS.iter().map(|name| ((*name).to_owned(), 18)).collect();
    let mut table = TableWriter::new("report", &[format!("change {id}")], &columns)?;
    for row in rows {
        table.row(row)?;
    }
    input::write(path, &table.finish()?).context("the report was not written")
}

impl List {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let changes = service.read(actor, batch_changes::batch_changes).await.map_err(told)?;
        let row = |change: &BatchChange| {
            [
                change.id.to_string(),
                change.change.kind().to_string(),
                change.state.to_string(),
                change.rows.to_string(),
                change.changed.to_string(),
                change.restored.to_string(),
                local_time(change.created_at),
            ]
        };
        let rows: Vec<[String; 7]> = changes.iter().map(row).collect();
        table::print(["change", "what", "state", "rows", "changed", "restored", "since"], &rows);
        Ok(())
    }
}
