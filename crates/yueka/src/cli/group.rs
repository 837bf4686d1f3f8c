//! `yueka group unit|check|issue|go-on|list`: units, their lists, and the cards opened by them (6.1.3).

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use service::Service;
use service::cards::CardKind;
use service::groups::{
    self, Agreement, Batch, BatchFilter, BatchState, Contact, Counts, Finding, NewBatch, Outcome, RowFault,
    Unit, UnitForm,
};
use service::kernel::{Actor, BatchId, local_time};
use service::records::File;
use sheets::{List, Options, Wanted};

use super::at::At;
use super::table;
use super::told::told;

/// Group issuing: units, their lists, and the cards opened by them (docs/group-issuing.md).
#[derive(Debug, Subcommand)]
pub enum Group {
    /// Write a unit down
    Unit(NewUnit),
    /// Look at a list: who could get a card, and what is wrong with which cell; nothing is kept
    Check(Check),
    /// Check a list, show what was found, and issue the cards once that is confirmed
    Issue(Issue),
    /// Go on with a batch that was held or cut off
    GoOn(GoOn),
    /// List the batches
    List(ListBatches),
}

/// `yueka group unit`
#[derive(Debug, Args)]
pub struct NewUnit {
    #[command(flatten)]
    at: At,
    /// What it is: school, kindergarten, company, authority, community or other
    #[arg(long, default_value = "school")]
    kind: String,
    /// Who is asked there
    #[arg(long)]
    contact: String,
    /// Their phone
    #[arg(long)]
    phone: String,
    /// The number of the agreement
    #[arg(long, default_value = "")]
    agreement: String,
    /// Its name
    name: String,
}

/// How a list is read.
#[derive(Debug, Args)]
pub struct Reading {
    /// The sheet of a workbook; may be given several times. Without it, the first that looks like a list
    #[arg(long = "sheet", value_name = "NAME")]
    sheets: Vec<String>,
    /// Read all sheets that look like lists
    #[arg(long, conflicts_with = "sheets")]
    all_sheets: bool,
    /// The list: .xlsx, .xls or .csv
    file: PathBuf,
}

/// Which card those under 16 get.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Minors {
    /// Their document, where it can be the card
    Document,
    /// A One-Card
    OneCard,
}

impl From<Minors> for CardKind {
    fn from(minors: Minors) -> Self {
        match minors {
            Minors::Document => Self::Document,
            Minors::OneCard => Self::OneCard,
        }
    }
}

/// `yueka group check`
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    reading: Reading,
    /// Which card those under 16 get who may choose
    #[arg(long, value_enum, default_value_t = Minors::Document)]
    minors: Minors,
}

/// `yueka group issue`
#[derive(Debug, Args)]
pub struct Issue {
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    reading: Reading,
    /// The unit, by its name
    #[arg(long)]
    unit: String,
    /// What the batch is called; the day, unless told
    #[arg(long, default_value = "")]
    name: String,
    /// Which card those under 16 get who may choose
    #[arg(long, value_enum, default_value_t = Minors::Document)]
    minors: Minors,
    /// A scan of the list that the guardians signed; may be given several times
    #[arg(long, value_name = "FILE")]
    consent: Vec<PathBuf>,
    /// The One-Card to begin with; the lowest in the store, unless told
    #[arg(long, value_name = "BARCODE")]
    first: Option<String>,
    /// Tell nobody by SMS or e-mail
    #[arg(long)]
    quiet: bool,
    /// Issue without asking first
    #[arg(long)]
    yes: bool,
}

/// `yueka group go-on`
#[derive(Debug, Args)]
pub struct GoOn {
    #[command(flatten)]
    at: At,
    /// How many rows one transaction deals with
    #[arg(long, value_name = "ROWS", default_value_t = groups::CHUNK, hide = true)]
    portion: u64,
    /// The batch
    batch: BatchId,
}

/// `yueka group list`
#[derive(Debug, Args)]
pub struct ListBatches {
    #[command(flatten)]
    at: At,
}

impl Group {
    pub(super) async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Unit(unit) => unit.run().await?,
            Self::Check(check) => return check.run().await,
            Self::Issue(issue) => return issue.run().await,
            Self::GoOn(go_on) => go_on.run().await?,
            Self::List(list) => list.run().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl NewUnit {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let form = UnitForm {
            kind: self.kind,
            name: self.name.clone(),
            address: String::new(),
            contacts: vec![Contact { name: self.contact, phone: self.phone, ..Contact::default() }],
            agreement: Agreement { number: self.agreement, ..Agreement::default() },
        };
        let id =
            service.write(actor, async move |op| groups::add_unit(op, form).await).await.map_err(told)?;
        println!("{} ({id})", self.name);
        Ok(())
    }
}

impl Reading {
    fn read(&self, known: Option<&Unit>) -> Result<List> {
        let bytes = std::fs::read(&self.file)
            .with_context(|| format!("the list {} can't be read", self.file.display()))?;
        let wanted = match (self.all_sheets, self.sheets.is_empty()) {
            (true, _) => Wanted::All,
            (false, true) => Wanted::First,
            (false, false) => Wanted::Named(self.sheets.clone()),
        };
        let mapping = known.map(|unit| unit.mapping.clone()).unwrap_or_default();
        let options = Options { wanted, mapping, ..Options::default() };
        let name = self.file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let list = sheets::read(&bytes, name, &options)?;
        for sheet in &list.other_sheets {
            println!("sheet {:?} was not read", sheet.name);
        }
        if list.needs_mapping() {
            println!("some columns are not sure: look at them on the page of the batch");
        }
        Ok(list)
    }
}

impl Check {
    async fn run(self) -> Result<ExitCode> {
        let (service, actor) = self.at.open().await?;
        let list = self.reading.read(None)?;
        let found = groups::look_at_list(&service, &actor, &list, self.minors.into()).await.map_err(told)?;
        let mut counts: BTreeMap<Finding, usize> = BTreeMap::new();
        for (row, finding, faults) in &found {
            *counts.entry(*finding).or_default() += 1;
            match (finding, faults.is_empty()) {
                (Finding::Valid | Finding::Held, _) => {}
                (_, true) => println!("row {row}: {finding}"),
                (_, false) => faults.iter().for_each(|fault| println!("row {row}: {}", in_words(fault))),
            }
        }
        let told: Vec<String> = counts.iter().map(|(finding, count)| format!("{count} {finding}")).collect();
        println!("{} rows: {}", found.len(), told.join(", "));
        let good = found.iter().all(|(_, finding, _)| matches!(finding, Finding::Valid | Finding::Held));
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// `C5, document_number: checksum`
fn in_words(fault: &RowFault) -> String {
    let cell = fault.cell.as_deref().map(|cell| format!("{cell}, ")).unwrap_or_default();
    let field = fault.field.map(|field| format!("{field}: ")).unwrap_or_default();
    format!("{cell}{field}{}", fault.code)
}

impl Issue {
    async fn run(self) -> Result<ExitCode> {
        let (service, actor) = self.at.open().await?;
        let unit = self.unit(&service, &actor).await?;
        let list = self.reading.read(Some(&unit))?;
        let new = NewBatch {
            unit: unit.id,
            name: self.name.clone(),
            minors_kind: self.minors.into(),
            tells_readers: !self.quiet,
            service_point: None,
        };
        let id =
            service.write(actor.clone(), async |op| groups::new_batch(op, &new).await).await.map_err(told)?;
        groups::check_list(&service, &actor, id, &list).await.map_err(told)?;
        drop(list);
        self.consent(&service, &actor, id).await?;
        let (batch, counts) = look(&service, &actor, id).await?;
        println!("batch {id}: {}", checked(&batch, &counts));
        if !(self.yes || ask("Issue these cards?")?) {
            println!("Nothing was issued. The batch waits on the pages, or for `yueka group go-on {id}`.");
            return Ok(ExitCode::SUCCESS);
        }
        let first = self.first.as_deref();
        service
            .write(actor.clone(), async |op| groups::confirm(op, id, batch.version, first).await)
            .await
            .map_err(told)?;
        issue(&service, &actor, id, groups::CHUNK).await?;
        Ok(ExitCode::SUCCESS)
    }

    async fn unit(&self, service: &Service, actor: &Actor) -> Result<Unit> {
        let units = service.read(actor.clone(), groups::units).await.map_err(told)?;
        let unit = units.into_iter().find(|unit| unit.name == self.unit);
        unit.with_context(|| format!("there is no unit {}: `yueka group unit` writes one down", self.unit))
    }

    async fn consent(&self, service: &Service, actor: &Actor, id: BatchId) -> Result<()> {
        if self.consent.is_empty() {
            return Ok(());
        }
        let read = |path: &PathBuf| file(path);
        let files: Vec<File> = self.consent.iter().map(read).collect::<Result<_>>()?;
        let (batch, _) = look(service, actor, id).await?;
        let files = &files;
        let keep = service
            .write(actor.clone(), async |op| groups::record_consent(op, id, batch.version, files).await);
        keep.await.map_err(told)
    }
}

fn file(path: &Path) -> Result<File> {
    let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    Ok(File(bytes))
}

impl GoOn {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let (batch, counts) = look(&service, &actor, self.batch).await?;
        match batch.state {
            BatchState::Checked => {
                println!("{}", checked(&batch, &counts));
                let version = batch.version;
                let id = self.batch;
                service
                    .write(actor.clone(), async |op| groups::confirm(op, id, version, None).await)
                    .await
                    .map_err(told)?;
            }
            BatchState::Confirmed => {
                let id = self.batch;
                service.write(actor.clone(), async |op| groups::resume(op, id).await).await.map_err(told)?;
            }
            other => bail!("the batch is {other}: there is nothing to go on with"),
        }
        issue(&service, &actor, self.batch, self.portion).await
    }
}

impl ListBatches {
    async fn run(self) -> Result<()> {
        let (service, actor) = self.at.open().await?;
        let batches = service
            .read(actor, async |op| groups::batches(op, &BatchFilter::default()).await)
            .await
            .map_err(told)?;
        let row = |batch: &Batch| {
            [
                batch.id.to_string(),
                batch.unit_name.clone(),
                batch.name.clone(),
                batch.state.to_string(),
                batch.rows.to_string(),
                batch.progress.opened.to_string(),
                local_time(batch.created_at),
            ]
        };
        let rows: Vec<[String; 7]> = batches.iter().map(row).collect();
        table::print(["batch", "unit", "name", "state", "rows", "cards", "since"], &rows);
        Ok(())
    }
}

async fn look(service: &Service, actor: &Actor, id: BatchId) -> Result<(Batch, Counts)> {
    service.read(actor.clone(), async |op| groups::batch(op, id).await).await.map_err(told)
}

fn checked(batch: &Batch, counts: &Counts) -> String {
    let found = counts.found.iter().filter(|(_, count)| *count > 0);
    let found: Vec<String> = found.map(|(finding, count)| format!("{count} {finding}")).collect();
    format!("{} rows: {}; {} cards to issue", batch.rows, found.join(", "), counts.go)
}

/// Issues a batch, showing how far it is.
async fn issue(service: &Service, actor: &Actor, id: BatchId, most: u64) -> Result<()> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} · {per_sec} · {eta}")?);
    let batch = groups::issue(service, id, most, |batch| {
        bar.set_length(u64::try_from(batch.progress.of).unwrap_or_default());
        bar.set_position(u64::try_from(batch.progress.done).unwrap_or_default());
    })
    .await
    .map_err(told)?;
    bar.finish_and_clear();
    let (_, counts) = look(service, actor, id).await?;
    let left = Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::Opened);
    let left: Vec<String> = left
        .map(|outcome| (outcome, counts.ended(*outcome)))
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!(", {count} {outcome}"))
        .collect();
    println!("batch {id}: {} cards opened{}", batch.progress.opened, left.concat());
    if batch.state == BatchState::Confirmed {
        println!("It is held: `yueka group go-on {id}` goes on.");
    }
    Ok(())
}

fn ask(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("nobody is there to ask: say --yes to issue without asking");
    }
    print!("{question} [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
